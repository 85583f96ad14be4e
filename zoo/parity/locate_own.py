"""Which layers of somebody's own object mean something else than the specification.

An emitted program is cut into parts (`zoo.parity.locate`); an object can only be run as a whole. So
layers of the oracle are given other conventions, all of a kind at once, as a default that was left
alone is everywhere, and then each alone, until the whole gives what the object gave.
"""

from __future__ import annotations

import time
from typing import Dict, Iterator, List, Tuple

import attrs

from zoo.parity.cell import Cell
from zoo.parity.locate import PASSES, SECONDS, in_steps
from zoo.parity.location import OWN, Location
from zoo.parity.probe import Part, Probe, reproduces
from zoo.parity.variants import Variant, variants
from zoo.spec.graph import FlatNode


def locate_own(cell: Cell, seconds: float = SECONDS) -> Location:
    """Where the object of a cell that disagrees goes wrong; after `seconds`, that is not known."""
    deadline = time.monotonic() + seconds
    probes = sorted((_whole(cell, phase) for phase in PASSES), key=lambda each: not each.bad)
    if not probes[0].bad:
        return in_steps(cell, lambda: time.monotonic() < deadline)
    row = cell.row
    found = Location(
        row.model, row.backend, row.mode, row.dtype, phase=probes[0].part.phase, evidence=OWN
    )
    for nodes in _suspects(cell.case.spec.nodes):
        causes: List[str] = []
        for conventions in _in_all(nodes):
            if time.monotonic() > deadline:
                return attrs.evolve(found, finished=False)
            formulas = {path: variant.formula for path, variant in conventions.items()}
            if all(reproduces(each, formulas) for each in probes):
                causes.append(conventions[nodes[0].path].words)
        if causes:
            others = f" and {len(nodes) - 1} more" if nodes[1:] else ""
            return attrs.evolve(
                found, layer=nodes[0].path + others, kind=nodes[0].op.kind,
                differs=_differs(probes[0], nodes), causes=tuple(causes), tried=True,
            )  # fmt: skip
    return attrs.evolve(found, tried=True)


def _whole(cell: Cell, phase: str) -> Probe:
    inputs, target, _ = cell.case.batches[0]
    spec, state = cell.case.spec, cell.case.state
    part = Part(spec, lambda same: same, phase, state, inputs, {}, target, {}, is_loss=True)
    rows = [row for row in cell.rows if row.phase == phase]
    return Probe(part, cell.seen, cell.exact, cell.moved, rows)


def _suspects(nodes: Tuple[FlatNode, ...]) -> Iterator[Tuple[FlatNode, ...]]:
    """All layers of a kind, then each layer."""
    kinds: Dict[str, List[FlatNode]] = {}
    for node in nodes:
        kinds.setdefault(node.op.kind, []).append(node)
    yield from map(tuple, kinds.values())
    yield from ((node,) for alike in kinds.values() if alike[1:] for node in alike)


def _in_all(nodes: Tuple[FlatNode, ...]) -> Iterator[Dict[str, Variant]]:
    """Each convention that all of some layers may have, by path."""
    known = [{variant.words: variant for variant in variants(node)} for node in nodes]
    for words in known[0]:
        if all(words in each for each in known):
            yield {node.path: each[words] for node, each in zip(nodes, known)}


def _differs(run: Probe, nodes: Tuple[FlatNode, ...]) -> Tuple[Tuple[str, str], ...]:
    """What is wrong with the whole's output and with the layers' own tensors."""
    paths = {node.path for node in nodes}
    found = []
    for row in run.bad:
        layer, _, own = row.tensor.rpartition(".")
        if row.quantity == "output" or layer in paths:
            found.append((row.quantity, own))
    return tuple(dict.fromkeys(found))
