"""Random models. Each is valid because it is traced like any other, layer by layer, by shape.

A body grows from a list of tensors, its ends: a layer takes an end and its output takes that
place, a branch begins with an end that is there twice, a join makes one end of two. What a call of
a block holds follows from the block's number, the arguments and the shapes that it is given. So
two calls of a block are alike, or differ in numbers, in a layer that one of them lacks, or in more.
"""

from __future__ import annotations

from typing import Any, Callable, List

import attrs

from zoo import ops
from zoo.fuzz.choices import Choices
from zoo.fuzz.layers import FREE, Given, layer, trained
from zoo.parity.case import least_batch
from zoo.spec.graph import Spec
from zoo.spec.op import Shape
from zoo.spec.trace import Tensor, block, trace
from zoo.training import SGD, MeanSquaredError, SoftmaxCrossEntropy

Ends = List[Tensor]

MODEL_STEPS, BLOCK_STEPS, CHAIN_STEPS, MOST_ENDS = 9, 4, 4, 3
BLOCKS = 3  # the last of them takes two tensors
ACTIVATIONS = (ops.relu, ops.tanh, ops.sigmoid, ops.gelu_erf, ops.gelu_tanh)
BLOCK_NAMES = ("cell", "stage", "unit", "dense", "batch_norm", "self_attention", "model", "conv2_d")
INPUT_NAMES = ("x", "image", "tokens", "y", "data", "inputs", "training", "self_", "z", "x1")
LAYER_NAMES = (
    "add_link", "apply", "args", "batch", "bias", "build", "call", "children", "copy", "count",
    "dtype", "eval", "fit", "forward", "get", "hybrid_forward", "init_scope", "key", "kernel",
    "layers", "links", "loss", "losses", "main", "mask", "masks", "metrics", "modules", "name",
    "output", "params", "parameters", "path", "predict", "rate", "rng", "shape", "state", "step",
    "summary", "target", "train", "type", "update", "variables", "weight", "xp",
)  # fmt: skip
"""What frameworks, or the sources that are emitted for them, call things of their own."""


@attrs.frozen
class Drawn:
    """A random model.

    Attributes:
        number: which of the models that its seed gives.
        spec: the model.
        batch: examples in a batch that it is to be run on.
    """

    number: int
    spec: Spec
    batch: int


def draw(number: int, seed: int = 0) -> Drawn:
    """The random model of a number; the same for the same seed, everywhere."""
    c = Choices(seed, number)
    spec = trace(
        lambda: _Body(c, c.part("body")).model(),
        name=f"fuzz{number}",
        summary=f"Random model {number} of seed {seed}",
        loss=MeanSquaredError(),
        optimizer=SGD(learning_rate=c.pick([0.05, 0.01]), momentum=c.pick([0.9, 0.0, 0.5])),
    )
    if spec.output_type.shape[-1:] > (1,) and c.chance(0.5):
        spec = spec.replace(loss=SoftmaxCrossEntropy())
    return Drawn(number, spec, max(c.pick([1, 2, 3, 4, 5]), least_batch(spec)))


