"""From a specification to a functional Keras model: one function an op, then the functions around.

One text serves every engine; only its first lines name the engine, and GELU is written out on
TensorFlow. Images are kept channels last (`zoo.emit.layout`), Keras's default on every engine; the
model's output is in canonical order.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from types import MappingProxyType
from typing import Any, Callable, ClassVar, Iterable, Mapping, Sequence

from zoo.emit.base import Code, Emitter, Facts, Program, indexed, infix, plain_function
from zoo.emit.body import Loop, Rendered, statements
from zoo.emit.layout import LAST, entering
from zoo.emit.outline import BlockClass, Chain, Layer, Member, Use
from zoo.emit.parameters import Name
from zoo.emit.pieces import arguments, literal, pair, parameters, unless, uses
from zoo.emit.training import EVERYTHING
from zoo.emit.writer import Writer
from zoo.spec.graph import FlatNode, Node, Spec
from zoo.spec.op import TensorType
from zoo_keras import helpers, training


def emit(spec: Spec, *, mask_batch: int | None = None, engine: str) -> Program:
    """The program of a model for Keras on an engine: "tensorflow", "jax" or "torch".

    With `mask_batch`, dropout takes given masks for a batch of that size. Raises UnsupportedError
    with all findings if Keras cannot express the model.
    """
    return EMITTERS[engine](spec, mask_batch=mask_batch).program()


def dense(layer: Layer) -> Code:
    return _layer("layers.Dense", literal(layer["units"]), *_bias(layer))


def conv2d(layer: Layer) -> Code:
    kernel, stride, pads = pair(layer["kernel"]), pair(layer["stride"]), layer["pads"]
    sizes = [literal(layer["channels"]), kernel]
    options = unless(1, dilation_rate=pair(layer["dilation"]), groups=literal(layer["groups"]))
    options += _bias(layer)
    if layer["dilation"] != (1, 1) and stride != "1":
        made = f"layers.Conv2D({', '.join([*sizes, *options])}, {{self}})({{{{x}}}})"
        pad = f"layers.ZeroPadding2D({_pads(layer)})({{0}})\n"
        return Code(f"{pad}{made}\nevery({{{{x}}}}, {stride})", helpers=("every",))
    if not any(pads):
        strides = unless(1, strides=stride)
        return _layer("layers.Conv2D", *sizes, *strides, *options)
    is_named = isinstance(layer["stride"], Name) or isinstance(layer["kernel"], Name)
    if is_named and layer["dilation"] == (1, 1) and len(set(pads)) == 1:
        call = ", ".join(["{0}", *sizes, stride, _pads(layer), *options, "{self}"])
        return Code(f"conv2d({call})", helpers=("conv2d",))
    if _as_same(layer, layer["dilation"]):
        return _layer("layers.Conv2D", *sizes, 'padding="same"', *options)
    made = ", ".join([*sizes, *unless(1, strides=stride), *options, "{self}"])
    return Code(f"layers.ZeroPadding2D({_pads(layer)})({{0}})\nlayers.Conv2D({made})({{{{x}}}})")


def max_pool(layer: Layer) -> Code:
    if _as_same(layer):
        return Code(f'layers.MaxPooling2D({_window(layer)}, padding="same")({{0}})')
    if not any(layer["pads"]):
        return Code(f"layers.MaxPooling2D({_window(layer)})({{0}})")
    pad = f'ops.pad({{0}}, {_paddings(layer)}, constant_values=float("-inf"))'
    return Code(f"{pad}\nlayers.MaxPooling2D({_window(layer)})({{{{x}}}})")


def avg_pool(layer: Layer) -> Code:
    pool = f"layers.AveragePooling2D({_window(layer)}"
    if not any(layer["pads"]):
        return Code(f"{pool})({{0}})")
    if layer["count_padding"]:
        return Code(f"layers.ZeroPadding2D({_pads(layer)})({{0}})\n{pool})({{{{x}}}})")
    if _as_same(layer):
        return Code(f'{pool}, padding="same")({{0}})')
    window = f"{pair(layer['kernel'])}, {pair(layer['stride'])}"
    call = f"average_inside({{0}}, {window}, {_paddings(layer)})"
    return Code(call, helpers=("average_inside",))


def batch_norm(layer: Layer) -> Code:
    options = f"momentum={literal(layer['kept_fraction'])}, epsilon={literal(layer['epsilon'])}"
    if layer["running_variance"] == "biased":
        return _layer("layers.BatchNormalization", options)
    return _layer("BatchNorm", options, needs=("BatchNorm",))


def layer_norm(layer: Layer) -> Code:
    return _layer("layers.LayerNormalization", f"epsilon={literal(layer['epsilon'])}")


def dropout(layer: Layer) -> Code:
    rate = literal(layer["drop_rate"])
    original = layer["form"] == "original"
    if "mask_shape" in layer.fields:
        name = "OriginalMaskedDropout" if original else "MaskedDropout"
        return _layer(name, rate, literal(layer["mask_shape"]), needs=("MaskedDropout", name))
    if original:
        return _layer("OriginalDropout", rate, needs=("OriginalDropout",))
    return Code(f"layers.Dropout({rate})({{0}})")


def embedding(layer: Layer) -> Code:
    sizes = f"{literal(layer['vocabulary'])}, {literal(layer['features'])}"
    law = "embeddings_initializer=keras.initializers.RandomNormal(stddev=0.02)"
    return _layer("layers.Embedding", sizes, law)


def learned_positions(layer: Layer) -> Code:
    return _layer("LearnedPositions", needs=("LearnedPositions",))


def self_attention(layer: Layer) -> Code:
    options = unless(False, causal=literal(layer["causal"]))
    if layer.facts.drops:
        options.append(f"drop_rate={literal(layer['drop_rate'])}")
    needed = ["SelfAttention"]
    if "mask_shape" in layer.fields:
        options.append(f"mask_shape={literal(layer['mask_shape'])}")
        needed.append("MaskedDropout")
    made = ", ".join([literal(layer["heads"]), *options, "{self}"])
    return Code(f"SelfAttention({made})({{0}})", helpers=tuple(needed))


def concatenate(layer: Layer) -> Code:
    axis = layer.facts.flow.output.axis(layer["axis"])
    return Code(f"ops.concatenate([{{all}}], axis={axis})")


def reshape(layer: Layer) -> Code:
    return Code(f"layers.Reshape({literal(layer['shape'])})({{0}})")


def transpose(layer: Layer) -> Code:
    return Code(f"ops.transpose({{0}}, {(0, *layer['axes'])})")


TABLE: dict[str, Callable[[Layer], Code]] = {
    "dense": dense,
    "conv2d": conv2d,
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "global_avg_pool": plain_function("layers.GlobalAveragePooling2D()({0})"),
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "dropout": dropout,
    "relu": plain_function("ops.relu({0})"),
    "gelu_erf": plain_function("ops.gelu({0}, approximate=False)"),
    "gelu_tanh": plain_function("ops.gelu({0}, approximate=True)"),
    "tanh": plain_function("ops.tanh({0})"),
    "sigmoid": plain_function("ops.sigmoid({0})"),
    "softmax": plain_function("ops.softmax({0}, axis=AXIS)"),
    "log_softmax": plain_function("ops.log_softmax({0}, axis=AXIS)"),
    "embedding": embedding,
    "learned_positions": learned_positions,
    "self_attention": self_attention,
    "add": infix("+"),
    "multiply": infix("*"),
    "concatenate": concatenate,
    "flatten": plain_function("layers.Flatten()({0})"),
    "reshape": reshape,
    "transpose": transpose,
    "mean": plain_function("ops.mean({0}, axis=AXIS)"),
    "select": indexed,
}

# Names that Keras gives by itself to operations and layers without a name.
GIVEN = re.compile(
    "(activation|add|average_pool|average_pooling2d|concatenate|dropout|flatten|gelu|get_item|"
    "global_average_pooling2d|log_softmax|max_pooling2d|mean|multiply|pad|relu|reshape|sigmoid|"
    r"softmax|tanh|transpose|true_divide|zero_padding2d)(_\d+)?"
)


def _layer(name: str, *texts: str, needs: tuple[str, ...] = ()) -> Code:
    made = ", ".join([*texts, "{self}"])
    return Code(f"{name}({made})({{0}})", helpers=needs)


def _bias(layer: Layer) -> list[str]:
    return unless(True, use_bias=literal(layer["bias"]))


def _window(layer: Layer) -> str:
    kernel, stride = pair(layer["kernel"]), pair(layer["stride"])
    return kernel if kernel == stride else f"{kernel}, strides={stride}"


def _pads(layer: Layer) -> str:
    """Pads as ZeroPadding2D wants them."""
    top, bottom, left, right = layer["pads"]
    if top == bottom and left == right:
        return pair((top, left))
    return repr(((top, bottom), (left, right)))


def _paddings(layer: Layer) -> str:
    """Pads as ops.pad wants them."""
    top, bottom, left, right = layer["pads"]
    return repr(((0, 0), (top, bottom), (left, right), (0, 0)))


def _as_same(layer: Layer, dilation: tuple[int, int] = (1, 1)) -> bool:
    """Whether Keras's "same" means these pads, whatever the size of the image.

    Pools leave padded places out then. (With a stride above 1 it depends on the size.)
    """
    kernel, stride, pads = layer["kernel"], layer["stride"], layer["pads"]
    if not isinstance(kernel, tuple) or stride != (1, 1) or not any(pads):
        return False
    reach = [d * (k - 1) for k, d in zip(kernel, dilation)]
    return bool(pads == tuple(pad for r in reach for pad in (r // 2, r - r // 2)))


def spelled(path: str) -> str:
    """The name of a layer in Keras, which takes no dots on PyTorch and no name twice."""
    parts = [f"{part}_" if GIVEN.fullmatch(part) else part for part in path.split(".")]
    return "_".join(parts)


class KerasEmitter(Emitter):
    """What the engines have in common; each says its name and how to run in float64."""

    engine: ClassVar[str]
    float64: ClassVar[str]
    table = MappingProxyType(TABLE)
    module_names = (
        "math", "os", "keras", "layers", "ops", "name", "index", "compile_model", "train_step",
        "model", "inputs", "outputs", "targets", "step", "loss", "optimizer", "LearningRate",
        "SmoothedCrossentropy", "CrossentropyOfOutput", *training.CLASSES,
    )  # fmt: skip
    helpers = MappingProxyType(
        {
            "gelu": helpers.GELU,
            "gelu_tanh": helpers.GELU_TANH,
            "conv2d": helpers.CONV2D,
            "every": helpers.EVERY,
            "average_inside": helpers.AVERAGE_INSIDE,
            "BatchNorm": helpers.BATCH_NORM,
            "OriginalDropout": helpers.ORIGINAL_DROPOUT,
            "MaskedDropout": helpers.MASKED_DROPOUT,
            "OriginalMaskedDropout": helpers.ORIGINAL_MASKED_DROPOUT,
            "LearnedPositions": helpers.LEARNED_POSITIONS,
            "SelfAttention": helpers.SELF_ATTENTION,
        }
    )
    is_channels_last = True
    finds_widths = True
    training = EVERYTHING
    accumulates = True

    def __init__(self, spec: Spec, *, mask_batch: int | None = None) -> None:
        if any(n.op.kind == "self_attention" and n.masks() for n in spec.nodes):
            attention = (
                helpers.DROPOUT_SELF_ATTENTION
                if mask_batch is None
                else helpers.MASKED_SELF_ATTENTION
            )
            self.helpers = MappingProxyType({**self.helpers, "SelfAttention": attention})
        named = [n.path for n in spec.nodes if n.states() or n.masks()]
        self._spelled = Counter(map(spelled, [*(n.name for n in spec.inputs), *named]))
        super().__init__(spec, mask_batch=mask_batch)

    def model_name(self) -> str:
        return self.spec.name

    def block_name(self, block: str) -> str:
        return block

    def variables(self) -> Iterable[str]:
        return ["x", "y", "z", "u", "v", "w", *(f"{node.name}_input" for node in self.spec.inputs)]

    def refusals(self, node: FlatNode) -> list[str]:
        name = spelled(node.path)
        if self._spelled[name] > 1 or (self._spelled[name] and GIVEN.fullmatch(name)):
            return [f"Keras knows its layers by one name, and {name} is taken; rename this layer"]
        return []

    def _fields(
        self, path: str, node: Node, types: tuple[TensorType, ...]
    ) -> tuple[dict[str, Any], Facts]:
        """Without the sizes of the inputs, which a Keras layer finds out."""
        fields, facts = super()._fields(path, node, types)
        sizes = node.op.sizes(*types)
        return {name: value for name, value in fields.items() if name not in sizes}, facts

    def header(self, below: str) -> list[str]:
        parts = ", ".join(name for name in ("layers", "ops") if uses(below, name))
        return [
            f'"""{self.title()}\n"""',
            "",
            "import math\nimport os" if uses(below, "math") else "import os",
            f'\nos.environ.setdefault("KERAS_BACKEND", "{self.engine}")\n',
            f"import keras\nfrom keras import {parts}" if parts else "import keras",
            "",
            self.float64,
        ]

    def write_class(self, out: Writer, cls: BlockClass) -> None:
        if cls is self.outline.model:
            self._write_model(out, cls)
            return
        inputs = {name: self.local(name) for name in cls.inputs}
        own = [*inputs.values(), *parameters(cls, cls.parameters), "*", "name"]
        out.line(f"def {cls.name}({', '.join(own)}):")
        with out.indented():
            for name, variable in cls.found.items():
                out.line(f"{variable} = {inputs[name]}.shape[-1]")
            out.lines(self._statements(cls, inputs, "{name}_"))

    def _write_model(self, out: Writer, model: BlockClass) -> None:
        several = len(model.inputs) > 1
        inputs = {name: f"{name}_input" if several else "inputs" for name in model.inputs}
        out.line(f"def {model.name}():")
        with out.indented():
            for node in self.spec.inputs:
                dtype = ', dtype="int32"' if node.type.dtype == "int" else ""
                what = f"{entering(node.type)}{dtype}, {_name(spelled(node.name))}"
                out.line(f"{inputs[node.name]} = keras.Input({what})")
            *lines, last = self._statements(model, inputs, "")
            outputs = self.returned(last.partition("return ")[2])
            out.lines([*lines, f"outputs = {outputs}"])
            given = f"[{', '.join(inputs.values())}]" if several else "inputs"
            out.line(f'return keras.Model({given}, outputs, name="{self.spec.name}")')

    def _statements(self, cls: BlockClass, inputs: Mapping[str, str], prefix: str) -> list[str]:
        """Lines of a function; `prefix` begins the names of its layers."""
        render = partial(self._render, prefix)
        taken = (*cls.parameters, *cls.found.values())
        return statements(cls.members, inputs, cls.output, render, taken)

    def _render(self, prefix: str, member: Member, inputs: Sequence[str]) -> Rendered:
        """An operation is an expression, a layer or a block a line of its own."""
        if isinstance(member, Chain):
            return Loop(tuple(self._chain(prefix, member)))
        own = prefix + spelled(member.name)
        if len(inputs) > 1:
            return self._call(member, inputs, own)
        steps = self._steps(member, own)
        if member.condition:
            return Loop((f"if {member.condition}:", *(f"    {step}" for step in steps)))
        if isinstance(member, Layer) and self._is_operation(member):
            return self.layer_call(member, inputs, "")
        return Loop(tuple(steps))

    def _is_operation(self, layer: Layer) -> bool:
        call = self.code(layer).call
        return not any(sign in call for sign in ("layers.", "{self}", "\n"))

    def _steps(self, member: Layer | Use, own: str) -> list[str]:
        """Statements that take {x} through a layer or a block."""
        return [f"{{x}} = {step}" for step in self._call(member, ["{x}"], own).split("\n")]

    def _call(self, member: Layer | Use, inputs: Sequence[str], own: str) -> str:
        if isinstance(member, Layer):
            return self.layer_call(member, inputs, _name(own))
        given = arguments(member, member.cls.parameters, by_position=2)
        return f"{member.cls.name}({', '.join([*inputs, *given, _name(own)])})"

    def _chain(self, prefix: str, chain: Chain) -> list[str]:
        lines, start = [], 0
        for element, count in chain.runs:
            own = f"{prefix}{spelled(chain.name)}_"
            if count == 1:
                lines += self._steps(element, f"{own}{start}")
            else:
                steps = self._steps(element, own + "{index}")
                index = "index" if any("{index}" in step for step in steps) else "_"
                span = f"{start}, {start + count}" if start else f"{count}"
                lines.append(f"for {index} in range({span}):")
                lines += [f"    {step}" for step in steps]
            start += count
        return lines

    def convert(self, text: str, given: str, wanted: str) -> str:
        axes = (0, 3, 1, 2) if given == LAST else (0, 2, 3, 1)
        return f"ops.transpose({text}, {axes})"

    def footer(self) -> str:
        return training.footer(self)


class OnTensorFlow(KerasEmitter):
    backend = "keras-tensorflow"
    framework = "Keras on TensorFlow"
    engine = "tensorflow"
    table = MappingProxyType(
        {
            **TABLE,
            # Layers: outside of one, a number times a symbolic tensor is sparse to Keras.
            "gelu_erf": plain_function("layers.Activation(gelu)({0})", "gelu"),
            "gelu_tanh": plain_function("layers.Activation(gelu_tanh)({0})", "gelu_tanh"),
        }
    )
    float64 = """\
# For float64: keras.config.set_floatx("float64") and, as Keras on TensorFlow rounds
# plain floats, numpy.float64 for the optimizer's numbers, such as
# model.optimizer.momentum = numpy.float64(model.optimizer.momentum),
# after compile_model."""


class OnJAX(KerasEmitter):
    backend = "keras-jax"
    framework = "Keras on JAX"
    engine = "jax"
    float64 = """\
# For float64: keras.config.set_floatx("float64"),
# jax.config.update("jax_enable_x64", True) and, as Keras on JAX narrows inside layers,
# keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"."""


class OnTorch(KerasEmitter):
    backend = "keras-torch"
    framework = "Keras on PyTorch"
    engine = "torch"
    float64 = """\
# For float64: keras.config.set_floatx("float64") and, as Keras on PyTorch narrows
# inside layers,
# keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"."""


EMITTERS = {emitter.engine: emitter for emitter in (OnTensorFlow, OnJAX, OnTorch)}


def _name(own: str) -> str:
    """The argument `name` of a layer or a block."""
    return f'name={"f" if "{" in own else ""}"{own}"'
