"""What an op declares: its attributes, its shape rule, its state and its cost.

Everything that frameworks disagree on is an attribute with
one documented default. Shapes exclude the batch; axes count the batch as axis 0.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar, Tuple, Type, TypeVar

import attrs

from zoo.errors import SpecError, shown
from zoo.spec.declared import Declared, Value, integer

Shape = Tuple[int, ...]

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
        (x,) = inputs
        op: Any = cls(**{**attributes, "pads": 0})  # so that what "same" goes by is checked
        need_rank(op, x, 4)
        pads = same_pads(x.shape[1:], op.kernel, op.stride, getattr(op, "dilation", (1, 1)))
        return cls(**{**attributes, "pads": pads})


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


def same_pads(size: Shape, kernel: Shape, stride: Shape, dilation: Shape = (1, 1)) -> Shape:
    """Pads (top, bottom, left, right) of TensorFlow's and JAX's "same" padding.

    The output has ceil(in / stride) rows; an odd number of pads puts the extra one at the bottom
    or right (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2).
    """
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
