"""The result of a parity run: rows, a verdict, and how it looks on a terminal and as JSON."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from statistics import median
from typing import Any, Iterable, Iterator, Mapping, Tuple

import attrs
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from zoo.parity.compare import AGREES, DISAGREES, NOT_RUN, Row
from zoo.parity.location import Location

SCHEMA = "parityzoo-parity/1"
COLUMNS = (
    ("output", ("evaluation", "training"), ("output", "loss")),
    ("input\ngradient", ("evaluation", "training"), ("input-gradient",)),
    ("parameter\ngradient", ("evaluation", "training"), ("parameter-gradient",)),
    ("running\nstatistic", ("training", "steps"), ("statistic",)),
    ("{steps} steps:\nparameter", ("steps",), ("parameter", "loss")),
    ("optimizer\nstate", ("steps",), ("optimizer-state",)),
)


@attrs.frozen
class ParityReport:
    """What `zoo parity` found.

    Attributes:
        rows: one for each tensor, in the order of models, backends and computation.
        environments: by backend, what its worker read back: versions, threads, flags.
        steps: optimizer steps that the phase `steps` took.
        located: where failed cells go wrong, and why, if that was asked for.
    """

    rows: Tuple[Row, ...]
    environments: Mapping[str, Mapping[str, Any]]
    steps: int
    located: Tuple[Location, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether something was compared and every row agrees."""
        return bool(self.rows) and all(row.verdict == AGREES for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0 if all agree, 3 if the only trouble is that a backend cannot run here, else 1."""
        if self.passed:
            return 0
        verdicts = {row.verdict for row in self.rows} - {AGREES}
        return 3 if verdicts == {NOT_RUN} else 1

    @property
    def worst(self) -> Row | None:
        """The row with the largest error; one without any error first."""
        return max(
            self.rows, key=lambda r: float("inf") if r.error is None else r.error, default=None
        )

    def to_json(self) -> dict[str, Any]:
        """The published form; `error` and `bound` are null where nothing could be compared.

        `located` has for each failed cell the fields of `zoo.parity.location.Location`, `differs`
        as objects of quantity and tensor, and all of it in `words`.
        """
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "rows": [attrs.asdict(row) for row in self.rows],
            "environments": dict(self.environments),
            "located": [each.to_json() for each in self.located],
        }

    def cells(self) -> Iterator[tuple[tuple[str, str, str, str], list[Row]]]:
        """Rows by (model, backend, mode, dtype)."""
        found: dict[tuple[str, str, str, str], list[Row]] = {}
        for row in self.rows:
            found.setdefault((row.model, row.backend, row.mode, row.dtype), []).append(row)
        yield from found.items()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self._table()
        for cell, rows in self.cells():
            yield from complaints(cell, rows)
            yield from (Text(str(each), "bold") for each in self.located if each.cell == cell)
            yield from untold(cell, rows, self.steps)
        yield from notes(self.rows)
        dtype = " and ".join(sorted({row.dtype for row in self.rows}))
        counts = Counter(row.verdict for row in self.rows)
        summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        yield Text(
            f"{dtype}: {summary or 'nothing was compared'}; largest error of each kind, "
            "relative to the tensor's scale in the float64 oracle"
        )
        if any(row.numpy_error is not None for row in self.rows):
            yield Text(
                "median ulps: errors in units in the last place at the tensor's scale; times "
                "NumPy's: errors over those of NumPy in the same dtype, the median too",
                style="dim",
            )

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        table.add_column("model", no_wrap=True)
        table.add_column("backend", no_wrap=True)
        for heading, *_ in COLUMNS:
            table.add_column(heading.format(steps=self.steps), justify="right", no_wrap=True)
        beside = any(row.numpy_error is not None for row in self.rows)
        for heading in ("median\nulps", "times\nNumPy's") if beside else ():
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("verdict", no_wrap=True)
        for (model, backend, mode, _), rows in self.cells():
            errors = [
                largest_error([r for r in rows if r.phase in phases and r.quantity in quantities])
                for _, phases, quantities in COLUMNS
            ]
            errors += beside_numpy(rows) if beside else []
            table.add_row(model, f"{backend}:{mode}", *errors, verdict_text(rows))
        return table

    def _repr_html_(self) -> str:
        console = Console(record=True, width=120, file=StringIO())
        console.print(self)
        return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")


def verdict_text(rows: list[Row]) -> Text:
    """The verdict on a cell: `agrees` only if every row does, else the worst that was met."""
    for verdict in (row.verdict for row in rows if row.verdict not in (AGREES, DISAGREES)):
        return Text(verdict, style="yellow" if verdict in (NOT_RUN, "unsupported") else "red")
    bad = sum(row.verdict == DISAGREES for row in rows)
    return Text(f"{bad} disagree", style="red") if bad else Text(AGREES, "green")


def largest_error(rows: list[Row]) -> Text:
    """The largest error of some rows, red if one disagrees; a dash if there are none."""
    if not rows:
        return Text("–", style="dim")
    bad = any(row.verdict != AGREES for row in rows)
    errors = [row.error for row in rows if row.error is not None]
    text = f"{max(errors):.1e}" if len(errors) == len(rows) else "no figure"
    return Text(text, style="red" if bad else "")


def beside_numpy(rows: list[Row]) -> list[Text]:
    """Medians over the tensors: ULPs, and how many times the error of NumPy."""
    pairs = [(r.error, r.numpy_error) for r in rows if r.error is not None and r.numpy_error]
    ratios = [error / of_numpy for error, of_numpy in pairs]
    ulps = [row.ulps for row in rows if row.ulps is not None]
    return [Text(f"{median(found):.1f}" if found else "–") for found in (ulps, ratios)]


def notes(rows: Iterable[Row]) -> Iterator[Text]:
    """What has to be known of how backends ran, once for each."""
    found = {f"{row.backend}:{row.mode}, {row.dtype}: {row.note}": None for row in rows if row.note}
    yield from (Text(text, style="dim") for text in found)


def untold(cell: tuple[str, str, str, str], rows: list[Row], steps: int) -> Iterator[Text]:
    """From which step on nothing can be told, and of what."""
    short = [row for row in rows if row.told is not None and row.told < steps]
    if short:
        first = min(short, key=lambda row: row.told or 0)
        others = f" and of {len(short) - 1} more tensors" if short[1:] else ""
        yield Text(
            f"{cell[0]} {cell[1]}:{cell[2]}: after step {first.told} rounding alone could change "
            f"{first.tensor} by as much as its size; nothing is told of it{others} from there on",
            style="dim",
        )


def complaints(cell: tuple[str, str, str, str], rows: list[Row], most: int = 5) -> Iterator[Text]:
    """The first tensors at fault, in the order of computation, and a failed worker's log."""
    bad = [row for row in rows if row.verdict != AGREES]
    for row in bad[:most]:
        yield Text(f"{cell[0]} {cell[1]}:{cell[2]}: {row.what}: {row.reason or row.verdict}", "red")
        for line in row.log.splitlines()[-6:]:
            yield Text(f"    {line}", style="dim")
    if len(bad) > most:
        yield Text(f"    and {len(bad) - most} more; --json lists them all", style="dim")
