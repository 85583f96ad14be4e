"""The emitter that adapters extend: a table from op to code, and the walk that uses it.

An adapter gives, for each op, the expression that makes its layer (if it has one) and the
expression that calls it. Everything that a framework cannot express is collected first and raised
at once; nothing is written then.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from types import MappingProxyType
from typing import Any, Callable, ClassVar, Iterable, Mapping, Sequence

import attrs

from zoo.emit.body import Rendered, statements
from zoo.emit.layout import LAST, PLAIN, Flow, channels_first, channels_last, input_layout
from zoo.emit.names import PYTHON, Namespace, attribute, camel_case, model_class
from zoo.emit.outline import BlockClass, Chain, Layer, Member, Outline, Use
from zoo.emit.parameters import Name
from zoo.emit.pieces import arguments, layers, literal, operand, parameters, written
from zoo.emit.training import FIRST, unwritten
from zoo.emit.writer import Writer
from zoo.errors import UnsupportedError, nearest
from zoo.spec.graph import FlatNode, Node, Spec
from zoo.spec.op import TensorType


@attrs.frozen
class Code:
    """What one layer contributes.

    Attributes:
        call: expression of the forward pass; {0}, {1}, ... are the inputs, {all} all of them,
            {self} the layer's own attribute.
        make: expression that constructs the layer, or None for a plain function.
        helpers: names of helper texts that the module then needs.
        training: whether the call reads the training flag.
    """

    call: str
    make: str | None = None
    helpers: tuple[str, ...] = ()
    training: bool = False


@attrs.frozen
class Part:
    """A stretch of an emitted module.

    Attributes:
        kind: "header", "helper", "block", "model" or "training".
        name: of the helper, of the block or of the model; empty for the others.
        text: its lines, without blank lines around them.
    """

    kind: str
    name: str
    text: str


@attrs.frozen
class Program:
    """An emitted module.

    Attributes:
        entry: name of the model's class (or function).
        parts: what it consists of, in order.
    """

    entry: str
    parts: tuple[Part, ...]

    @property
    def source(self) -> str:
        """The module's text: its parts, two blank lines apart."""
        return "\n\n\n".join(part.text for part in self.parts) + "\n"


@attrs.frozen
class Facts:
    """Structural things about a node, beside its attributes; calls that differ here are not merged.

    Attributes:
        flow: layouts of its inputs and of its output.
        ranks: of its inputs, the batch counted.
        drops: whether it has dropout with a rate above zero.
        overwrites: whether it may write over its input, which nothing else reads or keeps.
    """

    flow: Flow
    ranks: tuple[int, ...]
    drops: bool
    overwrites: bool


