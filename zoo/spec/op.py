"""What an op declares: its attributes with their ranges, its shape rule, its state and its cost.

An op is a frozen record of attributes. Everything that frameworks disagree on is an attribute with
one documented default. Shapes exclude the batch; axes count the batch as axis 0.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar, Dict, Tuple, Type, TypeVar, Union

import attrs

from zoo.errors import SpecError

Shape = Tuple[int, ...]
Value = Union[bool, int, float, str, Tuple[int, ...], Tuple[str, ...]]

MAX_SIZE = 2**24
"""Largest value of an attribute that counts something (units, channels, kernel, vocabulary)."""

MAX_ELEMENTS = 2**31
"""Largest number of elements of one tensor: an activation of one example, or a parameter."""


@attrs.frozen
class TensorType:
    """Shape of one example (without the batch) and whether it holds floats or integers.

    Integers lie in [0, below); where `below` is 0, the type does not say.
    """

    shape: Shape
    dtype: str = "float"
    below: int = 0

    def __str__(self) -> str:
        inner = ", ".join(["batch", *map(str, self.shape)])
        limit = f" below {self.below}" if self.below else ""
        return f"({inner})" if self.dtype == "float" else f"({inner}) of integers{limit}"

    @property
    def elements(self) -> int:
        return math.prod(self.shape)


@attrs.frozen
class State:
    """An array that an op keeps.

    Attributes:
        name: as in PyTorch checkpoints, for example `weight` or `out_proj.bias`.
        shape: canonical shape.
        role: `parameter` (trained) or `statistic` (updated in training, used in evaluation).
        law: how it starts: `zeros`, `ones` or `normal`.
        std: standard deviation of the law `normal`.
        group: `norm` (of a normalization), else `bias` or `weight` by its name; weight decay may
            leave out the first two.
    """

    name: str
    shape: Shape
    role: str = "parameter"
    law: str = "zeros"
    std: float = 0.0
    group: str = attrs.field()

    @group.default
    def _group_by_name(self) -> str:
        return "bias" if self.name.endswith("bias") else "weight"


@attrs.frozen
class Mask:
    """A 0/1 array that an op multiplies in while training; its shape excludes the batch."""

    name: str
    shape: Shape
    drop_rate: float


def glorot_std(fan_in: int, fan_out: int) -> float:
    """Standard deviation of Glorot and Bengio (2010), equation 12, sqrt(2 / (fan_in + fan_out))."""
    return math.sqrt(2.0 / (fan_in + fan_out))


def he_std(fan_in: int) -> float:
    """Standard deviation of He et al. (2015), equation 10, sqrt(2 / fan_in)."""
    return math.sqrt(2.0 / fan_in)


def _range_check(low: float, high: float, kind: type[int | float], noun: str) -> Any:
    def check(op: Any, attribute: Any, value: Any) -> None:
        good = type(value) is kind and low <= value <= high
        if not good:
            raise SpecError(
                f"{op.kind}: {attribute.name} must be {noun} from {low:g} to {high:g}, "
                f"got {shown(value)}"
            )

    return check


def shown(value: object, limit: int = 60) -> str:
    """The repr of a value, cut so that a hostile one cannot flood a message."""
    try:
        text = repr(value)
    except ValueError:  # an integer with more digits than Python converts
        text = "a number with thousands of digits"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def integer(
    low: int, high: int = MAX_SIZE, default: Any = attrs.NOTHING, argument: bool = True
) -> Any:
    """An attribute that holds a whole number; with `argument`, blocks may make it theirs."""
    check = _range_check(low, high, int, "a whole number")
    return attrs.field(
        default=default,
        validator=check,
        metadata={"schema": {"type": "integer"}, "argument": argument},
    )


def real(low: float, high: float, default: Any = attrs.NOTHING, argument: bool = False) -> Any:
    """An attribute that holds a real number; stored as a float."""
    check = _range_check(low, high, float, "a number")
    return attrs.field(
        default=default,
        converter=lambda value: (
            float(value) if type(value) is int and abs(value) < 2**53 else value
        ),
        validator=check,
        metadata={"schema": {"type": "number"}, "argument": argument},
    )


def flag(default: Any = attrs.NOTHING) -> Any:
    """An attribute that is true or false."""

    def check(op: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, bool):
            raise SpecError(
                f"{op.kind}: {attribute.name} must be true or false, got {shown(value)}"
            )

    return attrs.field(default=default, validator=check, metadata={"schema": {"type": "boolean"}})


def choice(*words: str, default: Any = attrs.NOTHING) -> Any:
    """An attribute that is one of a few words."""

    def check(op: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, str) or value not in words:
            raise SpecError(
                f"{op.kind}: {attribute.name} must be one of {', '.join(words)}, got {shown(value)}"
            )

    return attrs.field(default=default, validator=check, metadata={"schema": {"enum": list(words)}})


def pair_of(value: Any) -> Tuple[int, int]:
    """One number for both sides, or two numbers; anything else is left for the check."""
    return (value, value) if type(value) is int else _as_tuple(value)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def integers(
    low: int, high: int = MAX_SIZE, *, count: int | None = None, default: Any = attrs.NOTHING,
    argument: bool = False,
) -> Any:  # fmt: skip
    """An attribute that holds a tuple of whole numbers; with `count`, one number stands for all."""

    def convert(value: Any) -> Any:
        return (value,) * count if count is not None and type(value) is int else _as_tuple(value)

    def check(op: Any, attribute: Any, value: Any) -> None:
        good = (
            isinstance(value, tuple)
            and (count is None or len(value) == count)
            and len(value) <= 16
            and all(type(v) is int and low <= v <= high for v in value)
        )
        if not good:
            many = "whole numbers" if count is None else f"{count} whole numbers"
            raise SpecError(
                f"{op.kind}: {attribute.name} must be {many} from {low} to {high}, "
                f"got {shown(value)}"
            )

    items: Dict[str, Any] = {"type": "array", "items": {"type": "integer"}}
    return attrs.field(
        default=default,
        converter=convert,
        validator=check,
        metadata={"schema": items, "argument": argument},
    )


def subset(*words: str) -> Any:
    """An attribute that is a tuple of some of a few words, in their order; none by default."""

    def convert(value: Any) -> Any:
        value = _as_tuple(value)
        known = isinstance(value, tuple) and all(word in words for word in value)
        return tuple(sorted(value, key=words.index)) if known else value

    def check(op: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, tuple) or value != tuple(w for w in words if w in value):
            raise SpecError(
                f"{op.kind}: {attribute.name} must be a tuple of some of {', '.join(words)}, "
                f"each once, got {shown(value)}"
            )

    return attrs.field(
        default=(),
        converter=convert,
        validator=check,
        metadata={"schema": {"type": "array", "items": {"enum": list(words)}}},
    )


@attrs.frozen
class Declared:
    """Base of everything that a specification holds by its kind and attributes.

    `kind` names it everywhere: in JSON, in the oracle's and the emitters' tables and file names.
    `later` are attributes that came after specifications had been written without them: JSON has
    them only where they are not the default, so that recorded hashes stay valid.
    """

    kind: ClassVar[str] = ""
    later: ClassVar[tuple[str, ...]] = ()

    def attributes(self) -> dict[str, Value]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}

    def changed(self) -> dict[str, Value]:
        """The attributes that are not at their default."""
        defaults = {field.name: field.default for field in attrs.fields(type(self))}
        return {name: value for name, value in self.attributes().items() if value != defaults[name]}

    def stored(self) -> dict[str, Value]:
        """The attributes as JSON has them."""
        changed = self.changed()
        return {n: v for n, v in self.attributes().items() if n in changed or n not in self.later}


@attrs.frozen
class Op(Declared):
    """Base of every op; `stem` is what a node is called when the model gives it no name."""

    stem: ClassVar[str] = "layer"
    arity: ClassVar[tuple[int, int]] = (1, 1)

    @classmethod
    def of(cls, *inputs: TensorType, **attributes: Any) -> Op:
        """The op as a model's function calls it; what inputs decide becomes numbers here."""
        return cls(**attributes)

    def infer(self, *inputs: TensorType) -> TensorType:
        """Type of the output; raises SpecError when the inputs do not fit."""
        raise NotImplementedError

    def states(self, *inputs: TensorType) -> tuple[State, ...]:
        """Parameters and statistics, in checkpoint order."""
        return ()

    def masks(self, *inputs: TensorType) -> tuple[Mask, ...]:
        """Dropout masks that the op takes in training."""
        return ()

    def sizes(self, *inputs: TensorType) -> dict[str, Value]:
        """Numbers that follow from the inputs and that constructors of frameworks ask for."""
        return {}

    def flops(self, *inputs: TensorType) -> int:
        """Floating-point operations of the forward pass for one example.

        A multiplication and an addition count as two. Element-wise ops count one for each
        element of the output, whatever function it is.
        """
        return self.infer(*inputs).elements


