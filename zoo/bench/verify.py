"""Whether a record is what it says: everything that can be derived again is, and compared.

A fault means that the record contradicts itself; a doubt, that it is true and may not tell much.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter, defaultdict
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

import attrs
import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from scipy import stats

from zoo.bench import derive, work
from zoo.bench.record import QUANTITIES, Cell, Record, digest
from zoo.bench.statistics import trend
from zoo.errors import SpecError
from zoo.spec.graph import Spec

SCHEMA = "parityzoo/verification/1"
RARE = 0.01
"""Doubts that come from a test are raised where chance alone does it less often than this."""
SHOWN = 20
"""Findings of a kind that are printed."""


@attrs.frozen
class Finding:
    """What is the matter with a record.

    Attributes:
        kind: `fault` or `doubt`.
        where: such as `cell mlp/torch:eager/float32/cpu/b32/t1: samples of train_step`.
        what: one sentence without a full stop.
    """

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@attrs.frozen
class Verification:
    """What `zoo bench verify` found.

    Attributes:
        digest: of the record, as it says itself.
        cells: how many the record has.
        figures: how many were derived again.
        findings: faults, then doubts.
    """

    digest: str
    cells: int
    figures: int
    findings: Tuple[Finding, ...]

    @property
    def faults(self) -> Tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.kind == "fault")

    @property
    def passed(self) -> bool:
        return not self.faults

    @property
    def exit_code(self) -> int:
        return 0 if self.passed else 1

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "digest": self.digest,
            "cells": self.cells,
            "figures": self.figures,
            "findings": [attrs.asdict(each) for each in self.findings],
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for kind, colour in (("fault", "red"), ("doubt", "yellow")):
            found = [each for each in self.findings if each.kind == kind]
            for finding in found[:SHOWN]:
                yield Text.assemble((f"{kind} ", colour), str(finding))
            if found[SHOWN:]:
                yield Text(f"      and {len(found) - SHOWN} more {kind}s; --json lists them all")
        yield Text(
            f"{'verified' if self.passed else 'not verified'}: {self.cells} cells, "
            f"{self.figures} figures derived again, {len(self.faults)} faults, "
            f"{len(self.findings) - len(self.faults)} doubts; digest {self.digest[:12]}",
            "green" if self.passed else "red",
        )


def verify(data: Mapping[str, Any]) -> Verification:
    """Derive a record's JSON again from its raw samples.

    Raises:
        UsageError: it is no record.
    """
    return verified(Record.from_json(data), data)


def verified(record: Record, data: Mapping[str, Any]) -> Verification:
    """The same for a record that was already read from the JSON."""
    figures = derive.figures(record)
    faults = [
        *_digest(data),
        *_hashes(record),
        *(each for cell in record.cells for each in _cell(record, cell)),
        *_work(record),
        *_figures(record, figures),
    ]
    doubts = [
        *_machines(record),
        *_one_process(record),
        *(each for cell in record.cells for each in _rounds(record, cell)),
        *_noise(record, figures),
        *(each for cell in record.cells for each in _drift(record, cell)),
        *(each for cell in record.cells for each in _processes(record, cell)),
    ]
    found = [Finding("fault", *each) for each in faults]
    found += [Finding("doubt", *each) for each in doubts]
    return Verification(data["digest"], len(record.cells), len(figures), tuple(found))


Found = Iterator[Tuple[str, str]]
"""Where and what."""


def _digest(data: Mapping[str, Any]) -> Found:
    there = digest(data)
    if data["digest"] != there:
        yield "digest", f"is {data['digest'][:12]}, the content has {there[:12]}"


def _hashes(record: Record) -> Found:
    for name in record.specs:
        spec = _spec(record, name)
        if not isinstance(spec, Spec):
            yield f"spec {name[:12]}", f"cannot be read: {spec}"
        elif spec.hash != name:
            yield f"spec {name[:12]}", f"has the hash {spec.hash[:12]}"
    for name, source in record.sources.items():
        there = hashlib.sha256(source.encode()).hexdigest()
        if there != name:
            yield f"source {name[:12]}", f"has the hash {there[:12]}"
    for name, count in Counter(cell.name for cell in record.cells).items():
        if count > 1:
            yield f"cell {name}", "stands there more than once"


def _spec(record: Record, name: str) -> Spec | SpecError:
    try:
        return Spec.from_json(json.dumps(record.specs[name]))
    except SpecError as error:
        return error


def _work(record: Record) -> Found:
    """Operations and bytes that are not those which the specification counts."""
    specs = {name: _spec(record, name) for name in record.specs}
    for cell in record.cells:
        spec = specs.get(cell.spec)
        if not isinstance(spec, Spec):
            continue
        counts = {"flops": work.flops(spec, cell.batch)}
        if cell.dtype in work.ITEM_SIZE:
            counts["bytes"] = work.bytes_moved(spec, cell.batch, cell.dtype)
        for field, wanted in counts.items():
            for quantity, count in wanted.items():
                there = getattr(cell, field).get(quantity, "nothing")
                if there != count:
                    where = f"cell {cell.name}: {field} of {quantity}"
                    yield where, f"is {there}, the specification counts {count}"


def _cell(record: Record, cell: Cell) -> Found:
    where = f"cell {cell.name}"
    for field, table in (
        ("spec", record.specs),
        ("source", record.sources),
        ("machine", record.machines),
    ):
        value = getattr(cell, field)
        if value not in table and not (field == "source" and cell.gap is not None):
            yield f"{where}: {field}", f"{value} is not in the record"
    for field, proven, there in derive.mismatches(cell):
        yield f"{where}: certificate", f"proves {field} {proven}, the cell has {there}"
    if cell.gap is not None:
        return
    if cell.certificate is None:
        yield f"{where}: certificate", "is missing, and no gap says why"
    for quantity in QUANTITIES:
        rounds = derive.rounds_of(cell, quantity)
        if not rounds:
            yield f"{where}: samples of {quantity}", "are missing, and no gap says why"
            continue
        missing = sorted(set(range(max(rounds))) - set(rounds))
        if missing:
            listed = ", ".join(map(str, missing))
            yield f"{where}: samples of {quantity}", f"round {listed} is missing"


def _figures(record: Record, derived: Sequence[derive.Figure]) -> Found:
    wanted = {(each.cell, each.quantity): attrs.asdict(each) for each in derived}
    there = {(each["cell"], each["quantity"]): each for each in record.figures}
    for key in [*wanted, *(key for key in there if key not in wanted)]:
        where = f"cell {key[0]}: figure of {key[1]}"
        if key not in there:
            yield where, "is missing"
        elif key not in wanted:
            yield where, "has no proven samples"
        elif there[key].get("raw") != wanted[key]["raw"]:
            yield (
                f"cell {key[0]}: samples of {key[1]}",
                "are not the ones that the figure was derived from",
            )
        else:
            for field in {**wanted[key], **there[key]}:
                old, new = (table[key].get(field, "nothing") for table in (there, wanted))
                if not _same(old, new):
                    yield f"{where}: {field}", f"is {old}, the samples give {new}"


def _same(a: Any, b: Any) -> bool:
    """Equal; numbers up to the last bits, in which versions of a library may differ."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-12)
    return bool(a == b)


