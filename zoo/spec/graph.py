"""The specification as pure data: nodes, block calls, inputs, and how it is trained.

A `Spec` keeps the tree of block calls, so that an emitter can write a class a block, and offers a
flat view of the same graph, in which each node has its full dotted path.
"""

from __future__ import annotations

import hashlib
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, Optional, Tuple, Union

import attrs

from zoo.errors import SpecError, nearest, shown
from zoo.spec.op import Mask, Op, State, TensorType

if TYPE_CHECKING:
    from zoo.training.base import Clipping, Loss, Optimizer, Schedule

Argument = Union[bool, int, float, str, None, Tuple[int, ...]]

MAX_ACCUMULATE = 2**16


@attrs.frozen
class Node:
    """One op: its name in its block, the names of its inputs there, and its output's type."""

    name: str
    op: Op
    inputs: tuple[str, ...]
    type: TensorType


@attrs.frozen
class Call:
    """One use of a block.

    Attributes:
        name: in the enclosing block; `layer1.0` is element 0 of the chain `layer1`.
        block: name of the block's function.
        arguments: what the function was called with, tensors left out, defaults filled in.
        inputs: (parameter of the block's function, name in the enclosing block).
        body: nodes and calls, in order.
        output: name in the body that the call returns.
    """

    name: str
    block: str
    arguments: tuple[tuple[str, Argument], ...]
    inputs: tuple[tuple[str, str], ...]
    body: tuple["Item", ...]
    output: str
    type: TensorType


Item = Union[Node, Call]


def item_inputs(item: Item) -> tuple[str, ...]:
    """Names that a node or a call reads in its body."""
    return item.inputs if isinstance(item, Node) else tuple(outer for _, outer in item.inputs)


@attrs.frozen
class FlatNode:
    """A node of the flat view; `inputs` are full paths, `input_types` their types."""

    path: str
    op: Op
    inputs: tuple[str, ...]
    input_types: tuple[TensorType, ...]
    type: TensorType

    def states(self) -> tuple[State, ...]:
        return self.op.states(*self.input_types)

    def masks(self) -> tuple[Mask, ...]:
        return self.op.masks(*self.input_types)


def _constant() -> "Schedule":
    from zoo.training.constant import Constant

    return Constant()


def _trained_by(word: str) -> Any:
    """A check that an attribute of a specification is an instance of a class of `zoo.training`."""

    def check(spec: "Spec", attribute: Any, value: object) -> None:
        from zoo.training import base

        if not isinstance(value, getattr(base, word)):
            raise SpecError(
                f"model {spec.name}: {attribute.name} must be an instance of zoo.training.{word}, "
                f"got {shown(value)}"
            )

    return check


@attrs.frozen(slots=False)
class Spec:
    """An immutable model description.

    Attributes:
        name: of the model function.
        summary: one line that says what it is, with its paper.
        inputs: nodes whose op is `input`.
        body: nodes and block calls, in an order in which they can be computed.
        output: name of the item that is the model's output.
        loss: of the training step.
        optimizer: of the training step.
        schedule: of the learning rate, constant if none is given.
        clipping: of the gradients, if any.
        accumulate: how many micro-batches' gradients are averaged before one optimizer step.
    """

    name: str
    summary: str
    inputs: tuple[Node, ...]
    body: tuple[Item, ...]
    output: str
    loss: "Loss" = attrs.field(validator=_trained_by("Loss"))
    optimizer: "Optimizer" = attrs.field(validator=_trained_by("Optimizer"))
    schedule: "Schedule" = attrs.field(factory=_constant, validator=_trained_by("Schedule"))
    clipping: "Optional[Clipping]" = attrs.field(
        default=None, validator=attrs.validators.optional(_trained_by("Clipping"))
    )
    accumulate: int = attrs.field(default=1)

    @accumulate.validator
    def _check_accumulate(self, attribute: Any, value: object) -> None:
        if type(value) is not int or not 1 <= value <= MAX_ACCUMULATE:
            raise SpecError(
                f"model {self.name}: accumulate must be a whole number from 1 to "
                f"{MAX_ACCUMULATE}, got {shown(value)}"
            )

    @cached_property
    def nodes(self) -> tuple[FlatNode, ...]:
        """Every node but the inputs with its full path, in order of computation."""
        return tuple(_flatten(self)[0])

    @cached_property
    def output_path(self) -> str:
        """Full path of the node whose result is the model's output."""
        return _flatten(self)[1]

    @property
    def output_type(self) -> TensorType:
        return next(item.type for item in (*self.body, *self.inputs) if item.name == self.output)

    @cached_property
    def states(self) -> dict[str, State]:
        """Parameters and statistics by full name, for example `layer1.0.conv1.weight`."""
        return {f"{n.path}.{s.name}": s for n in self.nodes for s in n.states()}

    @cached_property
    def masks(self) -> dict[str, Mask]:
        """Dropout masks by full name, for example `dropout1.mask`."""
        return {f"{n.path}.{m.name}": m for n in self.nodes for m in n.masks()}

    @property
    def parameter_count(self) -> int:
        """Number of trained elements."""
        return sum(math.prod(s.shape) for s in self.states.values() if s.role == "parameter")

    @cached_property
    def flops(self) -> int:
        """Floating-point operations of one forward pass of one example, in evaluation mode."""
        return sum(node.op.flops(*node.input_types) for node in self.nodes)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, as hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self, *, indent: int | None = None) -> str:
        """Versioned JSON, from which `Spec.from_json` makes an equal object."""
        from zoo.spec.serialization import dump

        return dump(self, indent=indent)

    @staticmethod
    def from_json(text: str) -> "Spec":
        """Read what `to_json` wrote; runs no code, raises SpecError on anything else."""
        from zoo.spec.serialization import load

        return load(text)

    def replace(self, **changes: object) -> "Spec":
        """The same specification with another name, summary, or part of how it is trained.

        It is checked like a new one; its layers stay. SpecError on anything that does not hold.
        """
        from zoo.spec.checks import check_whole

        layers = ("inputs", "body", "output")
        parts = [field.name for field in attrs.fields(Spec) if field.name not in layers]
        for part in changes:
            if part not in parts:
                raise SpecError(
                    f"model {self.name}: replace takes no {shown(part)}; {nearest(part, parts)}"
                )
        return check_whole(attrs.evolve(self, **changes))  # type: ignore[arg-type]


def _flatten(spec: Spec) -> tuple[list[FlatNode], str]:
    types = {node.name: node.type for node in spec.inputs}
    nodes: list[FlatNode] = []

    def walk(body: tuple[Item, ...], prefix: str, paths: dict[str, str]) -> None:
        for item in body:
            path = prefix + item.name
            if isinstance(item, Node):
                sources = tuple(paths[name] for name in item.inputs)
                nodes.append(
                    FlatNode(path, item.op, sources, tuple(types[s] for s in sources), item.type)
                )
                types[path] = item.type
                paths[item.name] = path
            else:
                inner = {parameter: paths[outer] for parameter, outer in item.inputs}
                walk(item.body, path + ".", inner)
                paths[item.name] = inner[item.output]

    outer = {node.name: node.name for node in spec.inputs}
    walk(spec.body, "", outer)
    return nodes, outer[spec.output]
