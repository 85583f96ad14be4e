"""What the oracle's op files share: what an op is given, what it returns, what flows back.

An op file holds two functions,

    forward(op, given: Given) -> Result
    backward(op, grad: Array, saved: Any) -> Gradient

`grad` is the derivative of the loss with respect to the output. All formulas stay analytic (no
absolute value, no conjugate), so most ops also take complex arrays, and their derivatives can be
checked by the complex step (Squire and Trapp 1998), which loses no digits.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Mapping, NamedTuple, Sequence

from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = Mapping[str, Array]

NOTHING: Arrays = MappingProxyType({})


class Given(NamedTuple):
    """Inputs of a node with the batch in front, and its states and masks by local name."""

    inputs: Sequence[Array]
    states: Arrays = NOTHING
    masks: Arrays = NOTHING
    training: bool = False


class Result(NamedTuple):
    """Output, what `backward` needs, and the new value of each statistic that changed."""

    output: Array
    saved: Any = None
    statistics: Arrays = NOTHING


class Gradient(NamedTuple):
    """Derivatives of the loss: by each input (None for integers), by parameter's local name."""

    inputs: Sequence[Array | None]
    parameters: Arrays = NOTHING