class _Body:
    """The body of the model or of a call of a block while it is drawn.

    Args:
        root: the choices of the whole model, in which those of its blocks are found.
        c: the choices of this body.
        level: number of the block; it calls blocks of higher numbers. 0: the model.
        given: numbers that its layers may take from its arguments.
        extra: whether layers that are there on demand are there.
    """

    def __init__(
        self, root: Choices, c: Choices, level: int = 0, given: Given = FREE, extra: bool = True
    ) -> None:
        self.root, self.c, self.level, self.given, self.extra = root, c, level, given, extra
        self.taken: set[str] = set()
        self.is_numbered = level > 0 and c.chance(0.5)

    def model(self) -> Tensor:
        count = self.c.pick([1, 1, 1, 2, 3])
        ends = [self._input(self.c.part("input", index)) for index in range(count)]
        early = self.c.chance(0.4)
        if early:
            ends[0] = self._trained(self.c.part("first"), ends[0])
        out = self.join(self.grow(ends, self.c.between(1, MODEL_STEPS)))
        return out if early else self._trained(self.c.part("last"), out)

    def grow(self, ends: Ends, steps: int) -> Ends:
        for index in range(steps):
            c = self.c.part("step", index)
            on_demand = self.level > 0 and c.chance(0.25)
            if on_demand and not self.extra:
                continue
            actions = [self._layer] * 9 + [self._branch, self._residual, self._chain]
            if self.level < BLOCKS:
                actions += [self._block]
            c.pick(actions)(c, ends, c.between(0, len(ends) - 1), f"part{index}")
        return ends

    def join(self, ends: Ends) -> Tensor:
        first, *others = ends
        for index, other in enumerate(others):
            first = self._joined(self.c.part("join", index), first, other)
        return first

    def _input(self, c: Choices) -> Tensor:
        name = c.pick([each for each in INPUT_NAMES if each not in self.taken])
        self.taken.add(name)
        kind = c.pick(["image", "image", "image", "vector", "sequence", "integers", "any"])
        if kind == "integers":
            below, features = c.between(2, 7), c.between(1, 6)
            shape = c.pick([(c.between(1, 6),), (c.between(1, 6),), (2, 3), ()])
            x = ops.input(name, shape, dtype="int", below=below)
            rows = ops.embedding(x, below + c.between(0, 2), features)
            return rows if c.chance(0.7) else ops.add(rows, ops.embedding(x, below, features))
        if kind == "image":
            shape = (c.between(1, 4), c.between(1, 9), c.between(1, 9))
        elif kind == "any":
            shape = tuple(c.between(1, 3) for _ in range(c.between(0, 5)))
        else:
            shape = tuple(c.between(1, 7) for _ in range(1 if kind == "vector" else 2))
        return ops.input(name, shape)

    def _trained(self, c: Choices, x: Tensor) -> Tensor:
        return trained(c, _with_an_axis(x), FREE)

    def _named(self, c: Choices, wish: str) -> Given:
        """What a layer is given, with a name of its own now and then."""
        name = wish if self.is_numbered else None
        free = [each for each in LAYER_NAMES if each not in self.taken]
        if not self.is_numbered and c.chance(0.1):
            name = c.pick(free)
            self.taken.add(name)
        return attrs.evolve(self.given, name=name)

    def _layer(self, c: Choices, ends: Ends, at: int, wish: str) -> None:
        given = self._named(c, wish)
        ends[at] = layer(c, ends[at], given)

    def _branch(self, c: Choices, ends: Ends, at: int, wish: str) -> None:
        ends.append(ends[at])
        self._layer(c, ends, at, wish)
        if len(ends) > MOST_ENDS:
            ends[0] = self._joined(c, ends[0], ends.pop())

    def _residual(self, c: Choices, ends: Ends, at: int, wish: str) -> None:
        x = _with_an_axis(ends[at])
        y = trained(c, x, self._named(c, wish))
        for _ in range(c.between(0, 2)):
            y = c.pick(ACTIVATIONS)(y)
        ends[at] = _combined(c, x, y)

    def _chain(self, c: Choices, ends: Ends, at: int, wish: str) -> None:
        kind = 0
        for index in range(c.between(2, CHAIN_STEPS)):
            named = attrs.evolve(self.given, name=f"{wish}s.{index}")
            ends[at] = layer(c.part("link", kind), ends[at], named)
            kind += c.chance(0.4)

    def _block(self, c: Choices, ends: Ends, at: int, wish: str) -> None:
        level, usual = c.between(self.level + 1, BLOCKS), self._arguments(c)
        if level == BLOCKS:
            ends[at] = self._of_two(level)(ends[at], c.pick(ends), **usual)
            return
        is_chain = c.chance(0.8)
        for index in range(c.pick([1, 2, 3])):
            arguments = self._arguments(c) if c.chance(0.3) else usual
            name = f"{wish}s.{index}" if is_chain else None
            ends[at] = self._of_one(level)(ends[at], **arguments, name=name)

    def _arguments(self, c: Choices) -> dict[str, Any]:
        return {
            "width": c.pick([2, 3, 4, 6]),
            "kernel": c.pick([1, 2, 3]),
            "stride": c.pick([1, 1, 2]),
            "drop_rate": c.pick([0.0, 0.2, 0.5]),
            "extra": c.chance(0.5),
        }

    def _of_one(self, level: int) -> Callable[..., Tensor]:
        def function(
            x: Tensor, width: int, kernel: int, stride: int, drop_rate: float, extra: bool
        ) -> Tensor:
            return self._inner(level, Given(None, width, kernel, stride, drop_rate), extra, x)

        return self._as_block(level, function)

    def _of_two(self, level: int) -> Callable[..., Tensor]:
        def function(
            left: Tensor, right: Tensor, width: int, kernel: int, stride: int, drop_rate: float,
            extra: bool,
        ) -> Tensor:  # fmt: skip
            given = Given(None, width, kernel, stride, drop_rate)
            return self._inner(level, given, extra, left, right)

        return self._as_block(level, function)

    def _inner(self, level: int, given: Given, extra: bool, *tensors: Tensor) -> Tensor:
        body = _Body(self.root, self.root.part("block", level), level, given, extra)
        return body.join(body.grow([*tensors], body.c.between(1, BLOCK_STEPS)))

    def _as_block(self, level: int, function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        function.__name__ = self.root.part("names").order(BLOCK_NAMES)[level]
        return block(function)

    def _joined(self, c: Choices, x: Tensor, y: Tensor) -> Tensor:
        """One tensor of two of any shapes."""
        if x.type == y.type and c.chance(0.6):
            return _combined(c, x, y)
        axes = _axes_to_join(x.shape, y.shape)
        if not axes:
            x, y = (_as_vector(c, each) for each in (x, y))
            axes = [1]
        if c.chance(0.3) and len(x.shape) == 1:
            units = c.between(1, 6)
            return _combined(c, ops.dense(x, units), ops.dense(y, units))
        order = [x, y] if c.chance(0.5) else [y, x]
        return ops.concatenate(*order, *order[: c.pick([0, 0, 0, 1])], axis=c.pick(axes))


def _combined(c: Choices, x: Tensor, y: Tensor) -> Tensor:
    """The sum or product of two tensors of one shape; one of them may be in it twice."""
    operands = c.order([x, y, *c.pick([[], [], [], [x]])])
    return c.pick([ops.add, ops.add, ops.multiply])(*operands)


def _axes_to_join(one: Shape, other: Shape) -> list[int]:
    """Axes along which tensors of two shapes can be joined, the batch being axis 0."""
    if len(one) != len(other):
        return []
    differ = [axis for axis, (m, n) in enumerate(zip(one, other), 1) if m != n]
    return differ if len(differ) == 1 else [] if differ else list(range(1, len(one) + 1))


def _as_vector(c: Choices, x: Tensor) -> Tensor:
    x = _with_an_axis(x)
    if len(x.shape) == 3 and c.chance(0.4):
        return ops.global_avg_pool(x)
    return x if len(x.shape) == 1 else ops.flatten(x)


def _with_an_axis(x: Tensor) -> Tensor:
    return x if x.shape else ops.reshape(x, (1,))
