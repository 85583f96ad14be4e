"""Table look-up: integers become rows of a matrix of shape (vocabulary, features)."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.errors import SpecError
from zoo.spec.declared import integer
from zoo.spec.op import Op, State, TensorType, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class Embedding(Op):
    kind: ClassVar[str] = "embedding"
    stem: ClassVar[str] = "embedding"

    vocabulary: int = integer(1)
    features: int = integer(1)

    def infer(self, *inputs: TensorType) -> TensorType:
        (x,) = inputs
        if x.dtype != "int":
            raise SpecError(f"embedding needs integers, got {x}; give the input dtype='int'")
        if x.below > self.vocabulary:
            raise SpecError(
                f"embedding: a vocabulary of {self.vocabulary} has no rows for all of {x}; "
                f"give it {x.below} or more, or the input a smaller `below`"
            )
        return TensorType((*x.shape, self.features))

    def states(self, *inputs: TensorType) -> tuple[State, ...]:
        return (State("weight", (self.vocabulary, self.features), law="normal", std=0.02),)

    def flops(self, *inputs: TensorType) -> int:
        return 0


def embedding(x: Tensor, vocabulary: int, features: int, *, name: str | None = None) -> Tensor:
    """(batch, ...) of integers below `vocabulary` -> (batch, ..., features).

    Rows start from a normal law with standard deviation 0.02 (Radford et al. 2018).
    """
    return apply(Embedding, x, name=name, vocabulary=vocabulary, features=features)