@attrs.frozen(kw_only=True)
class AlongAxis(Op):
    """Base of ops along one axis; -1 is the last one, and what is stored counts from the start.

    No constructor's argument stands for it: some layouts write another axis for each.
    """

    axis: int = integer(1, 16, argument=False)

    @classmethod
    def of(cls, *inputs: TensorType, **attributes: Any) -> Op:
        axis = resolve_axis(cls.kind, attributes["axis"], inputs[0])
        return cls(**{**attributes, "axis": axis})


@attrs.frozen
class Sliding(Op):
    """Base of ops that slide a window; "same" pads become the numbers of `same_pads`."""

    @classmethod
    def of(cls, *inputs: TensorType, **attributes: Any) -> Op:
        pads = attributes["pads"]
        if not isinstance(pads, str) or pads != "same":
            return cls(**attributes)
        op = cls(**{**attributes, "pads": 0})
        need_rank(op, inputs[0], 4)
        own = op.attributes()
        sliding = (own["kernel"], own["stride"], own.get("dilation", 1))
        return attrs.evolve(op, pads=same_pads(inputs[0].shape[1:], *sliding))


OPS: dict[str, Type[Op]] = {}
"""Every op by its kind."""

OpClass = TypeVar("OpClass", bound=Type[Op])


def register(cls: OpClass) -> OpClass:
    """Class decorator: enter the op into `OPS`."""
    OPS[cls.kind] = cls
    return cls


