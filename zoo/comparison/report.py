"""The table of a comparison: a row a backend, a section a model."""

from __future__ import annotations

from io import StringIO
from typing import Any, Mapping, NamedTuple, Tuple

import attrs
import numpy as np
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from zoo.comparison.timing import Times
from zoo.comparison.training import ORACLE, Curve
from zoo.errors import WorkerError
from zoo.parity.compare import Row
from zoo.parity.report import ParityReport, complaints, largest_error, notes, verdict_text
from zoo.spec.graph import Spec

SCHEMA = "parityzoo-compare/1"
GROUPS = (
    ("outputs", ("output", "loss")),
    ("gradients", ("input-gradient", "parameter-gradient")),
    ("statistics", ("statistic",)),
)


WIDE = 130
"""Columns of a terminal from which on everything stands in one table."""

NOTES = (
    "float64 and float32: largest difference from the float64 oracle, relative to the tensor's "
    "scale. gap: largest distance between the loss curve and the oracle's, relative to its largest "
    "loss, after training in float64 from one start on the same batches and masks. Times: medians "
    "in milliseconds, batch of 32, float32."
)


class Columns(NamedTuple):
    """Columns of a table: their headings, and the cells of each backend."""

    headings: Tuple[str, ...]
    cells: Mapping[str, list[Any]]


@attrs.frozen(eq=False)
class Comparison:
    """What was found for one model.

    Attributes:
        spec: the model.
        parity: reports by dtype.
        curves: loss curves by target; `numpy` is the oracle in float64.
        failed: errors of workers that failed while training, by target.
        times: by target; only for what agrees in float64.
    """

    spec: Spec
    parity: Mapping[str, ParityReport]
    curves: Mapping[str, Curve]
    failed: Mapping[str, WorkerError]
    times: Mapping[str, Times]

    def rows(self, target: str, dtype: str) -> list[Row]:
        found = self.parity[dtype].rows
        return [row for row in found if f"{row.backend}:{row.mode}" == target]

    def gap(self, target: str) -> float | None:
        """Largest difference between a curve and the oracle's, over the oracle's largest loss."""
        if target not in self.curves:
            return None
        wanted = self.curves[ORACLE].losses
        return float(np.max(np.abs(self.curves[target].losses - wanted)) / np.max(wanted))


@attrs.frozen
class CompareReport:
    """What `zoo compare` found.

    Attributes:
        comparisons: one for each model.
        targets: backends in their modes, in the order asked for.
        environments: by target, what its worker read back: versions, threads, flags.
        epochs: of training.
    """

    comparisons: Tuple[Comparison, ...]
    targets: Tuple[str, ...]
    environments: Mapping[str, Mapping[str, Any]]
    epochs: int

    @property
    def passed(self) -> bool:
        """Whether every cell agrees in both dtypes and no worker failed."""
        return all(
            not each.failed and all(report.passed for report in each.parity.values())
            for each in self.comparisons
        )

    @property
    def exit_code(self) -> int:
        """0 if all agree, 3 if the only trouble is that a backend cannot run here, else 1."""
        if self.passed:
            return 0
        codes = {r.exit_code for each in self.comparisons for r in each.parity.values()}
        return 3 if codes <= {0, 3} and not any(c.failed for c in self.comparisons) else 1

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "epochs": self.epochs,
            "models": [self._model_json(each) for each in self.comparisons],
            "environments": dict(self.environments),
        }

    def _model_json(self, each: Comparison) -> dict[str, Any]:
        return {
            "name": each.spec.name,
            "spec": each.spec.hash,
            "rows": [attrs.asdict(row) for report in each.parity.values() for row in report.rows],
            "training": {
                name: {"losses": curve.losses.tolist(), "test_accuracy": curve.accuracy}
                for name, curve in each.curves.items()
            },
            "failed": {name: str(error) for name, error in each.failed.items()},
            "milliseconds": {name: attrs.asdict(times) for name, times in each.times.items()},
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for each in self.comparisons:
            yield Text.assemble((each.spec.name, "bold"), f"  {each.spec.summary}")
            parts = [self._agreement(each), self._training(each), self._times(each)]
            if options.max_width < WIDE:
                yield self._table(parts[:1])
                yield self._table(parts[1:])
            else:
                yield self._table(parts)
            for report in each.parity.values():
                for cell, rows in report.cells():
                    yield from complaints(cell, rows)
            for target, error in each.failed.items():
                yield Text(f"{each.spec.name} {target}: training: {error}", "red")
        reports = [report for each in self.comparisons for report in each.parity.values()]
        yield from notes(row for report in reports for row in report.rows)
        yield Text(NOTES, style="dim")

    def _table(self, parts: list[Columns]) -> Table:
        """A row a backend, and one for the oracle; `parts` are groups of columns beside it."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        table.add_column("\nbackend", no_wrap=True)
        for columns in parts:
            for heading in columns.headings:
                table.add_column(heading, justify="right", no_wrap=True)
        for target in (*self.targets, ORACLE):
            cells = [cell for columns in parts for cell in columns.cells[target]]
            if target != ORACLE or any(cells):
                table.add_row(target, *cells, style="dim" if target == ORACLE else "")
        return table

    def _agreement(self, each: Comparison) -> Columns:
        cells: dict[str, list[Any]] = {ORACLE: [""] * 4 + ["oracle"]}
        for target in self.targets:
            exact, single = each.rows(target, "float64"), each.rows(target, "float32")
            groups = [[r for r in exact if r.quantity in group] for _, group in GROUPS]
            errors = [largest_error(rows) for rows in (*groups, single)]
            cells[target] = [*errors, verdict_text([*exact, *single])]
        names = ("float64\noutputs", "\ngradients", "\nstatistics", "float32\nall", "\nverdict")
        return Columns(names, cells)

    def _training(self, each: Comparison) -> Columns:
        if not each.curves:
            return Columns((), {target: [] for target in (*self.targets, ORACLE)})
        cells: dict[str, list[Any]] = {}
        for target in (*self.targets, ORACLE):
            curve, gap = each.curves.get(target), each.gap(target)
            if curve is None or gap is None:
                cells[target] = ["–"] * 4
                continue
            ends = [f"{curve.losses[0]:.4f}", f"{curve.losses[-1]:.4f}"]
            distance = "" if target == ORACLE else f"{gap:.0e}"
            cells[target] = [*ends, distance, f"{100 * curve.accuracy:.1f} %"]
        return Columns(("loss\nfirst", "\nlast", "\ngap", "test\naccuracy"), cells)

    def _times(self, each: Comparison) -> Columns:
        cells: dict[str, list[Any]] = {ORACLE: ["", ""]}
        for target in self.targets:
            times = each.times.get(target)
            both = (times.train_step, times.inference) if times else ()
            cells[target] = [f"{time:.2f}" for time in both] or ["–", "–"]
        return Columns(("ms\ntrain step", "\ninference"), cells)

    def _repr_html_(self) -> str:
        console = Console(record=True, width=130, file=StringIO())
        console.print(self)
        return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")
