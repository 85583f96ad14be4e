"""Two-dimensional convolution (cross-correlation, as in every framework) over (channels, h, w).

Pads are explicit on each side: "same" means different things with a stride, so it is resolved to
numbers while the model is traced.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import Value, flag, integer, integers
from zoo.spec.op import Sliding, State, TensorType, he_std, need_rank, register, window
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Conv2d(Sliding):
    kind: ClassVar[str] = "conv2d"
    stem: ClassVar[str] = "conv"

    channels: int = integer(1)
    kernel: tuple[int, int] = integers(1, 4096, count=2, argument=True)
    stride: tuple[int, int] = integers(1, 4096, count=2, default=(1, 1), argument=True)
    pads: tuple[int, int, int, int] = integers(0, 4096, count=4, default=(0, 0, 0, 0))
    dilation: tuple[int, int] = integers(1, 4096, count=2, default=(1, 1))
    groups: int = integer(1, default=1)
    bias: bool = flag(True)

    def infer(self, *inputs: TensorType) -> TensorType:
        (x,) = inputs
        need_rank(self, x, 4)
        if x.shape[0] % self.groups or self.channels % self.groups:
            raise SpecError(
                f"conv2d: groups must divide the channels in and out, got groups {self.groups}, "
                f"{x.shape[0]} in and {self.channels} out"
            )
        size = window(self, x.shape[1:], self.kernel, self.stride, self.pads, self.dilation)
        return TensorType((self.channels, *size))

    def states(self, *inputs: TensorType) -> tuple[State, ...]:
        shape = (self.channels, inputs[0].shape[0] // self.groups, *self.kernel)
        weight = State("weight", shape, law="normal", std=he_std(shape[1] * shape[2] * shape[3]))
        return (weight, State("bias", (self.channels,))) if self.bias else (weight,)

    def sizes(self, *inputs: TensorType) -> dict[str, Value]:
        return {"in_channels": inputs[0].shape[0]}

    def flops(self, *inputs: TensorType) -> int:
        out = self.infer(*inputs).elements
        reach = inputs[0].shape[0] // self.groups * self.kernel[0] * self.kernel[1]
        return 2 * out * reach + (out if self.bias else 0)


def conv2d(
    x: Tensor,
    channels: int,
    kernel: int | tuple[int, int],
    *,
    stride: int | tuple[int, int] = 1,
    pads: int | tuple[int, int, int, int] | str = 0,
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
    bias: bool = True,
    name: str | None = None,
) -> Tensor:
    """(batch, channels in, h, w) -> (batch, channels, h', w').

    `pads` are (top, bottom, left, right), one number for all four, or "same", which is resolved
    to the numbers that TensorFlow's rule gives. `weight` has the shape (channels, channels in /
    groups, kernel height, kernel width).
    """
    return apply(
        Conv2d,
        x,
        name=name,
        channels=channels,
        kernel=kernel,
        stride=stride,
        pads=pads,
        dilation=dilation,
        groups=groups,
        bias=bias,
    )
