"""From a specification to a Chainer module: one function an op, then the module around them."""

from __future__ import annotations

import re
from functools import partial
from types import MappingProxyType
from typing import Callable, Mapping

from zoo.emit.base import Code, Emitter, Program, indexed, infix, plain_function
from zoo.emit.outline import BlockClass, Chain, Layer, Member
from zoo.emit.pieces import even_pads, literal, pair, unless, uses
from zoo.emit.training import EVERYTHING
from zoo.emit.writer import Writer
from zoo.spec.graph import Spec
from zoo_chainer import helpers, training

# A layer of such a name would hide the attribute of chainer.Chain.
CHAIN_ATTRIBUTES = """
add_hook add_link add_param add_persistent addgrads children cleargrads copy copyparams
count_params delete_hook device device_resident_accept disable_update enable_update forward
from_chx from_params init_scope links local_link_hooks name namedlinks namedparams params
printable_specs register_persistent repeat serialize to_chx to_cpu to_device to_gpu to_intel64
update_enabled within_init_scope xp zerograds
"""


def emit(spec: Spec, *, mask_batch: int | None = None) -> Program:
    """The program of a model.

    With `mask_batch`, dropout takes given masks for a batch of that size. Raises UnsupportedError
    with all findings if Chainer cannot express the model.
    """
    return ChainerEmitter(spec, mask_batch=mask_batch).program()


def dense(layer: Layer) -> Code:
    bias = "" if layer["bias"] else ", nobias=True"
    arguments = f"{literal(layer['in_features'])}, {literal(layer['units'])}{bias}"
    if len(layer.input_types[0].shape) > 1:
        return _link(f"Linear({arguments})", "Linear")
    return _link(f"L.Linear({arguments})")


def conv2d(layer: Layer) -> Code:
    arguments = [literal(layer["in_channels"]), literal(layer["channels"]), pair(layer["kernel"])]
    arguments += unless(1, stride=pair(layer["stride"]))
    arguments += unless(0, pad=even_pads(layer) or "0")
    if not layer["bias"]:
        arguments.append("nobias=True")
    arguments += unless(1, dilate=pair(layer["dilation"]), groups=literal(layer["groups"]))
    if even_pads(layer) is None:
        arguments.append(f"pads={_pads(layer)}")
        return _link(f"PaddedConvolution2D({', '.join(arguments)})", "PaddedConvolution2D")
    return _link(f"L.Convolution2D({', '.join(arguments)})")


def max_pool(layer: Layer) -> Code:
    x, window = _padded(layer, ", constant_values=-np.inf")
    return Code(f"F.max_pooling_2d({x}, {window}, cover_all=False)")


def avg_pool(layer: Layer) -> Code:
    if any(layer["pads"]) and not layer["count_padding"]:
        kernel, stride = pair(layer["kernel"]), pair(layer["stride"])
        call = f"average_inside({{0}}, {kernel}, {stride}, {_pads(layer)})"
        return Code(call, helpers=("average_inside",))
    x, window = _padded(layer)
    return Code(f"F.average_pooling_2d({x}, {window})")


def batch_norm(layer: Layer) -> Code:
    arguments = [literal(layer["in_channels"])]
    arguments += unless(0.9, decay=literal(layer["kept_fraction"]))
    arguments += unless(2e-05, eps=literal(layer["epsilon"]))
    if layer["running_variance"] == "biased":
        made = f"BiasedBatchNormalization({', '.join(arguments)})"
        return _link(made, "BiasedBatchNormalization")
    return _link(f"L.BatchNormalization({', '.join(arguments)})")


def layer_norm(layer: Layer) -> Code:
    arguments = [literal(layer["in_features"]), *unless(1e-06, eps=literal(layer["epsilon"]))]
    if len(layer.input_types[0].shape) > 1:
        return _link(f"LayerNormalization({', '.join(arguments)})", "LayerNormalization")
    return _link(f"L.LayerNormalization({', '.join(arguments)})")


