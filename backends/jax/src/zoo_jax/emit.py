"""From a specification to a JAX module: one function an op, then the module around them.

Images are kept channels last (`zoo.emit.layout`); the model's output is in canonical order.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Callable, Iterable, Iterator, Mapping

from zoo.emit.base import Code, Program, indexed, infix, plain_function
from zoo.emit.layout import LAST, PLAIN
from zoo.emit.outline import Layer
from zoo.emit.pieces import all_pads, literal, pair, unless, uses
from zoo.emit.training import EVERYTHING
from zoo.spec.graph import Call, Item, Spec
from zoo_jax import helpers, training
from zoo_jax.blocks import BlockEmitter, applied


def emit(spec: Spec, *, mask_batch: int | None = None) -> Program:
    """The program of a model.

    With `mask_batch`, dropout takes given masks for a batch of that size. Raises UnsupportedError
    with all findings if JAX cannot express the model.
    """
    return JaxEmitter(spec, mask_batch=mask_batch).program()


def dense(layer: Layer) -> Code:
    bias = "" if layer["bias"] else ", bias=False"
    sizes = f"{literal(layer['in_features'])}, {literal(layer['units'])}"
    return Code("dense({self.params}, {0})", f"init_dense({{key}}, {sizes}{bias})", ("dense",))


def conv2d(layer: Layer) -> Code:
    groups = unless(1, groups=literal(layer["groups"]))
    sizes = [literal(layer["in_channels"]), literal(layer["channels"]), pair(layer["kernel"])]
    sizes += groups + unless(True, bias=literal(layer["bias"]))
    options = unless(1, stride=pair(layer["stride"])) + unless(0, pads=all_pads(layer))
    options += unless(1, dilation=pair(layer["dilation"])) + groups
    return Code(
        applied("conv2d", "{self.params}", "{0}", *options),
        applied("init_conv2d", "{key}", *sizes),
        ("conv2d", "pair", "sides"),
    )


def max_pool(layer: Layer) -> Code:
    return Code(applied("max_pool", "{0}", *_window(layer)), helpers=("max_pool", "pair", "sides"))


def avg_pool(layer: Layer) -> Code:
    inside = any(layer["pads"]) and not layer["count_padding"]
    name = "average_inside" if inside else "avg_pool"
    call = applied(name, "{0}", *_window(layer))
    return Code(call, helpers=(name, "sum_pool", "pair", "sides"))


def batch_norm(layer: Layer) -> Code:
    name = "biased_batch_norm" if layer["running_variance"] == "biased" else "batch_norm"
    options = unless(1e-05, epsilon=literal(layer["epsilon"]))
    options += unless(0.9, kept_fraction=literal(layer["kept_fraction"]))
    return Code(
        applied(name, "{self.params}", "{self.state}", "{0}", "training", *options),
        f"init_batch_norm({literal(layer['in_channels'])})",
        ("init_batch_norm", name),
        training=True,
    )


def layer_norm(layer: Layer) -> Code:
    options = unless(1e-05, epsilon=literal(layer["epsilon"]))
    return Code(
        applied("layer_norm", "{self.params}", "{0}", *options),
        f"init_layer_norm({literal(layer['in_features'])})",
        ("layer_norm",),
    )


def dropout(layer: Layer) -> Code:
    rate = literal(layer["drop_rate"])
    if not layer.facts.drops:
        return Code("{0}")
    prefix = "original_" if layer["form"] == "original" else ""
    if "mask_shape" in layer.fields:
        return Code(
            f"{prefix}masked_dropout({{self.state}}, {{0}}, {rate}, training)",
            f"init_masked_dropout({literal(layer['mask_shape'])})",
            ("init_masked_dropout", f"{prefix}masked_dropout"),
            training=True,
        )
    return Code(f"{prefix}dropout({{0}}, {rate}, {{self.key}})", helpers=(f"{prefix}dropout",))


def embedding(layer: Layer) -> Code:
    sizes = f"{literal(layer['vocabulary'])}, {literal(layer['features'])}"
    return Code(
        "embedding({self.params}, {0})", f"init_embedding({{key}}, {sizes})", ("embedding",)
    )


def learned_positions(layer: Layer) -> Code:
    sizes = f"{literal(layer['length'])}, {literal(layer['in_features'])}"
    return Code(
        "learned_positions({self.params}, {0})",
        f"init_learned_positions({{key}}, {sizes})",
        ("learned_positions",),
    )


def self_attention(layer: Layer) -> Code:
    features, heads = literal(layer["in_features"]), literal(layer["heads"])
    options = unless(False, causal=literal(layer["causal"]))
    needed = ["dense", "init_self_attention"]
    if "mask_shape" in layer.fields:
        options = [literal(layer["drop_rate"]), "training", *options]
        return Code(
            applied(
                "masked_self_attention", "{self.params}", "{self.state}", "{0}", heads, *options
            ),
            f"init_masked_self_attention({{key}}, {features}, {literal(layer['mask_shape'])})",
            (*needed, "masked_dropout", "init_masked_self_attention", "masked_self_attention"),
            training=True,
        )
    if layer.facts.drops:
        options += [f"drop_rate={literal(layer['drop_rate'])}", "key={self.key}"]
        needed.append("dropout")
    return Code(
        applied("self_attention", "{self.params}", "{0}", heads, *options),
        f"init_self_attention({{key}}, {features})",
        (*needed, "self_attention"),
    )


def concatenate(layer: Layer) -> Code:
    axis = layer.facts.flow.output.axis(layer["axis"])
    return Code(f"jnp.concatenate([{{all}}], axis={axis})")


def flatten(layer: Layer) -> Code:
    return Code(f"jnp.reshape({{0}}, (-1, {literal(layer['elements'])}))")


def reshape(layer: Layer) -> Code:
    return Code(f"jnp.reshape({{0}}, {(-1, *layer['shape'])})")


def transpose(layer: Layer) -> Code:
    return Code(f"jnp.transpose({{0}}, {(0, *layer['axes'])})")


TABLE: Mapping[str, Callable[[Layer], Code]] = {
    "dense": dense,
    "conv2d": conv2d,
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "global_avg_pool": plain_function("jnp.mean({0}, axis=(1, 2))"),
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "dropout": dropout,
    "relu": plain_function("jax.nn.relu({0})"),
    "gelu_erf": plain_function("jax.nn.gelu({0}, approximate=False)"),
    "gelu_tanh": plain_function("jax.nn.gelu({0}, approximate=True)"),
    "tanh": plain_function("jnp.tanh({0})"),
    "sigmoid": plain_function("jax.nn.sigmoid({0})"),
    "softmax": plain_function("jax.nn.softmax({0}, axis=AXIS)"),
    "log_softmax": plain_function("jax.nn.log_softmax({0}, axis=AXIS)"),
    "embedding": embedding,
    "learned_positions": learned_positions,
    "self_attention": self_attention,
    "add": infix("+"),
    "multiply": infix("*"),
    "concatenate": concatenate,
    "flatten": flatten,
    "reshape": reshape,
    "transpose": transpose,
    "mean": plain_function("jnp.mean({0}, axis=AXIS)"),
    "select": indexed,
}


def _window(layer: Layer) -> list[str]:
    return [pair(layer["kernel"]), pair(layer["stride"]), *unless(0, pads=all_pads(layer))]


class JaxEmitter(BlockEmitter):
    backend = "jax"
    framework = "JAX"
    module_names = (
        "jax", "jnp", "lax", "params", "state", "key", "keys", "k", "i", "layer", "training",
        "loss_fn", "train_step", "batch_loss", "output", "new_state", "targets", "loss", "grads",
        "p", "v", "g", "init_key", "data_key", "target_key", "dropout_key", "step", "optimizer",
        "init_optimizer", "update", "accumulate", "clip_by_global_norm", "UNDECAYED",
    )  # fmt: skip
    table = TABLE
    training = EVERYTHING
    accumulates = True
    helpers = MappingProxyType(
        {
            "pair": helpers.PAIR,
            "sides": helpers.SIDES,
            "split_key": helpers.SPLIT_KEY,
            "unzip": helpers.UNZIP,
            "dense": helpers.DENSE,
            "conv2d": helpers.CONV2D,
            "max_pool": helpers.MAX_POOL,
            "sum_pool": helpers.SUM_POOL,
            "avg_pool": helpers.AVG_POOL,
            "average_inside": helpers.AVERAGE_INSIDE,
            "init_batch_norm": helpers.INIT_BATCH_NORM,
            "batch_norm": helpers.BATCH_NORM,
            "biased_batch_norm": helpers.BIASED_BATCH_NORM,
            "layer_norm": helpers.LAYER_NORM,
            "dropout": helpers.DROPOUT,
            "original_dropout": helpers.ORIGINAL_DROPOUT,
            "init_masked_dropout": helpers.INIT_MASKED_DROPOUT,
            "masked_dropout": helpers.MASKED_DROPOUT,
            "original_masked_dropout": helpers.ORIGINAL_MASKED_DROPOUT,
            "embedding": helpers.EMBEDDING,
            "learned_positions": helpers.LEARNED_POSITIONS,
            "init_self_attention": helpers.INIT_SELF_ATTENTION,
            "self_attention": helpers.SELF_ATTENTION,
            "init_masked_self_attention": helpers.INIT_MASKED_SELF_ATTENTION,
            "masked_self_attention": helpers.MASKED_SELF_ATTENTION,
        }
    )
    is_channels_last = True

    def __init__(self, spec: Spec, *, mask_batch: int | None = None) -> None:
        special = {}
        ranks = [len(n.type.shape) for n in spec.nodes if n.op.kind in ("dense", "self_attention")]
        if any(rank > 1 for rank in ranks):
            special["dense"] = helpers.DENSE_ON_LAST_AXIS
        convolutions = [n.op.attributes() for n in spec.nodes if n.op.kind == "conv2d"]
        if any(c["dilation"] != (1, 1) or c["groups"] != 1 for c in convolutions):
            special["conv2d"] = helpers.DILATED_OR_GROUPED_CONV2D
        dropping = any(n.op.kind == "self_attention" and n.masks() for n in spec.nodes)
        if dropping and mask_batch is None:
            special["self_attention"] = helpers.DROPOUT_SELF_ATTENTION
        self.helpers = MappingProxyType({**self.helpers, **special})
        super().__init__(spec, mask_batch=mask_batch)

    # Functions share their names with variables, as classes do not.

    def model_name(self) -> str:
        return self.block_name(self.spec.name)

    def block_name(self, block: str) -> str:
        """As it is, unless forward passes have such a variable or another block such an init."""
        return f"{block}_" if re.fullmatch(r"[xyzuvw]|y\d+|init_\w+", block) else block

    def variables(self) -> Iterable[str]:
        fields = (name for n in self.spec.nodes for name in n.op.sizes(*n.input_types))
        own = (name for n in self.spec.nodes for name in n.op.attributes())
        inputs = (node.name for node in self.spec.inputs)
        return [*fields, *own, *inputs, *_variables(self.spec.body)]

    def header(self, below: str) -> list[str]:
        lax = "\nfrom jax import lax" * uses(below, "lax")
        imports = f"import jax\nimport jax.numpy as jnp{lax}"
        return [f'"""{self.title()}\n"""', "", imports]

    def _needed_helpers(self) -> set[str]:
        needed = super()._needed_helpers()
        for cls in [*self.outline.classes, self.outline.model]:
            if self._keys(cls, self.draws).count > 1:
                needed.add("split_key")
            if self._has_stateful_chain(cls):
                needed.add("unzip")
        return needed

    def convert(self, text: str, given: str, wanted: str) -> str:
        order = {(LAST, PLAIN): (0, 3, 1, 2), (PLAIN, LAST): (0, 2, 3, 1)}[given, wanted]
        return f"jnp.transpose({text}, {order})"

    # The training step.

    def footer(self) -> str:
        return training.footer(self)


def _variables(body: Iterable[Item]) -> Iterator[str]:
    """Names of the arguments and inputs of all blocks."""
    for call in body:
        if isinstance(call, Call):
            yield from (name for name, _ in (*call.arguments, *call.inputs))
            yield from _variables(call.body)
