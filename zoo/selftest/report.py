"""The result of a selftest: what became of each fault on each backend, and how it looks."""

from __future__ import annotations

from collections import Counter
from typing import Any, Iterator, List, Mapping, Tuple

import attrs
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from zoo.parity.compare import Row
from zoo.selftest.fault import Fault

SCHEMA = "parityzoo-selftest/1"
RIGHT_SHARE = 0.95
"""Least share of the faults caught that are named at the right layer."""

CAUGHT, MISSED, REFUSED, CRASHED = "caught", "missed", "refused", "crashed"
ABSENT, WITHIN_ROUNDING = "absent", "within rounding"


@attrs.frozen
class Outcome:
    """What became of one fault on one backend.

    Attributes:
        fault: which it is.
        verdict: caught; missed; refused, if the backend cannot express the model with or without
            it; absent, if its sources have nothing of the kind; within rounding, if nobody could
            see it in this dtype; or crashed, if the program with it fell over and was not compared.
        named: the layer that was named, if it was caught; `loss` or `optimizer` for the training.
        causes: clauses that say what the cause may be.
        reason: why it is refused or crashed, or what was said when it was caught.
    """

    fault: Fault
    verdict: str
    named: str = ""
    causes: Tuple[str, ...] = ()
    reason: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the layer that was named is where the fault is."""
        return self.named in self.fault.layers

    def to_json(self) -> dict[str, Any]:
        fault = self.fault
        return {
            "fault": fault.name, "sentence": fault.sentence, "model": fault.spec.name,
            "layers": list(fault.layers), "verdict": self.verdict, "named": self.named,
            "right": self.is_right, "causes": list(self.causes), "reason": self.reason,
        }  # fmt: skip


@attrs.frozen
class Alarm:
    """A clean program that was found at fault: the model, and the first row that does not agree."""

    model: str
    row: Row


@attrs.define
class Score:
    """What one backend showed.

    Attributes:
        backend, mode: which it is.
        outcomes: of the faults.
        clean: comparisons of clean programs.
        alarms: those that failed.
        reason: why it could not run, if it could not.
    """

    backend: str
    mode: str
    outcomes: List[Outcome] = attrs.field(factory=list)
    clean: int = 0
    alarms: List[Alarm] = attrs.field(factory=list)
    reason: str = ""

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(outcome.verdict for outcome in self.outcomes)

    @property
    def planted(self) -> int:
        """Faults in programs that ran or should have."""
        return sum(self.verdicts[verdict] for verdict in (CAUGHT, MISSED, CRASHED))

    @property
    def right(self) -> int:
        """Faults caught that were named at the right layer."""
        return sum(each.verdict == CAUGHT and each.is_right for each in self.outcomes)

    @property
    def passed(self) -> bool:
        """Whether the targets are met: all caught, enough of them named, no false alarm.

        Nothing caught is no success, unless no fault was asked for.
        """
        caught = self.verdicts[CAUGHT]
        return (
            not self.reason
            and caught == self.planted
            and self.right >= RIGHT_SHARE * caught
            and not self.alarms
            and bool(caught if self.outcomes else self.clean)
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "backend": self.backend, "mode": self.mode, "passed": self.passed,
            "planted": self.planted, "caught": self.verdicts[CAUGHT], "right": self.right,
            "refused": self.verdicts[REFUSED], "clean": self.clean,
            "false_alarms": len(self.alarms), "reason": self.reason,
            "faults": [outcome.to_json() for outcome in self.outcomes],
            "alarms": [attrs.asdict(alarm) for alarm in self.alarms],
        }  # fmt: skip


@attrs.frozen
class SelftestReport:
    """What `zoo selftest` found.

    Attributes:
        seed: of models, states, inputs and masks.
        dtype: of the programs under test.
        scores: one for each backend.
        environments: by backend, what its worker read back: versions, threads, flags.
        seconds: of the whole run.
    """

    seed: int
    dtype: str
    scores: Tuple[Score, ...]
    environments: Mapping[str, Mapping[str, Any]]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every backend meets the targets."""
        return bool(self.scores) and all(score.passed for score in self.scores)

    @property
    def exit_code(self) -> int:
        """0 if passed, 3 if the only trouble is that a backend cannot run here, else 1."""
        if self.passed:
            return 0
        return 3 if all(score.passed or score.reason for score in self.scores) else 1

    def to_json(self) -> dict[str, Any]:
        """The published form; every fault is in it with its sentence, on every backend."""
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "seed": self.seed,
            "dtype": self.dtype,
            "scores": [score.to_json() for score in self.scores],
            "environments": dict(self.environments),
            "seconds": self.seconds,
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._table()
        for score in self.scores:
            yield from _complaints(score)
        planted, clean = (sum(getattr(c, n) for c in self.scores) for n in ("planted", "clean"))
        kinds = {o.fault.name for c in self.scores for o in c.outcomes}
        yield Text(
            f"{self.dtype}, seed {self.seed}: {planted} faults of {len(kinds)} kinds planted, "
            f"{clean} clean comparisons, in {self.seconds:.0f} s"
        )

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        table.add_column("backend", no_wrap=True)
        for heading in (
            "faults\nplanted", "caught", "right\nlayer", "refused",
            "clean\ncomparisons", "false\nalarms",
        ):  # fmt: skip
            table.add_column(heading, justify="right")
        table.add_column("targets", no_wrap=True)
        for score in self.scores:
            numbers = (
                score.planted, score.verdicts[CAUGHT], score.right, score.verdicts[REFUSED],
                score.clean, len(score.alarms),
            )  # fmt: skip
            met = Text("met", "green") if score.passed else Text("not met", "red")
            if score.reason:
                met = Text("not run", "yellow")
            table.add_row(f"{score.backend}:{score.mode}", *map(str, numbers), met)
        return table


def _complaints(score: Score) -> Iterator[Text]:
    name = f"{score.backend}:{score.mode}"
    if score.reason:
        yield Text(f"{name}: {score.reason}", "yellow")
    for each in score.outcomes:
        what = f"{each.fault.name} ({each.fault.sentence})"
        if each.verdict in (MISSED, CRASHED):
            yield Text(f"{name} {each.verdict} {what} {each.reason}".rstrip(), "red")
        elif each.verdict == CAUGHT and not each.is_right:
            where = " or ".join(each.fault.layers)
            yield Text(f"{name} named {each.named or 'nothing'}, not {where}: {what}", "red")
    for alarm in score.alarms:
        row = alarm.row
        yield Text(f"{name} false alarm: {alarm.model}: {row.what}: {row.reason}", "red")
