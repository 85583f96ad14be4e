"""The result of a run: which hypotheses are rejected, at one false-alarm rate for all of it."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, List, Mapping, Tuple

import attrs
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from zoo.parity.compare import AGREES, DISAGREES, NOT_RUN
from zoo.randomness.hypotheses import Finding

SCHEMA = "parityzoo-randomness/1"

FALSE_ALARMS = 0.001
"""Probability that a run rejects anything although everything is right."""

MAIN = 0.25
"""Least share of the largest effect; what is rejected with less follows from what has more."""


@attrs.frozen
class Row:
    """One model on one backend.

    Attributes:
        backend, mode: which backend.
        subject: what drops.
        dropped: share of the elements that was dropped in training; None if nothing was drawn.
        findings: what the tests say; none if nothing was drawn.
        failure: the verdict if nothing was drawn, as a row of parity has it.
        reason: why nothing was drawn.
    """

    backend: str
    mode: str
    subject: str
    dropped: float | None = None
    findings: Tuple[Finding, ...] = ()
    failure: str = ""
    reason: str = ""


@attrs.frozen
class RandomnessReport:
    """What `zoo dropout` found.

    Attributes:
        drop_rate: of every layer.
        steps: how many training steps each model took.
        seed: of the frameworks' generators.
        dtype: of the programs.
        rows: one for each backend and model.
        environments: by backend, what its worker read back: versions, threads, flags.
    """

    drop_rate: float
    steps: int
    seed: int
    dtype: str
    rows: Tuple[Row, ...]
    environments: Mapping[str, Mapping[str, Any]]

    @property
    def tests(self) -> int:
        return sum(len(row.findings) for row in self.rows)

    @property
    def limit(self) -> float:
        """The largest p that is rejected, by the method of Holm (1979); -1 if none is.

        However the tests depend on each other, one that is rejected wrongly comes up with
        probability `FALSE_ALARMS` at most.
        """
        limit = -1.0
        ps = sorted(finding.p for row in self.rows for finding in row.findings)
        for index, p in enumerate(ps):
            if p > FALSE_ALARMS / (len(ps) - index):
                break
            limit = p
        return limit

    def rejected(self, row: Row) -> List[Finding]:
        """What is not so on one backend, the largest effect first."""
        found = [finding for finding in row.findings if finding.p <= self.limit]
        return sorted(found, key=lambda finding: -finding.effect)

    def told(self, row: Row) -> List[Finding]:
        """What does not follow from the rest, as correlated positions do from a mask shared."""
        found = self.rejected(row)
        return [finding for finding in found if finding.effect >= MAIN * found[0].effect]

    def verdict(self, row: Row) -> str:
        return row.failure or (DISAGREES if self.rejected(row) else AGREES)

    @property
    def passed(self) -> bool:
        """Whether something was tested and nothing is rejected."""
        return bool(self.rows) and all(self.verdict(row) == AGREES for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0 if passed, 3 if the only trouble is that a backend cannot run here, else 1."""
        if self.passed:
            return 0
        return 3 if {self.verdict(row) for row in self.rows} <= {AGREES, NOT_RUN} else 1

    def to_json(self) -> dict[str, Any]:
        """The published form; every test is in it with its p."""
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "drop_rate": self.drop_rate,
            "steps": self.steps,
            "seed": self.seed,
            "dtype": self.dtype,
            "tests": self.tests,
            "false_alarm_rate": FALSE_ALARMS,
            "rows": [self._row(row) for row in self.rows],
            "environments": dict(self.environments),
        }

    def _row(self, row: Row) -> dict[str, Any]:
        return {
            "backend": row.backend, "mode": row.mode, "subject": row.subject,
            "verdict": self.verdict(row), "reason": row.reason, "dropped": row.dropped,
            "tests": [
                {**attrs.asdict(each), "rejected": each.p <= self.limit} for each in row.findings
            ],
        }  # fmt: skip

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._table()
        for row in self.rows:
            yield from self._complaints(row)
        yield Text(
            f"{self.dtype}, rate {self.drop_rate:g}, {self.steps} steps, seed {self.seed}: "
            f"{self.tests} tests; the probability of any false alarm is {FALSE_ALARMS:g} (Holm)"
        )

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        for heading in ("backend", "layer"):
            table.add_column(heading, no_wrap=True)
        for heading in ("dropped", "tests", "smallest p", "rejected"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("verdict", no_wrap=True)
        for row in self.rows:
            table.add_row(f"{row.backend}:{row.mode}", row.subject, *self._figures(row))
        return table

    def _figures(self, row: Row) -> Iterable[str | Text]:
        verdict = self.verdict(row)
        if row.dropped is None:
            return (*"–––", "–", Text(verdict, "yellow" if verdict == NOT_RUN else "red"))
        rejected = len(self.rejected(row))
        return (
            f"{row.dropped:.4f}",
            str(len(row.findings)),
            f"{min(finding.p for finding in row.findings):.2g}",
            str(rejected),
            Text(verdict, "red" if rejected else "green"),
        )

    def _complaints(self, row: Row) -> Iterator[Text]:
        name = f"{row.backend}:{row.mode}, {row.subject}"
        if row.failure:
            yield Text(f"{name}: {row.reason}", "yellow" if row.failure == NOT_RUN else "red")
        told = self.told(row)
        for finding in told:
            yield Text(f"{name}: {finding.name}: {finding.words} (p = {finding.p:.2g})", "red")
        follows = len(self.rejected(row)) - len(told)
        if follows:
            yield Text(f"    and {follows} rejected that may follow from this; --json lists them")
