"""Two records cell by cell: faster, slower, or cannot tell.

A cell of B is slower if the whole interval of its time over that in A lies above one by more than
a tolerance, faster if it lies below by as much, both with the confidence of the records. Rounds of
two runs are no pairs, so their medians are resampled independently.
"""

from __future__ import annotations

import math
from typing import Any, Iterator, List, Mapping, Tuple

import attrs
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from zoo.bench import derive
from zoo.bench.numerals import Scale, percent
from zoo.bench.record import QUANTITIES, Cell, Record
from zoo.bench.statistics import Interval, ratio_interval
from zoo.errors import UsageError

SCHEMA = "parityzoo/difference/1"
COLOURS = {"slower": "red", "gone": "red", "faster": "green", "cannot tell": ""}
LISTED = 60
"""Changes up to which all are printed."""
MACHINE = ("cpu", "cores", "gpus", "memory_bytes")
"""What makes another machine; other facts, such as the governor, are told as changes."""
SAME_MEMORY = 0.01
"""Share by which the memory may differ: what the kernel keeps for itself varies by some KiB."""


@attrs.frozen
class Change:
    """What became of a quantity of a cell.

    Attributes:
        cell: its name.
        quantity: such as `train_step`.
        before: seconds in A.
        after: seconds in B; None if it is gone.
        ratio: of times, B over A; None if it is gone.
        verdict: `faster`, `slower`, `cannot tell` or `gone`.
        reason: why it is gone.
    """

    cell: str
    quantity: str
    before: float
    after: float | None
    ratio: Interval | None
    verdict: str
    reason: str = ""


