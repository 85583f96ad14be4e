"""From a specification to a TensorFlow module: one function an op, then the module around them.

Images are kept channels last (`zoo.emit.layout`); the model's output is in canonical order.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import Callable, Sequence

from zoo.emit.base import Code, Emitter, Program, indexed, infix, plain_function
from zoo.emit.body import Loop, Rendered
from zoo.emit.layout import LAST, PLAIN
from zoo.emit.outline import BlockClass, Chain, Layer, Member, Use
from zoo.emit.pieces import all_pads, literal, pair, unless, uses
from zoo.emit.training import EVERYTHING
from zoo.emit.writer import Writer
from zoo.spec.graph import Spec
from zoo_tensorflow import helpers, training


def emit(spec: Spec, *, mask_batch: int | None = None) -> Program:
    """The program of a model.

    With `mask_batch`, dropout takes given masks for a batch of that size. Raises UnsupportedError
    with all findings if TensorFlow cannot express the model.
    """
    return TensorFlowEmitter(spec, mask_batch=mask_batch).program()


def dense(layer: Layer) -> Code:
    bias = "" if layer["bias"] else ", bias=False"
    return _module(f"Dense({literal(layer['in_features'])}, {literal(layer['units'])}{bias})")


def conv2d(layer: Layer) -> Code:
    arguments = [literal(layer["in_channels"]), literal(layer["channels"]), pair(layer["kernel"])]
    arguments += unless(1, stride=pair(layer["stride"]))
    arguments += unless(0, pads=all_pads(layer))
    unusual = unless(1, dilation=pair(layer["dilation"]), groups=literal(layer["groups"]))
    name = "GroupedConv2D" if unusual else "Conv2D"
    arguments += unusual + unless(True, bias=literal(layer["bias"]))
    return _module(f"{name}({', '.join(arguments)})")


def max_pool(layer: Layer) -> Code:
    window = f"{pair(layer['kernel'])}, {pair(layer['stride'])}"
    if _as_same(layer):
        return Code(f'tf.nn.max_pool2d({{0}}, {window}, "SAME")')
    x = _padded(layer, ", constant_values=DTYPE.min")
    return Code(f'tf.nn.max_pool2d({x}, {window}, "VALID")')


def avg_pool(layer: Layer) -> Code:
    window = f"{pair(layer['kernel'])}, {pair(layer['stride'])}"
    if layer["count_padding"] or not any(layer["pads"]):
        return Code(f'tf.nn.avg_pool2d({_padded(layer)}, {window}, "VALID")')
    if _as_same(layer):
        return Code(f'tf.nn.avg_pool2d({{0}}, {window}, "SAME")')
    call = f"average_inside({{0}}, {window}, {_paddings(layer)})"
    return Code(call, helpers=("average_inside",))


def batch_norm(layer: Layer) -> Code:
    arguments = [literal(layer["in_channels"])]
    arguments += unless(1e-05, epsilon=literal(layer["epsilon"]))
    arguments += unless(0.9, kept_fraction=literal(layer["kept_fraction"]))
    name = "BiasedBatchNorm" if layer["running_variance"] == "biased" else "BatchNorm"
    needed = [name]
    if len(layer.input_types[0].shape) == 3:
        name += "2D"
        needed.append(name)
    return _module(f"{name}({', '.join(arguments)})", *needed, training=True)


def layer_norm(layer: Layer) -> Code:
    arguments = [literal(layer["in_features"]), *unless(1e-05, epsilon=literal(layer["epsilon"]))]
    return _module(f"LayerNorm({', '.join(arguments)})")


def dropout(layer: Layer) -> Code:
    rate = literal(layer["drop_rate"])
    original = layer["form"] == "original"
    if "mask_shape" in layer.fields:
        name = "OriginalMaskedDropout" if original else "MaskedDropout"
        made = f"{name}({rate}, {literal(layer['mask_shape'])})"
        return _module(made, "MaskedDropout", name, training=True)
    return _module(f"OriginalDropout({rate})" if original else f"Dropout({rate})", training=True)


def embedding(layer: Layer) -> Code:
    return _module(f"Embedding({literal(layer['vocabulary'])}, {literal(layer['features'])})")


def learned_positions(layer: Layer) -> Code:
    return _module(f"LearnedPositions({literal(layer['length'])}, {literal(layer['in_features'])})")


def self_attention(layer: Layer) -> Code:
    arguments = [literal(layer["in_features"]), literal(layer["heads"])]
    arguments += unless(False, causal=literal(layer["causal"]))
    drops = [f"drop_rate={literal(layer['drop_rate'])}"] if layer.facts.drops else []
    needed = ["Dense", "SelfAttention"]
    if "mask_shape" in layer.fields:
        drops.append(f"mask_shape={literal(layer['mask_shape'])}")
        needed.append("MaskedDropout")
    elif drops:
        needed.append("Dropout")
    made = f"SelfAttention({', '.join(arguments + drops)})"
    return _module(made, *needed, training=bool(drops))


def concatenate(layer: Layer) -> Code:
    axis = layer.facts.flow.output.axis(layer["axis"])
    return Code(f"tf.concat([{{all}}], axis={axis})")


def flatten(layer: Layer) -> Code:
    return Code(f"tf.reshape({{0}}, [-1, {literal(layer['elements'])}])")


def reshape(layer: Layer) -> Code:
    return Code(f"tf.reshape({{0}}, {[-1, *layer['shape']]})")


def transpose(layer: Layer) -> Code:
    return Code(f"tf.transpose({{0}}, {[0, *layer['axes']]})")


TABLE: dict[str, Callable[[Layer], Code]] = {
    "dense": dense,
    "conv2d": conv2d,
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "global_avg_pool": plain_function("tf.reduce_mean({0}, axis=[1, 2])"),
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "dropout": dropout,
    "relu": plain_function("tf.nn.relu({0})"),
    "gelu_erf": plain_function("gelu({0})", "gelu"),
    "gelu_tanh": plain_function("gelu_tanh({0})", "gelu_tanh"),
    "tanh": plain_function("tf.tanh({0})"),
    "sigmoid": plain_function("tf.sigmoid({0})"),
    "softmax": plain_function("tf.nn.softmax({0}, axis=AXIS)"),
    "log_softmax": plain_function("tf.nn.log_softmax({0}, axis=AXIS)"),
    "embedding": embedding,
    "learned_positions": learned_positions,
    "self_attention": self_attention,
    "add": infix("+"),
    "multiply": infix("*"),
    "concatenate": concatenate,
    "flatten": flatten,
    "reshape": reshape,
    "transpose": transpose,
    "mean": plain_function("tf.reduce_mean({0}, axis=AXIS)"),
    "select": indexed,
}


def _module(made: str, *needed: str, training: bool = False) -> Code:
    call = "{self}({0}, training)" if training else "{self}({0})"
    return Code(call, make=made, helpers=needed or (made.partition("(")[0],), training=training)


def _paddings(layer: Layer) -> str:
    """Pads as tf.pad wants them."""
    top, bottom, left, right = layer["pads"]
    return repr([[0, 0], [top, bottom], [left, right], [0, 0]])


def _padded(layer: Layer, how: str = "") -> str:
    return f"tf.pad({{0}}, {_paddings(layer)}{how})" if any(layer["pads"]) else "{0}"


def _as_same(layer: Layer) -> bool:
    """Whether TensorFlow's "SAME" means these pads, whatever the size of the image.

    It leaves padded places out. (With a stride above 1 it depends on the size.)
    """
    kernel, stride = layer["kernel"], layer["stride"]
    if not isinstance(kernel, tuple) or stride != (1, 1) or not any(layer["pads"]):
        return False
    return all(
        layer["pads"][2 * side : 2 * side + 2] == ((k - 1) // 2, k // 2)
        for side, k in enumerate(kernel)
    )


class TensorFlowEmitter(Emitter):
    backend = "tensorflow"
    framework = "TensorFlow"
    module_names = (
        "tf", "DTYPE", "math", "loss_fn", "make_optimizer", "train_step", "model", "optimizer",
        "targets", "tape", "loss", "gradients", "layer", "rate_factor", "Accumulated",
        *training.CLASSES.values(),
    )  # fmt: skip
    table = TABLE
    training = EVERYTHING
    accumulates = True
    helpers = MappingProxyType(
        {
            "gelu": helpers.GELU,
            "gelu_tanh": helpers.GELU_TANH,
            "average_inside": helpers.AVERAGE_INSIDE,
            "Dense": helpers.DENSE,
            "Conv2D": helpers.CONV2D,
            "GroupedConv2D": helpers.GROUPED_CONV2D,
            "BatchNorm": helpers.BATCH_NORM,
            "BatchNorm2D": helpers.BATCH_NORM_2D,
            "BiasedBatchNorm": helpers.BIASED_BATCH_NORM,
            "BiasedBatchNorm2D": helpers.BIASED_BATCH_NORM_2D,
            "LayerNorm": helpers.LAYER_NORM,
            "Dropout": helpers.DROPOUT,
            "OriginalDropout": helpers.ORIGINAL_DROPOUT,
            "MaskedDropout": helpers.MASKED_DROPOUT,
            "OriginalMaskedDropout": helpers.ORIGINAL_MASKED_DROPOUT,
            "Embedding": helpers.EMBEDDING,
            "LearnedPositions": helpers.LEARNED_POSITIONS,
            "SelfAttention": helpers.SELF_ATTENTION,
        }
    )
    # Attributes of tf.Module, which a layer of that name would hide.
    reserved = frozenset(
        [
            "name",
            "name_scope",
            "non_trainable_variables",
            "submodules",
            "trainable_variables",
            "variables",
            "with_name_scope",
        ]
    )
    is_channels_last = True

    def __init__(self, spec: Spec, *, mask_batch: int | None = None) -> None:
        special = {}
        ranks = [len(n.type.shape) for n in spec.nodes if n.op.kind in ("dense", "self_attention")]
        if any(rank > 1 for rank in ranks):
            special["Dense"] = helpers.DENSE_ON_LAST_AXIS
        if any(n.op.kind == "self_attention" and n.masks() for n in spec.nodes):
            special["SelfAttention"] = (
                helpers.DROPOUT_SELF_ATTENTION
                if mask_batch is None
                else helpers.MASKED_SELF_ATTENTION
            )
        self.helpers = MappingProxyType({**self.helpers, **special})
        super().__init__(spec, mask_batch=mask_batch)

    def header(self, below: str) -> list[str]:
        imports = "import tensorflow as tf\n\nDTYPE = tf.float32"
        if uses(below, "math"):
            imports = f"import math\n\n{imports}"
        return [f'"""{self.title()}\n"""', "", imports]

    def write_class(self, out: Writer, cls: BlockClass) -> None:
        out.line(f"class {cls.name}(tf.Module):")
        inputs = ["self", *map(self.local, cls.inputs)]
        if self.needs_training(cls):
            inputs.append("training=False")
        with out.indented():
            out.line(f"def __init__({self.signature(cls)}):")
            with out.indented():
                out.line("super().__init__()")
                for name, own in self.arguments_kept(cls).items():
                    out.line(f"self.{own} = {name}")
                for member in cls.members:
                    out.lines(self._declare(member))
            out.line("")
            out.line(f"def __call__({', '.join(inputs)}):")
            with out.indented():
                out.lines(self._statements(cls))

    def _statements(self, cls: BlockClass) -> list[str]:
        lines = self.forward(cls, partial(self._render, cls))
        if cls is self.outline.model:
            result = lines.pop().partition("return ")[2]
            lines.append(f"return {self.returned(result)}")
        return lines

    def _declare(self, member: Member) -> list[str]:
        attribute = self.attribute(member.name)
        if isinstance(member, Chain):
            return [f"self.{attribute} = [{self._list(member)}]"]
        made = self.make(member)
        if made is None:
            return []
        if member.condition:
            made = f"{made} if {member.condition} else None"
        return [f"self.{attribute} = {made}"]

    def _list(self, chain: Chain) -> str:
        elements = self.elements(chain, self._as_function)
        if len(elements) == 1 and elements[0].startswith("*("):
            return elements[0][len("*(") : -len(")")]
        return ", ".join(elements)

    def _as_function(self, layer: Layer) -> str:
        call = self.layer_call(layer, ["x"], "")
        name = call.partition("(")[0]
        return name if call == f"{name}(x)" else f"lambda x: {call}"

    def _render(self, cls: BlockClass, member: Member, inputs: Sequence[str]) -> Rendered:
        own = f"self.{self.attribute(member.name)}"
        if isinstance(member, Chain):
            return self._chain(member, own)
        if isinstance(member, Layer) and self.make(member) is None:
            function = self.in_forward(cls, member)
            if not function.condition:
                return self.layer_call(function, inputs, own)
            call = self.layer_call(function, ["{x}"], own)
            return Loop((f"if {function.condition}:", "    {x} = " + call))
        if member.condition:
            return Loop((f"if {own}:", "    {x} = " + self._call(member, ["{x}"], own)))
        return self._call(member, inputs, own)

    def _call(self, member: Layer | Use, inputs: Sequence[str], own: str) -> str:
        if isinstance(member, Layer):
            return self.layer_call(member, inputs, own)
        training = ["training"] if self.needs_training(member) else []
        return f"{own}({', '.join([*inputs, *training])})"

    def _chain(self, chain: Chain, own: str) -> Loop:
        """One loop if all elements are called alike, else a statement or a loop for each run."""
        calls = [self._element_call(element) for element, _ in chain.runs]
        if len(set(calls)) == 1:
            return Loop((f"for layer in {own}:", "    {x} = " + calls[0]))
        lines, index = [], 0
        for call, (_, count) in zip(calls, chain.runs):
            if count == 1:
                lines.append("{x} = " + f"{own}[{index}]" + call[len("layer") :])
            else:
                lines.append(f"for layer in {own}[{index}:{index + count}]:")
                lines.append("    {x} = " + call)
            index += count
        return Loop(tuple(lines))

    def _element_call(self, element: Layer | Use) -> str:
        """The call of a chain's element `layer` with {x}; a plain function is an element too."""
        if isinstance(element, Layer) and self.make(element) is None:
            return "layer({x})"
        return self._call(element, ["{x}"], "layer")

    def convert(self, text: str, given: str, wanted: str) -> str:
        order = {(LAST, PLAIN): [0, 3, 1, 2], (PLAIN, LAST): [0, 2, 3, 1]}[given, wanted]
        return f"tf.transpose({text}, {order})"

    def footer(self) -> str:
        return training.footer(self)
