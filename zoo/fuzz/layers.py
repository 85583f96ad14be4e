"""One random layer: for each op of one input, where it fits and how its attributes are drawn."""

from __future__ import annotations

from typing import Callable, Sequence, Tuple, Union

import attrs

from zoo import ops
from zoo.fuzz.choices import Choices
from zoo.spec.op import Shape
from zoo.spec.trace import Tensor

MAX_ELEMENTS = 480
"""Most elements of an activation of one example; small, because every framework runs it."""

MAX_AXES = 7
"""Most axes of a tensor, the batch counted."""


@attrs.frozen
class Given:
    """What a layer is not free to choose: its name, and numbers that are arguments of its block.

    Zero stands for a number that is no argument.
    """

    name: str | None = None
    width: int = 0
    kernel: int = 0
    stride: int = 0
    drop_rate: float = 0.0


FREE = Given()
Make = Callable[[Choices, Tensor, Given], Tensor]


@attrs.frozen
class Kind:
    """How often a layer is chosen, which shapes (without the batch) it takes, how it is drawn."""

    weight: int
    fits: Callable[[Shape], bool]
    make: Make


def layer(c: Choices, x: Tensor, given: Given) -> Tensor:
    """A layer that takes floats of this shape."""
    if x.type.elements > MAX_ELEMENTS:
        return _smaller(c, x, given)
    fitting = [kind for kind in LAYERS for _ in range(kind.weight) if kind.fits(x.shape)]
    return c.pick(fitting).make(c, x, given)


def trained(c: Choices, x: Tensor, given: Given) -> Tensor:
    """A layer that has parameters and keeps the shape, which has one axis at least."""
    makers: list[Callable[[], Tensor]] = [
        lambda: ops.dense(x, x.shape[-1], bias=c.chance(0.7), name=given.name),
        lambda: ops.layer_norm(x, name=given.name),
    ]
    if _is_image(x.shape):
        kernel = c.pick([1, 2, 3])
        makers.append(lambda: ops.conv2d(x, x.shape[0], kernel, pads="same", name=given.name))
        makers.append(lambda: _batch_norm(c, x, given))
    if _is_sequence(x.shape):
        makers.append(lambda: _self_attention(c, x, given))
        makers.append(lambda: ops.learned_positions(x, name=given.name))
    return c.pick(makers)()


def _smaller(c: Choices, x: Tensor, given: Given) -> Tensor:
    if _is_image(x.shape) and c.chance(0.5):
        return ops.global_avg_pool(x, name=given.name)
    axis = 1 + max(range(len(x.shape)), key=lambda side: x.shape[side])
    if c.chance(0.5):
        return ops.mean(x, axis=axis, name=given.name)
    return ops.select(x, c.between(0, x.shape[axis - 1] - 1), axis=axis, name=given.name)


def _is_anything(shape: Shape) -> bool:
    return True


def _has_features(shape: Shape) -> bool:
    return bool(shape)


def _has_several_axes(shape: Shape) -> bool:
    return len(shape) > 1


def _is_vector(shape: Shape) -> bool:
    return len(shape) == 1


def _is_sequence(shape: Shape) -> bool:
    return len(shape) == 2


def _is_image(shape: Shape) -> bool:
    return len(shape) == 3


def _plain(op: Callable[..., Tensor]) -> Make:
    return lambda c, x, given: op(x, name=given.name)


def _along_an_axis(op: Callable[..., Tensor]) -> Make:
    return lambda c, x, given: op(x, axis=c.between(1, len(x.shape)), name=given.name)