def need_float(op: Op, x: TensorType) -> None:
    if x.dtype != "float":
        raise SpecError(f"{op.kind} needs floats, got {x}; embed integers first")


def need_rank(op: Op, x: TensorType, *ranks: int) -> None:
    """Refuse an input whose rank, the batch counted, is none of `ranks`."""
    need_float(op, x)
    if len(x.shape) + 1 not in ranks:
        wanted = " or ".join(map(str, ranks))
        raise SpecError(f"{op.kind} needs a tensor of rank {wanted} (batch counted), got {x}")


def resolve_axis(kind: str, axis: object, x: TensorType) -> int:
    """The axis as a number from 1; negative ones count from the end, the batch is out of reach."""
    rank = len(x.shape) + 1
    if type(axis) is not int or not (1 <= axis < rank or 1 - rank <= axis <= -1):
        raise SpecError(
            f"{kind}: axis must be from 1 to {rank - 1} or from {1 - rank} to -1 for {x}, "
            f"got {shown(axis)} (axis 0 is the batch and stays as it is)"
        )
    return axis % rank


def window(
    op: Op, size: Shape, kernel: Shape, stride: Shape, pads: Shape, dilation: Shape = (1, 1)
) -> Shape:
    """Height and width after sliding a window: floor((in + pads - reach) / stride) + 1."""
    out = []
    for side in (0, 1):
        padded = size[side] + pads[2 * side] + pads[2 * side + 1]
        reach = dilation[side] * (kernel[side] - 1) + 1
        if reach > padded:
            raise SpecError(
                f"{op.kind}: a window that reaches over {reach} does not fit into {padded} "
                f"({'height' if side == 0 else 'width'} {size[side]} with its pads); "
                "use a smaller kernel or dilation, or more pads"
            )
        out.append((padded - reach) // stride[side] + 1)
    return (out[0], out[1])


def same_pads(size: Shape, kernel: Any, stride: Any = 1, dilation: Any = 1) -> Shape:
    """Pads (top, bottom, left, right) of TensorFlow's and JAX's "same" padding.

    The output has ceil(in / stride) rows; an odd number of pads puts the extra one at the bottom
    or right (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2).
    """
    kernel, stride, dilation = pair_of(kernel), pair_of(stride), pair_of(dilation)
    pads: list[int] = []
    for side in (0, 1):
        outputs = -(-size[side] // stride[side])
        reach = dilation[side] * (kernel[side] - 1) + 1
        total = max(0, (outputs - 1) * stride[side] + reach - size[side])
        pads += [total // 2, total - total // 2]
    return tuple(pads)


def need_small_pads(op: Op, kernel: Shape, pads: Shape) -> None:
    for side, name in ((0, "height"), (1, "width")):
        if max(pads[2 * side : 2 * side + 2]) >= kernel[side]:
            raise SpecError(
                f"{op.kind}: each pad must be smaller than the kernel, got pads {pads} for a "
                f"kernel {name} of {kernel[side]}; a window would lie wholly in the padding"
            )


def same_types(op: Op, *inputs: TensorType) -> TensorType:
    for x in inputs:
        need_float(op, x)
        if x != inputs[0]:
            raise SpecError(
                f"{op.kind}: shapes must be equal, got {inputs[0]} and {x}; nothing is broadcast"
            )
    return inputs[0]
