"""Which layer of a failed cell is at fault, and in what.

Two kinds of evidence. Parts of the model that lead to one layer find the first layer, in order of
computation, with which something goes wrong: a part that agrees clears all layers in it, so that
halving finds it in few programs. Then that layer runs by itself on what the oracle gives it,
forward and backward. Where it agrees by itself, the fault is in how the layers are put together.
"""

from __future__ import annotations

import time
from typing import Callable, Dict, Mapping, Optional, Sequence, Set, Tuple, Union

import attrs

from zoo.errors import SpecError, UnsupportedError, WorkerError
from zoo.parity import cause
from zoo.parity.cell import Cell
from zoo.parity.compare import CRASHED, DISAGREES
from zoo.parity.location import ALONE, LEADING, LOSS, STEPS, Location
from zoo.parity.probe import Part, Parts, Probe, probe
from zoo.spec.graph import FlatNode, Spec
from zoo.worker.session import Session

SECONDS = 120.0
"""Longest search for one failed cell."""


def locate(cell: Cell, session: Session, seconds: float = SECONDS) -> Location:
    """Where a cell that is wrong goes wrong; after `seconds`, what is known by then."""
    bad = [row for row in cell.rows if row.verdict in (DISAGREES, CRASHED)]
    search = _Search(cell, session, time.monotonic() + seconds)
    phases = [p for p in PASSES if any(r.phase in (p, "") for r in bad)]
    return search.forward_and_backward(phases) if phases else in_steps(cell, search.in_time)


def in_steps(cell: Cell, in_time: cause.InTime) -> Location:
    """Of a cell in which only what the optimizer makes of the gradients differs."""
    row, bad = cell.row, [row for row in cell.rows if row.verdict == DISAGREES]
    causes = cause.of_training(cell, in_time)
    return Location(
        row.model, row.backend, row.mode, row.dtype, phase="steps", layer="optimizer",
        kind=cell.case.spec.optimizer.kind, evidence=STEPS,
        differs=tuple((row.quantity, row.tensor) for row in bad), causes=tuple(causes),
        tried=True, finished=in_time(),
    )  # fmt: skip


PASSES = ("evaluation", "training")
"""The phases that run a model once, forward and backward."""

PartOf = Callable[[str], Part]