def dropout(layer: Layer) -> Code:
    rate = literal(layer["drop_rate"])
    original = layer["form"] == "original"
    if "mask_shape" in layer.fields:
        name = "OriginalMaskedDropout" if original else "MaskedDropout"
        return _link(f"{name}({rate}, {literal(layer['mask_shape'])})", "MaskedDropout", name)
    if original:
        return Code(f"original_dropout({{0}}, {rate})", helpers=("original_dropout",))
    return Code(f"F.dropout({{0}}, {rate})")


def embedding(layer: Layer) -> Code:
    sizes = f"{literal(layer['vocabulary'])}, {literal(layer['features'])}"
    return _link(f"L.EmbedID({sizes}, initialW=chainer.initializers.Normal(0.02))")


def learned_positions(layer: Layer) -> Code:
    sizes = f"{literal(layer['length'])}, {literal(layer['in_features'])}"
    return _link(f"LearnedPositions({sizes})", "LearnedPositions")


def self_attention(layer: Layer) -> Code:
    arguments = [literal(layer["in_features"]), literal(layer["heads"])]
    arguments += unless(False, causal=literal(layer["causal"]))
    if layer.facts.drops:
        arguments.append(f"drop_rate={literal(layer['drop_rate'])}")
    needed = ["SelfAttention", "Linear"]
    if "mask_shape" in layer.fields:
        arguments.append(f"mask_shape={literal(layer['mask_shape'])}")
        needed.append("MaskedDropout")
    return _link(f"SelfAttention({', '.join(arguments)})", *needed)


def flatten(layer: Layer) -> Code:
    return Code(f"F.reshape({{0}}, (-1, {literal(layer['elements'])}))")


def reshape(layer: Layer) -> Code:
    return Code(f"F.reshape({{0}}, {(-1, *layer['shape'])})")


def transpose(layer: Layer) -> Code:
    return Code(f"F.transpose({{0}}, {(0, *layer['axes'])})")


TABLE: Mapping[str, Callable[[Layer], Code]] = {
    "dense": dense,
    "conv2d": conv2d,
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "global_avg_pool": plain_function("F.mean({0}, axis=(2, 3))"),
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "dropout": dropout,
    "relu": plain_function("F.relu({0})"),
    "gelu_erf": plain_function("gelu({0})", "gelu"),
    "gelu_tanh": plain_function("gelu_tanh({0})", "gelu_tanh"),
    "tanh": plain_function("F.tanh({0})"),
    "sigmoid": plain_function("F.sigmoid({0})"),
    "softmax": plain_function("F.softmax({0}, axis=AXIS)"),
    "log_softmax": plain_function("F.log_softmax({0}, axis=AXIS)"),
    "embedding": embedding,
    "learned_positions": learned_positions,
    "self_attention": self_attention,
    "add": infix("+"),
    "multiply": infix("*"),
    "concatenate": plain_function("F.concat(({all}), axis=AXIS)"),
    "flatten": flatten,
    "reshape": reshape,
    "transpose": transpose,
    "mean": plain_function("F.mean({0}, axis=AXIS)"),
    "select": indexed,
}


def _link(made: str, *needed: str) -> Code:
    return Code("{self}({0})", make=made, helpers=needed)


def _pads(layer: Layer) -> str:
    """As NumPy writes them, for height and width."""
    top, bottom, left, right = layer["pads"]
    return f"(({top}, {bottom}), ({left}, {right}))"


def _padded(layer: Layer, value: str = "") -> tuple[str, str]:
    """The input of a pooling function, padded if its own pads will not do, and its window."""
    kernel, stride, pads = pair(layer["kernel"]), pair(layer["stride"]), even_pads(layer)
    arguments = [kernel] if kernel == stride else [kernel, f"stride={stride}"]
    window = ", ".join([*arguments, *unless(0, pad=pads or "0")])
    if pads is None:
        pads = f"((0, 0), (0, 0), {_pads(layer)[1:-1]})"
        return f'F.pad({{0}}, {pads}, "constant"{value})', window
    return "{0}", window