class Emitter(ABC):
    """Turns a specification into one module of source code.

    Class attributes, to be set by the adapter:
        backend: its name, for messages.
        framework: what people call it, for the first line of the source.
        reserved: attribute names that a layer must not have.
        module_names: names that the emitted module uses at its top level.
        table: for each kind of op, a function from a `Layer` to its `Code`.
        helpers: texts (classes or functions) that some ops need, by name, in order.
        function_in_chain: helpers that a plain function needs to be an element of a chain.
        has_inplace: whether a ReLU can write over its input.
        is_channels_last: whether images are kept as (batch, h, w, channels).
        finds_widths: whether a block takes the features of its inputs from them.
        training: for each kind of loss, optimizer, schedule and clipping that the training step
            is written for, the attributes that it heeds; others must have their default.
        accumulates: whether it is written for several micro-batches a step.
    """

    backend: ClassVar[str]
    framework: ClassVar[str]
    reserved: ClassVar[frozenset[str]] = frozenset()
    module_names: ClassVar[tuple[str, ...]] = ()
    table: ClassVar[Mapping[str, Callable[[Layer], Code]]]
    helpers: Mapping[str, str] = MappingProxyType({})
    function_in_chain: ClassVar[tuple[str, ...]] = ()
    has_inplace: ClassVar[bool] = False
    is_channels_last: ClassVar[bool] = False
    finds_widths: ClassVar[bool] = False
    training: ClassVar[Mapping[str, tuple[str, ...]]] = FIRST
    accumulates: ClassVar[bool] = False

    def __init__(self, spec: Spec, *, mask_batch: int | None = None) -> None:
        """With `mask_batch`, dropout takes given masks for a batch of that size."""
        self.spec, self.mask_batch = spec, mask_batch
        self.flows = channels_last(spec) if self.is_channels_last else channels_first(spec)
        self._refuse_all()
        names = Namespace([*self.module_names, *self.helpers, *self.variables()])
        self.entry = names.new(self.model_name())
        self._nodes = {node.path: node for node in spec.nodes}
        self._readers = Counter(path for node in spec.nodes for path in node.inputs)
        self.outline = Outline(
            spec, self.entry, self._fields, names, self.local, self.block_name,
            finds_widths=self.finds_widths,
        )  # fmt: skip

    def model_name(self) -> str:
        """What the model's class (or function) is called, if that name is free."""
        return model_class(self.spec.name, self.spec.summary)

    def block_name(self, block: str) -> str:
        """What a block's class (or function) is called, if that name is free."""
        return camel_case(block)

    def variables(self) -> Iterable[str]:
        """Names of variables that classes (or functions) must not have."""
        return ()

    def refusals(self, node: FlatNode) -> list[str]:
        """What this backend cannot express about a node, one clause each, with a way out."""
        return []

    def _refuse_all(self) -> None:
        findings = unwritten(self.spec, self.training, self.accumulates)
        for node in self.spec.nodes:
            if node.op.kind not in self.table:
                clause = f"it has no {node.op.kind}; {nearest(node.op.kind, self.table)}"
                findings.append(f"{node.path}: {clause}")
            else:
                findings += [f"{node.path}: {clause}" for clause in self.refusals(node)]
        if findings:
            raise UnsupportedError(self.backend, findings)

    def _fields(
        self, path: str, node: Node, types: tuple[TensorType, ...]
    ) -> tuple[dict[str, Any], Facts]:
        fields: dict[str, Any] = {**node.op.attributes(), **node.op.sizes(*types)}
        flow = self.flows[path]
        masks = node.op.masks(*types)
        if self.mask_batch is not None and masks:
            mask_shape = (self.mask_batch, *masks[0].shape)
            if flow.output.order != PLAIN and node.op.kind == "dropout":
                mask_shape = flow.output.rearrangement.shape(mask_shape)
            fields["mask_shape"] = mask_shape
        ranks = tuple(len(type.shape) + 1 for type in types)
        return fields, Facts(flow, ranks, bool(masks), self._overwrites(path))

    def _overwrites(self, path: str) -> bool:
        """For a ReLU: its input comes from the same block and from an op that keeps no output."""
        node = self._nodes[path]
        source = self._nodes.get(node.inputs[0])
        return (
            self.has_inplace
            and node.op.kind == "relu"
            and source is not None
            and source.op.kind in ("add", "batch_norm", "conv2d", "dense")
            and source.path.rpartition(".")[0] == path.rpartition(".")[0]
            and self._readers[source.path] == 1
        )

    def code(self, layer: Layer) -> Code:
        return self.table[layer.op.kind](layer)

    def program(self) -> Program:
        """The whole module."""
        needed = self._needed_helpers()
        helpers = [(name, text) for name, text in self.helpers.items() if name in needed]
        parts = [Part("helper", name, written(text)) for name, text in helpers]
        for cls in self.outline.classes:
            parts.append(Part("block", cls.name, self._class(cls)))
        parts.append(Part("model", self.entry, self._class(self.outline.model)))
        parts.append(Part("training", "", written(self.footer())))
        header = self.header("\n".join(part.text for part in parts))
        return Program(self.entry, (Part("header", "", written(*header)), *parts))

    def _class(self, cls: BlockClass) -> str:
        out = Writer()
        self.write_class(out, cls)
        return out.text()

    def title(self) -> str:
        """The docstring's lines that every emitted module begins with."""
        kind = "with given dropout masks, " if self.mask_batch is not None else ""
        return (
            f"{self.spec.summary}.\n\n"
            f"{self.framework}, {kind}written by parityzoo from the specification "
            f"{self.spec.name}\n({self.spec.hash[:16]})."
        )

    @abstractmethod
    def header(self, below: str) -> list[str]:
        """Docstring and the imports that the text `below` needs."""

    @abstractmethod
    def footer(self) -> str:
        """Loss, optimizer, training step and a short `__main__`."""

    @abstractmethod
    def write_class(self, out: Writer, cls: BlockClass) -> None:
        """One class (or function) for a block or for the model."""

    def _needed_helpers(self) -> set[str]:
        needed: set[str] = set()
        for cls in [*self.outline.classes, self.outline.model]:
            for layer in layers(cls):
                needed.update(self.code(layer).helpers)
            chained = [e for m in cls.members if isinstance(m, Chain) for e, _ in m.runs]
            if any(self.make(element) is None for element in chained):
                needed.update(self.function_in_chain)
        return needed

    def needs_training(self, thing: Member | BlockClass) -> bool:
        """Whether the forward pass of a member or a class reads the training flag."""
        if isinstance(thing, Layer):
            return self.code(thing).training
        if isinstance(thing, Use):
            return self.needs_training(thing.cls)
        if isinstance(thing, Chain):
            return any(self.needs_training(element) for element, _ in thing.runs)
        return any(self.needs_training(member) for member in thing.members)

    # Pieces for `write_class`.

    def attribute(self, name: str) -> str:
        return attribute(name, self.reserved)

    def local(self, name: str) -> str:
        """A parameter's name; a trailing underscore keeps it off Python's and the module's."""
        names = {*self.module_names, *self.helpers, "training", "step"}
        return attribute(name, PYTHON | names)

    def make(self, member: Layer | Use) -> str | None:
        """The expression that constructs a layer or a block."""
        if isinstance(member, Layer):
            return self.code(member).make
        return f"{member.cls.name}({self.arguments(member)})"

    def arguments(self, use: Use) -> str:
        """Constructor arguments: the first two by position, the rest by name, defaults left out."""
        return ", ".join(arguments(use, use.cls.parameters, by_position=2))

    def elements(self, chain: Chain, layer_call: Callable[[Layer], str]) -> list[str]:
        """The constructors of a chain's elements; repeats become a generator that is unpacked.

        `layer_call` gives the element for a layer that is a plain function.
        """
        texts = []
        for element, count in chain.runs:
            text = self.make(element)
            if text is None and isinstance(element, Layer):
                text = layer_call(element)
            texts.append(f"*({text} for _ in range({count}))" if count > 1 else str(text))
        return texts

    def signature(self, cls: BlockClass) -> str:
        """Parameters of the constructor, `self` first."""
        return ", ".join(["self", *parameters(cls, cls.parameters)])

    def arguments_kept(self, cls: BlockClass) -> dict[str, str]:
        """Constructor arguments that the forward pass reads, and the attribute of each.

        They are those of plain functions; a member may have the name of one already.
        """
        functions = [m for m in cls.members if isinstance(m, Layer) and self.make(m) is None]
        names = {m.condition for m in functions if m.condition}
        for member in functions:
            names.update(str(v) for v in member.fields.values() if isinstance(v, Name))
        free = Namespace([*self.reserved, *(self.attribute(m.name) for m in cls.members)])
        return {name: free.new(name) for name in sorted(names)}

    def in_forward(self, cls: BlockClass, layer: Layer) -> Layer:
        """A plain function as the forward pass writes it: arguments are attributes there."""
        kept = {name: f"self.{own}" for name, own in self.arguments_kept(cls).items()}
        fields = {
            field: Name(kept[value.text]) if isinstance(value, Name) else value
            for field, value in layer.fields.items()
        }
        condition = kept[layer.condition] if layer.condition else None
        return attrs.evolve(layer, fields=fields, condition=condition)

    def layer_call(self, layer: Layer, inputs: Sequence[str], own: object) -> str:
        """The call of one layer, inputs brought into the layout that it wants.

        `own` is what {self} stands for in the call.
        """
        flow: Flow = layer.facts.flow
        ready = [
            text if given == wanted else self.convert(text, given.order, wanted.order)
            for text, given, wanted in zip(inputs, flow.given, flow.wanted)
        ]
        call = self.code(layer).call
        if layer.op.kind in ("add", "multiply") or call.startswith("{0}["):
            ready = [operand(text) for text in ready]
        return call.format(*ready, all=", ".join(ready), self=own)

    def convert(self, text: str, given: str, wanted: str) -> str:
        """An expression that changes the layout of a value (channels-last backends)."""
        raise NotImplementedError

    def returned(self, text: str) -> str:
        """The model's output, which may be an input, in canonical order."""
        flow = self.flows.get(self.spec.output_path)
        layout = flow.output if flow else input_layout(self.spec.output_type)
        return self.convert(text, LAST, PLAIN) if layout.order == LAST else text

    def called(self, cls: BlockClass, member: Member, inputs: Sequence[str]) -> str:
        """The call of a member of a class where chains and blocks are called like layers."""
        own = f"self.{self.attribute(member.name)}"
        if not isinstance(member, Layer):
            return f"{own}({', '.join(inputs)})"
        if self.make(member) is not None:
            return self.layer_call(member, inputs, own)
        function = self.in_forward(cls, member)
        call = self.layer_call(function, inputs, own)
        return f"{call} if {function.condition} else {inputs[0]}" if function.condition else call

    def forward(
        self, cls: BlockClass, render: Callable[[Member, Sequence[str]], Rendered]
    ) -> list[str]:
        inputs = {name: self.local(name) for name in cls.inputs}
        return statements(cls.members, inputs, cls.output, render, cls.parameters)


def plain_function(text: str, *needed: str) -> Callable[[Layer], Code]:
    """A table entry for an op that is one call; AXIS in the text stands for the op's axis."""
    return lambda layer: Code(
        text.replace("AXIS", literal(layer.fields.get("axis"))), helpers=needed
    )


def infix(sign: str) -> Callable[[Layer], Code]:
    """A table entry for an op that is an operator between its inputs."""
    return lambda layer: Code(f" {sign} ".join(f"{{{i}}}" for i in range(len(layer.inputs))))


def indexed(layer: Layer) -> Code:
    """The table entry of select, where a tensor is indexed as in NumPy."""
    return Code(f"{{0}}[{':, ' * layer['axis']}{literal(layer['index'])}]")
