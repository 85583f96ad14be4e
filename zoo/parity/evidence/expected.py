"""The oracle's results as a framework would have answered: its own names and layouts."""

from __future__ import annotations

from typing import Iterator, NamedTuple, Sequence

import numpy as np

from zoo.emit.rearrange import Bindings
from zoo.parity.case import Array, Key
from zoo.parity.cell import Cell
from zoo.parity.noise import FACTOR
from zoo.worker.parent import Exchange


class Expected(NamedTuple):
    """One array of a reply.

    Attributes:
        name: in the reply.
        label: phase, quantity and canonical name, for people.
        array: the oracle's, in the framework's layout.
        bound: what rounding explains, relative to the array's largest magnitude.
    """

    name: str
    label: str
    array: Array
    bound: float


def expected(
    cell: Cell, exchanges: Sequence[Exchange], programs: Sequence[Bindings]
) -> Iterator[list[Expected]]:
    """For each exchange of a cell what the oracle gives instead of the reply.

    `programs` are how arrays map to those that are loaded, in their order.
    """
    told = {(row.phase, row.quantity, row.tensor): row.told for row in cell.rows}
    step, left, bindings = 0, list(programs), programs[0]
    for exchange in exchanges:
        if exchange.do == "load":
            bindings = left.pop(0)
        found = []
        for name, key, array in _arrays(cell, exchange, bindings, step):
            judged_to = told.get(key)
            if judged_to is None or step < judged_to:
                scale = _scale(bindings, key)
                found.append(_expected(cell, name, key, array, step, scale))
        yield found
        step += exchange.do == "optimizer_state"


def _expected(cell: Cell, name: str, key: Key, array: Array, step: int, scale: float) -> Expected:
    """An array and its bound, both from canonical numbers to those of the framework."""
    moved = np.asarray(cell.moved[key])
    label = " ".join(key)
    if key[0] == "steps":
        moved, label = moved[step], f"after step {step + 1} {key[1]} {key[2]}"
    array = np.asarray(array / scale)
    largest = float(np.max(np.abs(array), initial=0.0)) or 1.0
    return Expected(name, label, array, FACTOR * float(moved) / abs(scale) / largest)


def _scale(bindings: Bindings, key: Key) -> float:
    """What the framework's numbers times it are the canonical ones; not 1 for some kept ones."""
    _phase, quantity, tensor = key
    if quantity != "optimizer-state":
        return 1.0
    scales = {kept.name: kept.scale for kept in bindings.kept.values()}
    return scales.get(tensor.rpartition(".")[2], 1.0)


Named = Iterator[tuple[str, Key, Array]]
"""Name in the reply, what it is, the oracle's array in the framework's layout."""


def _arrays(cell: Cell, exchange: Exchange, bindings: Bindings, step: int) -> Named:
    if exchange.do == "gradients":
        phase = "training" if exchange.fields["training"] else "evaluation"
        yield from _gradients(cell, bindings, phase)
    elif exchange.do == "train" and cell.case.spec.accumulate == 1:
        key = ("steps", "loss", "loss")
        yield "loss", key, cell.exact[key][step : step + 1]
    elif exchange.do == "state":
        for name, slot in bindings.states.items():
            key = ("steps", cell.case.spec.states[name].role, name)
            yield f"state.{slot.name}", key, slot.how.there(cell.exact[key][step])
    elif exchange.do == "optimizer_state":
        yield from _kept(cell, bindings, step)


def _gradients(cell: Cell, bindings: Bindings, phase: str) -> Named:
    exact = cell.exact
    key = (phase, "output", "output")
    yield "output", key, bindings.output.there(exact[key])
    key = (phase, "loss", "loss")
    yield "loss", key, exact[key]
    for index, (node, how) in enumerate(zip(cell.case.spec.inputs, bindings.inputs)):
        key = (phase, "input-gradient", node.name)
        if key in exact:
            yield f"input.{index}", key, how.there(exact[key])
    for prefix, quantity in (("parameter", "parameter-gradient"), ("state", "statistic")):
        for name, slot in bindings.states.items():
            key = (phase, quantity, name)
            if key in exact:
                yield f"{prefix}.{slot.name}", key, slot.how.there(exact[key])


def _kept(cell: Cell, bindings: Bindings, step: int) -> Named:
    """What the optimizer keeps."""
    theirs = {kept.name: name for name, kept in bindings.kept.items()}
    for key, array in cell.exact.items():
        for name, slot in bindings.states.items():
            if key[1] == "optimizer-state" and key[2].startswith(f"{name}."):
                own = key[2][len(name) + 1 :]
                kept = f"optimizer.{slot.name}.{theirs.get(own, own)}"
                yield kept, key, slot.how.there(array[step])