class ChainerEmitter(Emitter):
    backend = "chainer"
    framework = "Chainer"
    module_names = (
        "chainer", "F", "L", "np", "math", "loss_fn", "make_optimizer", "train_step", "model",
        "optimizer", "targets", "loss", "rate_factor", "schedule", *training.CLASSES,
        *(f"{name}Rule" for name in training.CLASSES),
    )  # fmt: skip
    table = TABLE
    training = EVERYTHING
    accumulates = True
    helpers = MappingProxyType(
        {
            "Linear": helpers.LINEAR,
            "LayerNormalization": helpers.LAYER_NORMALIZATION,
            "original_dropout": helpers.ORIGINAL_DROPOUT,
            "MaskedDropout": helpers.MASKED_DROPOUT,
            "OriginalMaskedDropout": helpers.ORIGINAL_MASKED_DROPOUT,
            "SelfAttention": helpers.self_attention(causal=False, drops=False, masked=False),
            "LearnedPositions": helpers.LEARNED_POSITIONS,
            "BiasedBatchNormalization": helpers.BIASED_BATCH_NORMALIZATION,
            "PaddedConvolution2D": helpers.PADDED_CONVOLUTION,
            "average_inside": helpers.AVERAGE_INSIDE,
            "gelu": helpers.GELU,
            "gelu_tanh": helpers.GELU_TANH,
        }
    )
    reserved = frozenset(CHAIN_ATTRIBUTES.split())

    def __init__(self, spec: Spec, *, mask_batch: int | None = None) -> None:
        layers = [node.op for node in spec.nodes if node.op.kind == "self_attention"]
        causal = any(op.attributes()["causal"] for op in layers)
        drops = any(op.attributes()["drop_rate"] for op in layers)
        masked = drops and mask_batch is not None
        attention = helpers.self_attention(causal=causal, drops=drops, masked=masked)
        self.helpers = MappingProxyType({**self.helpers, "SelfAttention": attention})
        super().__init__(spec, mask_batch=mask_batch)

    def header(self, below: str) -> list[str]:
        imports = (
            "import chainer\nimport chainer.functions as F\nimport chainer.links as L\n"
            "import numpy as np"
        )
        if uses(below, "math"):
            imports = f"import math\n\n{imports}"
        return [f'"""{self.title()}\n"""', "", imports]

    def write_class(self, out: Writer, cls: BlockClass) -> None:
        out.line(f"class {cls.name}(chainer.Chain):")
        with out.indented():
            out.line(f"def __init__({self.signature(cls)}):")
            with out.indented():
                out.line("super().__init__()")
                for name, own in self.arguments_kept(cls).items():
                    out.line(f"self.{own} = {name}")
                declared = [line for member in cls.members for line in self._declare(member)]
                if declared:
                    out.line("with self.init_scope():")
                    with out.indented():
                        out.lines(declared)
            out.line("")
            out.line(f"def forward({', '.join(['self', *map(self.local, cls.inputs)])}):")
            with out.indented():
                out.lines(self.forward(cls, partial(self.called, cls)))

    def _declare(self, member: Member) -> list[str]:
        attribute = self.attribute(member.name)
        if isinstance(member, Chain):
            elements = ", ".join(self.elements(member, self._as_function))
            return [f"self.{attribute} = chainer.Sequential({elements})"]
        made = self.make(member)
        if made is None:
            return []
        if member.condition:
            made = f"{made} if {member.condition} else F.identity"
        return [f"self.{attribute} = {made}"]

    def _as_function(self, layer: Layer) -> str:
        call = self.layer_call(layer, ["x"], "")
        plain = re.fullmatch(r"([\w.]+)\(x\)", call)
        return plain[1] if plain else f"lambda x: {call}"

    def footer(self) -> str:
        return training.footer(self)