class _Search:
    def __init__(self, cell: Cell, session: Session, deadline: float) -> None:
        self.cell, self.case, self.session = cell, cell.case, session
        self.nodes = {node.path: node for node in cell.case.spec.nodes}
        self.above = _ancestors(cell.case.spec)
        self.deadline = deadline
        self._parts: Dict[str, Parts] = {}

    def in_time(self) -> bool:
        return time.monotonic() < self.deadline

    def parts(self, phase: str) -> Parts:
        if phase not in self._parts:
            self._parts[phase] = Parts(self.case, phase)
        return self._parts[phase]

    def forward_and_backward(self, phases: Sequence[str]) -> Location:
        phase = phases[0]
        parts = self.parts(phase)
        found = self.found(phase)
        output = self.case.spec.output_path
        if self.is_loss(phase) or self.fails(parts.leading_to, output) is False:
            return self.loss(found, parts)
        layer = self.first(parts, output)
        node = self.nodes[layer]
        found = attrs.evolve(found, layer=layer, kind=node.op.kind, finished=self.in_time())
        broken = ""
        for evidence in (ALONE, LEADING):
            runs = [self.run(self.part_of(each, evidence), layer) for each in PASSES]
            probes = [run for run in runs if isinstance(run, Probe)]
            if any(run.bad for run in probes):
                return self.explained(found, evidence, sorted(probes, key=lambda p: not p.bad))
            if any(isinstance(run, WorkerError) for run in runs):
                broken = broken or evidence
        # With nothing that is wrong in itself, a part that falls over is the best that is known.
        return attrs.evolve(found, evidence=broken) if broken else self.found(phase)

    def part_of(self, phase: str, evidence: str) -> PartOf:
        parts = self.parts(phase)
        return parts.alone if evidence == ALONE else parts.leading_to

    def explained(self, found: Location, evidence: str, probes: Sequence[Probe]) -> Location:
        """With what differs and the likely causes.

        In a part that leads to a layer, those that it reads may be written otherwise than where
        they are the output, so they are suspects too.
        """
        part = probes[0].part
        nodes = {part.names.get(node.path, node.path): node for node in part.spec.nodes}
        node = nodes[found.layer]
        suspects = [node]
        if evidence == LEADING:
            suspects += [nodes[source] for source in node.inputs if source in nodes]
        for suspect in suspects:
            causes = cause.of_layer(suspect, probes, self.in_time)
            if causes:
                node = suspect
                break
        return attrs.evolve(
            found, layer=part.names.get(node.path, node.path), kind=node.op.kind,
            evidence=evidence, phase=part.phase, differs=self.differs(probes[0], node),
            causes=tuple(causes), tried=True, finished=self.in_time(),
        )  # fmt: skip

    def found(self, phase: str) -> Location:
        row = self.cell.row
        return Location(row.model, row.backend, row.mode, row.dtype, phase=phase)

    def is_loss(self, phase: str) -> bool:
        """Whether the loss is wrong for an output that is right.

        Parts cannot tell where the model's loss is theirs too: each of them has its fault.
        """
        bad = {
            row.quantity for row in self.cell.rows if (row.phase, row.verdict) == (phase, DISAGREES)
        }
        return "loss" in bad and "output" not in bad

    def loss(self, found: Location, parts: Parts) -> Location:
        """All layers agree under another loss."""
        try:
            run = self.judged(parts.loss())
        except (SpecError, UnsupportedError, WorkerError):
            return found
        if not run.bad:
            return found
        causes = cause.of_loss(run, self.in_time)
        return attrs.evolve(
            found, layer="loss", kind=self.case.spec.loss.kind, evidence=LOSS,
            differs=tuple((row.quantity, "loss") for row in run.bad), causes=tuple(causes),
            tried=True,
        )  # fmt: skip

    def first(self, parts: Parts, failing: str) -> str:
        """The first layer whose part fails, while there is time; the part of `failing` does."""
        order = list(self.nodes)
        left = order[: order.index(failing)]
        while left and self.in_time():
            middle = left[len(left) // 2]
            fails = self.fails(parts.leading_to, middle)
            if fails:
                failing, left = middle, left[: left.index(middle)]
            else:
                cleared = {middle} if fails is None else {middle, *self.above[middle]}
                left = [path for path in left if path not in cleared]
        return failing

    def fails(self, part_of: PartOf, path: str) -> Optional[bool]:
        """Whether something of a part is wrong; None if it cannot be run by itself."""
        run = self.run(part_of, path)
        if run is None:
            return None
        return isinstance(run, WorkerError) or bool(run.bad)

    def run(self, part_of: PartOf, path: str) -> Union[Probe, WorkerError, None]:
        try:
            return self.judged(part_of(path))
        except (SpecError, UnsupportedError):
            return None
        except WorkerError as error:
            return error

    def judged(self, part: Part) -> Probe:
        return probe(part, self.case.spec, self.session, self.cell.emission, self.cell.row)

    def differs(self, run: Probe, node: FlatNode) -> Tuple[Tuple[str, str], ...]:
        """What is wrong with a layer; names of tensors are its own."""
        found = []
        for row in run.bad:
            layer, _, own = row.tensor.rpartition(f"{node.path}.")
            if row.quantity in ("output", "input-gradient"):
                found.append((row.quantity, row.quantity.partition("-")[0]))
            elif not layer and own != row.tensor:
                found.append((row.quantity, own))
        return tuple(dict.fromkeys(found))


def _ancestors(spec: Spec) -> Mapping[str, Set[str]]:
    """All layers that lead to each."""
    above: Dict[str, Set[str]] = {}
    for node in spec.nodes:
        direct = [source for source in node.inputs if source in above]
        above[node.path] = set(direct).union(*(above[source] for source in direct))
    return above