def _machines(record: Record) -> Found:
    used = {cell.machine for cell in record.cells}
    if len(used) > 1:
        yield "machines", f"are {len(used)}; only cells of the same one can be compared"
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in record.cells:
        for library, version in cell.environment.versions.items():
            found[cell.backend, library].add(version)
    for (backend, library), versions in found.items():
        if len(versions) > 1:
            listed = ", ".join(sorted(versions))
            yield f"backend {backend}", f"ran with different versions of {library}: {listed}"


def _one_process(record: Record) -> Found:
    alone = [
        cell.name
        for cell in record.cells
        if derive.unproven(cell) is None and len({each.process for each in cell.samples}) == 1
    ]
    if alone:
        yield (
            "processes",
            f"all rounds of {len(alone)} cells are of one process each, such as of {alone[0]}; "
            "what differs from process to process is not in their intervals",
        )


def _rounds(record: Record, cell: Cell) -> Found:
    for quantity, rounds in _proven(cell):
        least = record.settings.rounds_at_least
        if len(rounds) < least:
            where = f"cell {cell.name}: samples of {quantity}"
            yield where, f"{len(rounds)} rounds, the settings ask for {least}"


def _noise(record: Record, figures: Sequence[derive.Figure]) -> Found:
    wanted = record.settings.precision
    for figure in figures:
        margin = figure.interval.margin
        if figure.quantity in QUANTITIES and margin > wanted:
            yield (
                f"cell {figure.cell}: figure of {figure.quantity}",
                f"its interval reaches {margin:.1%} from the median, {wanted:.1%} were wanted",
            )


def _drift(record: Record, cell: Cell) -> Found:
    for quantity, rounds in _proven(cell):
        moved = trend(list(rounds.values()))
        if moved.p < RARE and abs(moved.change) > record.settings.precision:
            direction = "rise" if moved.change > 0 else "fall"
            yield (
                f"cell {cell.name}: samples of {quantity}",
                f"{direction} by {abs(moved.change):.1%} from the first round to the last "
                f"(Mann-Kendall, p = {moved.p:.1g})",
            )


def _processes(record: Record, cell: Cell) -> Found:
    """Rounds of one process may be more alike than others; an interval over rounds overlooks it."""
    process = {sample.round: sample.process for sample in cell.samples}
    for quantity, rounds in _proven(cell):
        groups: dict[int, List[float]] = defaultdict(list)
        for number, seconds in rounds.items():
            groups[process[number]].append(float(np.median(seconds)))
        medians = [float(np.median(group)) for group in groups.values()]
        apart = max(medians) / min(medians) - 1
        if len(groups) < 2 or apart <= record.settings.precision:
            continue
        if stats.kruskal(*groups.values()).pvalue < RARE:
            yield (
                f"cell {cell.name}: samples of {quantity}",
                f"processes differ by up to {apart:.1%}, more than their rounds do; the interval "
                "is too narrow",
            )


def _proven(cell: Cell) -> Iterator[Tuple[str, Dict[int, List[float]]]]:
    """Quantities that have figures, with their rounds."""
    if derive.unproven(cell) is None:
        for quantity in QUANTITIES:
            rounds = derive.rounds_of(cell, quantity)
            if rounds:
                yield quantity, rounds
