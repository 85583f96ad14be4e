"""What the oracle's op files share: what an op is given, what it returns, what flows back.

An op file holds two functions,

    forward(op, given: Given) -> Result
    backward(op, grad: Array, saved: Any) -> Gradient

`grad` is the derivative of the loss with respect to the output. All formulas stay analytic (no
absolute value, no conjugate), so ops also take complex arrays, and their derivatives can be
checked by the complex step (Squire and Trapp 1998), which loses no digits.

An optimizer's file holds

    start(declared) -> dict[str, float]
    update(declared, before: Before) -> After

where `start` names what is kept for each parameter, in its shape, and what it starts from.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Callable, Mapping, NamedTuple, Sequence

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


class Formula(NamedTuple):
    """What an op's file holds, for one op with its attributes."""

    forward: Callable[[Given], Result]
    backward: Callable[[Array, Any], Gradient]


class Before(NamedTuple):
    """One parameter before an optimizer step.

    Attributes:
        parameter: after decoupled weight decay, if there is one.
        gradient: clipped, with coupled weight decay added, if there is one.
        kept: by the names of `start`.
        rate: learning rate of this step.
        step: number of this step; 1 is the first.
    """

    parameter: Array
    gradient: Array
    kept: Arrays
    rate: Array
    step: int


class After(NamedTuple):
    """One parameter after an optimizer step, and what is kept for it."""

    parameter: Array
    kept: Arrays = NOTHING