def _dense(c: Choices, x: Tensor, given: Given) -> Tensor:
    most = max(1, MAX_ELEMENTS * x.shape[-1] // x.type.elements)
    units = given.width if given.width and c.chance(0.7) else c.between(1, 8)
    return ops.dense(x, min(units, most), bias=c.chance(0.75), name=given.name)


def _conv2d(c: Choices, x: Tensor, given: Given) -> Tensor:
    channels_in, *size = x.shape
    kernel, dilation = _pair(c, [1, 2, 3, 3, 5]), _pair(c, [1, 1, 1, 2, 3])
    stride = _pair(c, [1, 1, 2, 3])
    if given.kernel and c.chance(0.5):
        kernel = (given.kernel, given.kernel)
    if given.stride and c.chance(0.5):
        stride = (given.stride, given.stride)
    pads = _pads(c, (4, 4))
    if not isinstance(pads, str):
        padded = (size[0] + pads[0] + pads[1], size[1] + pads[2] + pads[3])
        most = [(padded[side] - 1) // dilation[side] + 1 for side in (0, 1)]
        kernel = (min(kernel[0], most[0]), min(kernel[1], most[1]))
    divisors = [n for n in range(2, channels_in + 1) if channels_in % n == 0]
    groups = c.pick([1, 1, 1, 1, channels_in, channels_in, *divisors])
    channels = groups * c.between(1, max(1, 6 // groups))
    if given.width and c.chance(0.7) and given.width % groups == 0:
        channels = given.width
    return ops.conv2d(
        x, channels, kernel, stride=stride, pads=pads, dilation=dilation, groups=groups,
        bias=c.chance(0.7), name=given.name,
    )  # fmt: skip


def _pool(c: Choices, x: Tensor, given: Given) -> Tensor:
    kernel = _pair(c, [1, 2, 3, 4])
    if given.kernel and c.chance(0.5):
        kernel = (given.kernel, given.kernel)
    stride = None if c.chance(0.3) else _pair(c, [1, 2, 2, 3])
    pads = _pads(c, kernel)
    if not isinstance(pads, str):  # a kernel that does not fit gets a pad that makes it fit
        top, bottom, left, right = pads
        top = max(top, kernel[0] - x.shape[1] - bottom)
        left = max(left, kernel[1] - x.shape[2] - right)
        pads = (top, bottom, left, right)
    if c.chance(0.5):
        return ops.max_pool(x, kernel, stride=stride, pads=pads, name=given.name)
    return ops.avg_pool(
        x, kernel, stride=stride, pads=pads, count_padding=c.chance(0.5), name=given.name
    )


def _pair(c: Choices, sizes: Sequence[int]) -> Tuple[int, int]:
    """Two equal numbers twice as often as two free ones."""
    first = c.pick(sizes)
    return (first, c.pick(sizes)) if c.chance(0.33) else (first, first)


def _pads(c: Choices, below: Tuple[int, int]) -> Union[str, Tuple[int, int, int, int]]:
    """None, "same", alike on both sides or uneven; each is smaller than its number in `below`."""
    kind = c.pick(["none", "same", "alike", "uneven"])
    if kind == "same":
        return "same"
    if kind == "none":
        return (0, 0, 0, 0)
    top, bottom, left, right = (c.between(0, below[side] - 1) for side in (0, 0, 1, 1))
    return (top, bottom, left, right) if kind == "uneven" else (top, top, left, left)


def _batch_norm(c: Choices, x: Tensor, given: Given) -> Tensor:
    return ops.batch_norm(
        x,
        epsilon=c.pick([1e-5, 1e-5, 1e-3, 1e-2]),
        kept_fraction=c.pick([0.9, 0.9, 0.99, 0.7, 0.0, 1.0]),
        running_variance=c.pick(["unbiased", "biased"]),
        name=given.name,
    )


def _layer_norm(c: Choices, x: Tensor, given: Given) -> Tensor:
    return ops.layer_norm(x, epsilon=c.pick([1e-5, 1e-6, 1e-3]), name=given.name)


def _self_attention(c: Choices, x: Tensor, given: Given) -> Tensor:
    features = x.shape[1]
    heads = c.pick([n for n in range(1, features + 1) if features % n == 0])
    return ops.self_attention(
        x, heads, causal=c.chance(0.4), drop_rate=_drop_rate(c, given), name=given.name
    )


def _dropout(c: Choices, x: Tensor, given: Given) -> Tensor:
    form = c.pick(["inverted", "original"])
    return ops.dropout(x, _drop_rate(c, given), form=form, name=given.name)


def _drop_rate(c: Choices, given: Given) -> float:
    return given.drop_rate if c.chance(0.5) else c.pick([0.0, 0.1, 0.3, 0.5, 0.9])


def _select(c: Choices, x: Tensor, given: Given) -> Tensor:
    axis = c.between(1, len(x.shape))
    return ops.select(x, c.between(0, x.shape[axis - 1] - 1), axis=axis, name=given.name)


def _reshape(c: Choices, x: Tensor, given: Given) -> Tensor:
    shape: list[int] = []
    rest = x.type.elements
    while len(shape) < MAX_AXES - 2 and c.chance(0.6):
        shape.append(c.pick([n for n in range(1, rest + 1) if rest % n == 0]))
        rest //= shape[-1]
    if rest > 1 or not shape or c.chance(0.3):
        shape.append(rest)
    return ops.reshape(x, tuple(shape), name=given.name)


def _transpose(c: Choices, x: Tensor, given: Given) -> Tensor:
    return ops.transpose(x, c.order(range(1, len(x.shape) + 1)), name=given.name)


LAYERS = (
    Kind(4, _has_features, _dense),
    Kind(1, _has_features, _layer_norm),
    Kind(1, _has_features, _along_an_axis(ops.softmax)),
    Kind(1, _has_features, _along_an_axis(ops.log_softmax)),
    Kind(1, _has_features, _along_an_axis(ops.mean)),
    Kind(1, _has_features, _select),
    Kind(1, _has_several_axes, _transpose),
    Kind(2, _is_vector, _batch_norm),
    Kind(4, _is_sequence, _self_attention),
    Kind(2, _is_sequence, _plain(ops.learned_positions)),
    Kind(12, _is_image, _conv2d),
    Kind(8, _is_image, _pool),
    Kind(3, _is_image, _batch_norm),
    Kind(1, _is_image, _plain(ops.global_avg_pool)),
    Kind(2, _is_anything, _plain(ops.relu)),
    Kind(1, _is_anything, _plain(ops.tanh)),
    Kind(1, _is_anything, _plain(ops.sigmoid)),
    Kind(1, _is_anything, _plain(ops.gelu_erf)),
    Kind(1, _is_anything, _plain(ops.gelu_tanh)),
    Kind(1, _is_anything, _plain(ops.flatten)),
    Kind(2, _is_anything, _dropout),
    Kind(2, _is_anything, _reshape),
)
