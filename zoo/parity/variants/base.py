"""One alternative of a layer, and the ways in which most of them are made."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, Optional

import attrs

from zoo.errors import SpecError
from zoo.oracle.base import Formula, Gradient
from zoo.oracle.table import formula_of
from zoo.parity.formula import NOTHING, Linear, around, with_gradient
from zoo.spec.graph import FlatNode
from zoo.spec.op import Op

EPSILONS = (1e-3, 1e-4, 2e-5, 1e-5, 1e-6, 1e-7, 1e-8, 1e-12)
"""Those that frameworks have as defaults, of any normalization."""


@attrs.frozen(eq=False)
class Variant:
    """Another meaning of a layer.

    Attributes:
        name: of the convention, the same for every layer.
        words: a clause that says what is different.
        formula: what it computes.
        op: the op that means this, if its attributes can say so.
    """

    name: str
    words: str
    formula: Formula
    op: Optional[Op] = None


Variants = Iterator[Variant]
Rule = Callable[[FlatNode], Variants]


def changed(node: FlatNode, name: str, words: str, *changes: Mapping[str, Any]) -> Variants:
    """Other attributes, where they are valid and keep the shape; they fill in the words."""
    for change in changes:
        try:
            op = attrs.evolve(node.op, **change)
            fits = op.infer(*node.input_types) == node.type
        except SpecError:
            continue
        if fits and op != node.op:
            yield Variant(name, words.format(**change), formula_of(op), op)


def mapped(node: FlatNode, name: str, words: str, *, op: Op | None = None, **maps: Any) -> Variants:
    """The op's own formula (or another's) with maps around it; see `formula.around`."""
    yield Variant(name, words, around(formula_of(op or node.op), **maps))


def on_state(node: FlatNode, name: str, words: str, **ways: Linear) -> Variants:
    """The formula on mapped states."""
    yield from mapped(node, name, words, states=ways)


def left_out(node: FlatNode, *states: str) -> Variants:
    """States that are read and stored, but not used."""
    for state in states:
        yield from on_state(node, "state_left_out", f"{state} is left out", **{state: NOTHING})


def without_gradient(node: FlatNode) -> Variants:
    """What is computed right, and then cut off from the gradient."""
    base = formula_of(node.op)

    def no_inputs(found: Gradient) -> Gradient:
        return found._replace(inputs=[None if x is None else 0 * x for x in found.inputs])

    if any(type.dtype == "float" for type in node.input_types):
        words = "no gradient flows back to the input"
        yield Variant("gradient_cut_off", words, with_gradient(base, no_inputs))
    for state in node.states():
        if state.role == "parameter":
            words = f"{state.name} gets no gradient"
            yield Variant(
                "parameter_without_gradient", words, with_gradient(base, _without(state.name))
            )


def _without(name: str) -> Callable[[Gradient], Gradient]:
    def change(found: Gradient) -> Gradient:
        return found._replace(parameters={**found.parameters, name: 0 * found.parameters[name]})

    return change