@attrs.frozen
class Difference:
    """What `zoo bench diff` found.

    Attributes:
        tolerance: share up to which a change is none.
        changes: of the figures of A.
        notes: what else is not the same: machine facts, versions, sources.
        alone: cells that are only in one of the records, each with its side.
    """

    tolerance: float
    changes: Tuple[Change, ...]
    notes: Tuple[str, ...]
    alone: Tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is slower and no figure is gone."""
        return all(change.verdict not in ("slower", "gone") for change in self.changes)

    @property
    def exit_code(self) -> int:
        return 0 if self.passed else 1

    def to_json(self) -> dict[str, Any]:
        return {"schema": SCHEMA, "passed": self.passed, **attrs.asdict(self)}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        for heading in ("cell", "quantity"):
            made.add_column(heading, overflow="fold")
        made.add_column("times as long", justify="right", no_wrap=True)
        made.add_column("verdict", no_wrap=True)
        told = [change for change in self.changes if change.verdict != "cannot tell"]
        short = len(self.changes) > LISTED
        for change in told if short else self.changes:
            text = " ".join(Scale(1.0, "").shown(change.ratio)) if change.ratio else change.reason
            colour = COLOURS[change.verdict]
            quantity = change.quantity.replace("_", " ")
            verdict = Text(change.verdict, colour)
            made.add_row(Text(change.cell), Text(quantity), Text(text), verdict)
        yield made
        if short:
            yield Text("cells of which nothing can be told are not listed; --json lists all", "dim")
        for note in self.notes:
            yield Text(note, "yellow")
        for name in self.alone:
            yield Text(name, "dim")
        counts = {word: sum(c.verdict == word for c in self.changes) for word in COLOURS}
        words = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        yield Text(
            f"{words or 'nothing to compare'}; changes up to {percent(self.tolerance)} do not count"
        )


def diff(
    a: Record,
    b: Record,
    *,
    tolerance: float | None = None,
    different_machines: bool = False,
) -> Difference:
    """How times in B compare with those in A.

    Args:
        tolerance: share that does not count; the precision that was wanted if left out.
        different_machines: compare although the machines differ.

    Raises:
        UsageError: the records have no cell in common, or are of different machines; a machine is
            missing; the tolerance is no share.
    """
    if tolerance is None:
        tolerance = max(a.settings.precision, b.settings.precision)
    if not 0 <= tolerance < math.inf:
        raise UsageError(f"a tolerance is a share such as 0.05, got {tolerance}")
    old, new = ({cell.name: cell for cell in record.cells} for record in (a, b))
    shared = [name for name in old if name in new]
    if not shared:
        raise UsageError(
            f"the records have no cell in common: A has {', '.join(list(old)[:3])}..., "
            f"B has {', '.join(list(new)[:3])}..."
        )
    pairs = [(old[name], new[name]) for name in shared]
    apart = _differing(a, b, pairs, MACHINE)
    if apart and not different_machines:
        raise UsageError(
            f"the records are of different machines: {'; '.join(apart)}. "
            "To compare them all the same: --different-machines"
        )
    figures = derive.by_cell(a), derive.by_cell(b)
    changes = [change for pair in pairs for change in _cell(a, b, figures, pair, tolerance)]
    alone = [f"only in A: {name}" for name in old if name not in new]
    alone += [f"only in B: {name}" for name in new if name not in old]
    notes = [*(f"different machines: {text}" for text in apart), *_notes(a, b, pairs)]
    return Difference(tolerance, tuple(changes), tuple(notes), tuple(alone))


Pair = Tuple[Cell, Cell]


def _cell(
    a: Record,
    b: Record,
    figures: Tuple[derive.Figures, derive.Figures],
    pair: Pair,
    tolerance: float,
) -> Iterator[Change]:
    old, new = pair
    confidence = max(a.settings.confidence, b.settings.confidence)
    for quantity in QUANTITIES:
        before, after = (found.get((old.name, quantity)) for found in figures)
        if before is None:
            continue
        reason = derive.unproven(new) or ("was not measured" if after is None else "")
        if old.spec != new.spec:
            reason = "is of another specification"
        if after is None or reason:
            yield Change(old.name, quantity, before.median, None, None, "gone", reason)
            continue
        times = (list(derive.rounds_of(cell, quantity).values()) for cell in (new, old))
        ratio = ratio_interval(*times, paired=False, confidence=confidence, seed=a.settings.seed)
        verdict = verdict_of(ratio, tolerance)
        yield Change(old.name, quantity, before.median, after.median, ratio, verdict)


def verdict_of(ratio: Interval, tolerance: float) -> str:
    """`slower` or `faster` where the whole interval is beyond the tolerance, else `cannot tell`."""
    if ratio.low > 1 + tolerance:
        return "slower"
    return "faster" if ratio.high < 1 / (1 + tolerance) else "cannot tell"


def _differing(a: Record, b: Record, pairs: List[Pair], fields: Tuple[str, ...]) -> List[str]:
    """What is not the same of the machines of cells that are compared."""
    for record, cells in zip((a, b), zip(*pairs)):
        for cell in cells:
            if cell.machine not in record.machines:
                raise UsageError(f"{cell.name}: its machine {cell.machine!r} is not in its record")
    machines = {
        (old.machine, new.machine): (a.machines[old.machine], b.machines[new.machine])
        for old, new in pairs
    }
    found = [
        f"{field} {getattr(was, field)} → {getattr(now, field)}"
        for was, now in machines.values()
        for field in fields
        if not _same(field, getattr(was, field), getattr(now, field))
    ]
    return list(dict.fromkeys(found))


def _same(field: str, was: Any, now: Any) -> bool:
    if field == "memory_bytes":
        return math.isclose(was, now, rel_tol=SAME_MEMORY)
    return bool(was == now)


def _notes(a: Record, b: Record, pairs: List[Pair]) -> Iterator[str]:
    yield from _differing(a, b, pairs, ("os", "governor", "affinity", "variables"))
    versions = [
        f"{old.backend}: {name} {was} → {now}"
        for old, new in pairs
        for name, was, now in _changed(old.environment.versions, new.environment.versions)
    ]
    yield from dict.fromkeys(versions)
    for old, new in pairs:
        if old.source != new.source:
            yield f"{old.name}: another source"


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Tuple[str, str, str]]:
    for name in sorted({*old, *new}):
        was, now = old.get(name, "none"), new.get(name, "none")
        if was != now:
            yield name, was, now
