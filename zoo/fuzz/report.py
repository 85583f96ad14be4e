"""The result of a campaign: counts, findings with their smallest models, and how they look."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Iterator, Mapping, Tuple

import attrs
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from zoo.parity.compare import AGREES, CRASHED, DISAGREES, HUNG, UNSUPPORTED, Row
from zoo.spec.graph import Spec
from zoo.summary import listing

SCHEMA = "parityzoo-fuzz/2"
BAD = (DISAGREES, CRASHED, HUNG)


@attrs.define
class Cell:
    """What one backend did.

    Attributes:
        backend, mode: which it is.
        verdicts: models by verdict.
        refusals: models by the reason of a refusal, layers' names left out.
        nearest: largest error that was accepted, as a share of its bound.
        seconds: in the backend, shrinking left out.
        reason: why it could not run, if it could not.
    """

    backend: str
    mode: str
    verdicts: Counter[str] = attrs.field(factory=Counter)
    refusals: Counter[str] = attrs.field(factory=Counter)
    nearest: float = 0.0
    seconds: float = 0.0
    reason: str = ""

    @property
    def models(self) -> int:
        """How many models were put to it and ran or should have."""
        return sum(self.verdicts.values())


@attrs.frozen
class Finding:
    """A model on which a backend is at fault.

    Attributes:
        number: of the model.
        batch: examples in a batch.
        row: the first tensor that disagrees, or the failed cell.
        spec: the model as it was drawn.
        minimal: the smallest model found that fails in the same way; the very same as drawn where
            none was sought, as for one that hangs.
        minimal_row: what is wrong with it.
    """

    number: int
    batch: int
    row: Row
    spec: Spec
    minimal: Spec
    minimal_row: Row


@attrs.frozen
class FuzzReport:
    """What `zoo fuzz` found.

    Attributes:
        seed: of the campaign.
        dtype: of the programs under test.
        numbers: of the models that were drawn.
        on_kinks: numbers of those whose inputs could not be kept off a kink, or whose training
            overflows; they were not run.
        ops: by op, how many of the models have it.
        cells: one for each backend.
        findings: in the order in which they were made.
        environments: by backend, what its worker read back: versions, threads, flags.
        variables: environment variables that frameworks read, such as XLA_FLAGS.
        seconds: of the whole campaign.
    """

    seed: int
    dtype: str
    numbers: Tuple[int, ...]
    on_kinks: Tuple[int, ...]
    ops: Mapping[str, int]
    cells: Tuple[Cell, ...]
    findings: Tuple[Finding, ...]
    environments: Mapping[str, Mapping[str, Any]]
    variables: Mapping[str, str]
    seconds: float

    @property
    def models(self) -> int:
        """How many were drawn."""
        return len(self.numbers)

    @property
    def passed(self) -> bool:
        """Whether something was compared, everywhere, and nothing is at fault."""
        return all(cell.verdicts[AGREES] and not cell.reason for cell in self.cells) and not any(
            cell.verdicts[verdict] for cell in self.cells for verdict in BAD
        )

    @property
    def exit_code(self) -> int:
        """0 if passed, 3 if the only trouble is that a backend cannot run here, else 1."""
        if self.passed:
            return 0
        return 3 if not self.findings and any(cell.reason for cell in self.cells) else 1

    def to_json(self) -> dict[str, Any]:
        """The published form; a finding holds its models as specifications."""
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "seed": self.seed,
            "dtype": self.dtype,
            "numbers": list(self.numbers),
            "on_kinks": list(self.on_kinks),
            "ops": dict(self.ops),
            "cells": [attrs.asdict(cell, recurse=False) for cell in self.cells],
            "findings": [_finding(each) for each in self.findings],
            "environments": dict(self.environments),
            "variables": dict(self.variables),
            "seconds": self.seconds,
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._table()
        for cell in self.cells:
            if cell.reason:
                yield Text(f"{cell.backend}:{cell.mode}: {cell.reason}", "yellow")
            for reason, count in cell.refusals.most_common():
                yield Text(f"{cell.backend}:{cell.mode} refused {count}: {reason}", "dim")
        yield from self._complaints()
        yield Text(
            f"{self.dtype}, seed {self.seed}: {_many(self.models, 'model')} in {self.seconds:.0f} s"
            + (f", {len(self.on_kinks)} left out near a kink" if self.on_kinks else "")
            + f", {_many(len(self.findings), 'finding')}"
        )

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        table.add_column("backend", no_wrap=True)
        for heading in ("models", "agree", "refused", "disagree", "crashed", "hung"):
            table.add_column(heading, justify="right")
        table.add_column("largest error / bound", justify="right")
        table.add_column("models / min", justify="right")
        for cell in self.cells:
            verdicts = (AGREES, UNSUPPORTED, DISAGREES, CRASHED, HUNG)
            counts = [
                Text(str(cell.verdicts[v]), "red" if v in BAD and cell.verdicts[v] else "")
                for v in verdicts
            ]
            rate = f"{60 * cell.models / cell.seconds:.0f}" if cell.seconds else "–"
            table.add_row(
                f"{cell.backend}:{cell.mode}",
                str(cell.models),
                *counts,
                f"{cell.nearest:.2f}",
                rate,
            )
        return table

    def _complaints(self) -> Iterator[Text]:
        alike: dict[Any, list[Finding]] = {}
        for finding in self.findings:
            kinds = tuple(node.op.kind for node in finding.minimal.nodes)
            key = (finding.row.backend, finding.row.mode, finding.row.verdict, kinds)
            alike.setdefault(key, []).append(finding)
        for first, *others in alike.values():
            row = first.minimal_row
            numbers = ", ".join(str(finding.number) for finding in (first, *others))
            small = "as it was drawn" if first.minimal == first.spec else "made small"
            yield Text(
                f"{row.backend}:{row.mode}: {row.what}: {row.reason} (model {numbers}; {small}, "
                f"with a batch of {first.batch}:)",
                "red",
            )
            yield Text("\n".join(f"    {line}" for line in listing(first.minimal)))


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _finding(finding: Finding) -> dict[str, Any]:
    made = attrs.asdict(finding, recurse=False)
    made.update(row=attrs.asdict(finding.row), minimal_row=attrs.asdict(finding.minimal_row))
    for name in ("spec", "minimal"):
        made[name] = json.loads(made[name].to_json())
    return made
