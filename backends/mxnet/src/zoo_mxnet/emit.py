"""From a specification to a Gluon module: one function an op, then the module around them."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import Any

from zoo.emit.base import Code, Emitter, Facts, Program, infix, plain_function
from zoo.emit.outline import BlockClass, Chain, Layer, Member
from zoo.emit.pieces import even_pads, literal, pair, unless, uses
from zoo.emit.training import EVERYTHING
from zoo.emit.writer import Writer
from zoo.spec.graph import FlatNode, Node, Spec
from zoo.spec.op import TensorType
from zoo_mxnet import helpers, training

# A layer of such a name would hide the attribute of nn.HybridBlock, or could not replace it.
BLOCK_ATTRIBUTES = """
apply cast collect_params export forward hybrid_forward hybridize infer_shape infer_type initialize
load load_parameters load_params name name_scope optimize_for params prefix register_child
register_forward_hook register_forward_pre_hook register_op_hook save save_parameters save_params
summary
"""
MOST_AXES = 6
"""Of MXNet's transpose, and in float32 of oneDNN's concatenation and layer norm."""


def emit(spec: Spec, *, mask_batch: int | None = None) -> Program:
    """The program of a model.

    With `mask_batch`, dropout takes given masks for a batch of that size. Raises UnsupportedError
    with all findings if MXNet cannot express the model.
    """
    return MXNetEmitter(spec, mask_batch=mask_batch).program()


def dense(layer: Layer) -> Code:
    # Without flatten=False, axes 1 and on would become one.
    bias = "" if layer["bias"] else ", use_bias=False"
    sizes = f"flatten=False{bias}, in_units={literal(layer['in_features'])}"
    return _module(f"nn.Dense({literal(layer['units'])}, {sizes})")


def conv2d(layer: Layer) -> Code:
    arguments = [literal(layer["channels"]), pair(layer["kernel"])]
    arguments += unless(1, strides=pair(layer["stride"]))
    arguments += unless(0, padding=even_pads(layer) or "0")
    arguments += unless(1, dilation=pair(layer["dilation"]), groups=literal(layer["groups"]))
    if not layer["bias"]:
        arguments.append("use_bias=False")
    arguments.append(f"in_channels={literal(layer['in_channels'])}")
    if even_pads(layer) is None:
        arguments.append(f"pads={layer['pads']}")
        return _module(f"PaddedConv2D({', '.join(arguments)})", "PaddedConv2D")
    return _module(f"nn.Conv2D({', '.join(arguments)})")


def max_pool(layer: Layer) -> Code:
    pads = even_pads(layer)
    if pads is None:
        return Code(f"max_pool(F, {{0}}, {_window_and_pads(layer)})", helpers=("max_pool",))
    return _module(f"nn.MaxPool2D({', '.join([*_window(layer), *unless(0, padding=pads)])})")


def avg_pool(layer: Layer) -> Code:
    pads = even_pads(layer)
    if pads is None:
        counted = "" if layer["count_padding"] else ", count_padding=False"
        call = f"avg_pool(F, {{0}}, {_window_and_pads(layer)}{counted})"
        return Code(call, helpers=("avg_pool",))
    arguments = [*_window(layer), *unless(0, padding=pads)]
    if pads != "0" and not layer["count_padding"]:
        arguments.append("count_include_pad=False")
    return _module(f"nn.AvgPool2D({', '.join(arguments)})")


def batch_norm(layer: Layer) -> Code:
    arguments = unless(0.9, momentum=literal(layer["kept_fraction"]))
    arguments += unless(1e-05, epsilon=literal(layer["epsilon"]))
    arguments.append(f"in_channels={literal(layer['in_channels'])}")
    if layer["running_variance"] == "unbiased":
        return _module(f"BatchNorm({', '.join(arguments)})", "BatchNorm")
    return _module(f"nn.BatchNorm({', '.join(arguments)})")


def layer_norm(layer: Layer) -> Code:
    arguments = unless(1e-05, epsilon=literal(layer["epsilon"]))
    arguments.append(f"in_channels={literal(layer['in_features'])}")
    return _module(f"nn.LayerNorm({', '.join(arguments)})")


def dropout(layer: Layer) -> Code:
    rate = literal(layer["drop_rate"])
    original = layer["form"] == "original"
    if "mask_shape" in layer.fields:
        name = "OriginalMaskedDropout" if original else "MaskedDropout"
        return _module(f"{name}({rate}, {literal(layer['mask_shape'])})", "MaskedDropout", name)
    if original:
        return _module(f"OriginalDropout({rate})", "OriginalDropout")
    return _module(f"nn.Dropout({rate})")


def embedding(layer: Layer) -> Code:
    sizes = f"{literal(layer['vocabulary'])}, {literal(layer['features'])}"
    return _module(f"nn.Embedding({sizes}, weight_initializer=mx.init.Normal(0.02))")


def learned_positions(layer: Layer) -> Code:
    sizes = f"{literal(layer['length'])}, {literal(layer['in_features'])}"
    return _module(f"LearnedPositions({sizes})", "LearnedPositions")


def self_attention(layer: Layer) -> Code:
    arguments = [literal(layer["in_features"]), literal(layer["heads"])]
    arguments += unless(False, causal=literal(layer["causal"]))
    arguments += unless(0.0, drop_rate=literal(layer["drop_rate"]))
    needed = ["SelfAttention"]
    if "mask_shape" in layer.fields:
        arguments.append(f"mask_shape={literal(layer['mask_shape'])}")
        needed.append("MaskedDropout")
    return _module(f"SelfAttention({', '.join(arguments)})", *needed)


def reshape(layer: Layer) -> Code:
    return Code(f"F.reshape({{0}}, shape={(-1, *layer['shape'])})")


def transpose(layer: Layer) -> Code:
    return Code(f"F.transpose({{0}}, axes={(0, *layer['axes'])})")


def select(layer: Layer) -> Code:
    axis, index = literal(layer["axis"]), layer["index"]
    after = index + 1 if isinstance(index, int) else f"{literal(index)} + 1"
    part = f"F.slice_axis({{0}}, axis={axis}, begin={literal(index)}, end={after})"
    return Code(f"F.squeeze({part}, axis={axis})")


TABLE = {
    "dense": dense,
    "conv2d": conv2d,
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "global_avg_pool": plain_function("F.mean({0}, axis=(2, 3))"),
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "dropout": dropout,
    # F.relu is no oneDNN operator, and images would change their layout before it and after.
    "relu": plain_function('F.Activation({0}, act_type="relu")'),
    "gelu_erf": lambda layer: _module("nn.GELU()"),
    "gelu_tanh": plain_function("gelu_tanh(F, {0})", "gelu_tanh"),
    "tanh": plain_function("F.tanh({0})"),
    "sigmoid": plain_function("F.sigmoid({0})"),
    "softmax": plain_function("F.softmax({0}, axis=AXIS)"),
    "log_softmax": plain_function("F.log_softmax({0}, axis=AXIS, temperature=1)"),
    "embedding": embedding,
    "learned_positions": learned_positions,
    "self_attention": self_attention,
    "add": infix("+"),
    "multiply": infix("*"),
    "concatenate": plain_function("F.concat({all}, dim=AXIS)"),
    "flatten": plain_function("F.flatten({0})"),
    "reshape": reshape,
    "transpose": transpose,
    "mean": plain_function("F.mean({0}, axis=AXIS)"),
    "select": select,
}


def _module(made: str, *needed: str) -> Code:
    return Code("{self}({0})", make=made, helpers=needed)


def _window(layer: Layer) -> list[str]:
    kernel, stride = pair(layer["kernel"]), pair(layer["stride"])
    return [kernel] if kernel == stride else [kernel, f"strides={stride}"]


def _window_and_pads(layer: Layer) -> str:
    """For an operator, which takes no single number for a pair."""
    window = (layer[field] for field in ("kernel", "stride"))
    pairs = [literal(v) if isinstance(v, tuple) else f"({v}, {v})" for v in window]
    return ", ".join([*pairs, repr(layer["pads"])])


class MXNetEmitter(Emitter):
    backend = "mxnet"
    framework = "MXNet"
    module_names = (
        "math", "mx", "autograd", "gluon", "nn", "F", "backward", "cross_entropy", "loss",
        "loss_fn", "make_trainer", "mean_squared_error", "model", "targets", "train_step",
        "trainer", "Schedule", "clip_gradients", "rate_factor", "share",
        *training.CLASSES,
    )  # fmt: skip
    table = TABLE
    training = EVERYTHING
    accumulates = True
    helpers = MappingProxyType(
        {
            "OriginalDropout": helpers.ORIGINAL_DROPOUT,
            "MaskedDropout": helpers.MASKED_DROPOUT,
            "OriginalMaskedDropout": helpers.ORIGINAL_MASKED_DROPOUT,
            "SelfAttention": helpers.self_attention(causal=False, masked=False),
            "PaddedConv2D": helpers.PADDED_CONV2D,
            "LearnedPositions": helpers.LEARNED_POSITIONS,
            "BatchNorm": helpers.BATCH_NORM,
            "gelu_tanh": helpers.GELU_TANH,
            "max_pool": helpers.MAX_POOL,
            "avg_pool": helpers.AVG_POOL,
        }
    )
    reserved = frozenset(BLOCK_ATTRIBUTES.split())

    def __init__(self, spec: Spec, *, mask_batch: int | None = None) -> None:
        layers = [node.op for node in spec.nodes if node.op.kind == "self_attention"]
        causal = any(op.attributes()["causal"] for op in layers)
        masked = mask_batch is not None and any(op.attributes()["drop_rate"] for op in layers)
        attention = helpers.self_attention(causal=causal, masked=masked)
        self.helpers = MappingProxyType({**self.helpers, "SelfAttention": attention})
        super().__init__(spec, mask_batch=mask_batch)

    def refusals(self, node: FlatNode) -> list[str]:
        axes = len(node.input_types[0].shape) + 1
        if node.op.kind in ("transpose", "concatenate", "layer_norm") and axes > MOST_AXES:
            return [
                f"its {node.op.kind} takes {MOST_AXES} axes at most (batch counted), here are "
                f"{axes}; reshape neighbouring axes into one around it"
            ]
        return []

    def _fields(
        self, path: str, node: Node, types: tuple[TensorType, ...]
    ) -> tuple[dict[str, Any], Facts]:
        fields, facts = super()._fields(path, node, types)
        if node.op.kind == "self_attention" and "mask_shape" in fields:
            batch, heads, length, _ = fields["mask_shape"]
            fields["mask_shape"] = (batch, length, heads, length)
        return fields, facts

    def header(self, below: str) -> list[str]:
        imports = (
            "import mxnet as mx\nfrom mxnet import autograd, gluon\nfrom mxnet.gluon import nn"
        )
        if uses(below, "math"):
            imports = f"import math\n\n{imports}"
        return [f'"""{self.title()}\n"""', "", imports]

    def write_class(self, out: Writer, cls: BlockClass) -> None:
        out.line(f"class {cls.name}(nn.HybridBlock):")
        with out.indented():
            out.line(f"def __init__({self.signature(cls)}):")
            with out.indented():
                out.line("super().__init__()")
                for name, own in self.arguments_kept(cls).items():
                    out.line(f"self.{own} = {name}")
                for member in cls.members:
                    out.lines(self._declare(member))
            out.line("")
            inputs = ", ".join(["self", "F", *map(self.local, cls.inputs)])
            out.line(f"def hybrid_forward({inputs}):")
            with out.indented():
                if cls is self.outline.model:
                    out.lines(self._inputs_that_are_added())
                out.lines(self.forward(cls, partial(self.called, cls)))

    def _inputs_that_are_added(self) -> list[str]:
        """Static memory has no place for the gradient of such an input, if it is one of several."""
        added = {each for node in self.spec.nodes if node.op.kind == "add" for each in node.inputs}
        names = [self.local(each.name) for each in self.spec.inputs if each.name in added]
        if len(self.spec.inputs) == 1 or not names:
            return []
        say = "# Static memory has no place for the gradient of an input that is added."
        return [say, *(f"{name} = F.identity({name})" for name in names)]

    def _declare(self, member: Member) -> list[str]:
        own = f"self.{self.attribute(member.name)}"
        if isinstance(member, Chain):
            elements = ", ".join(self.elements(member, self._as_block))
            return [f"{own} = nn.HybridSequential()", f"{own}.add({elements})"]
        made = self.make(member)
        if made is None:
            return []
        if member.condition:
            made = f"{made} if {member.condition} else gluon.contrib.nn.Identity()"
        return [f"{own} = {made}"]

    def _as_block(self, layer: Layer) -> str:
        return f"nn.HybridLambda(lambda F, x: {self.layer_call(layer, ['x'], '')})"

    @property
    def has_own_backward(self) -> bool:
        """Whether the module has a backward pass of its own, for its batch norms."""
        return "BatchNorm" in self._needed_helpers()

    def footer(self) -> str:
        return training.footer(self)
