"""A benchmark record as one page that stands alone, without network and without scripts."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple

import attrs
from markupsafe import Markup

from zoo.bench import derive, flat, formats
from zoo.bench.cite import bibtex, cff
from zoo.bench.derive import Figures
from zoo.bench.growth import Series, sweeps
from zoo.bench.identity import machines, title
from zoo.bench.likeness import described, groups, varying
from zoo.bench.record import Cell, Record, dumped
from zoo.bench.table_across import across
from zoo.bench.table_of_growth import exponents
from zoo.bench.table_of_times import times
from zoo.bench.verify import verified
from zoo.report import plots
from zoo.report.downloads import data_url, packed_url
from zoo.report.highlight import code, style
from zoo.report.page import render
from zoo.report.recorded import sources


@attrs.frozen
class Plot:
    """A drawing with what it shows in words."""

    title: str
    drawing: Markup


@attrs.frozen
class Model:
    """What is shown of one model.

    Attributes:
        name: of the model.
        table: an HTML element.
        plots: of the cells that most backends have.
        others: of the same under other settings.
    """

    name: str
    table: Markup
    plots: Tuple[Plot, ...]
    others: Tuple[Plot, ...]


def page(data: Mapping[str, Any]) -> str:
    """The page of a record's JSON.

    Raises:
        UsageError: it is no record, or a library that draws is missing.
    """
    record = Record.from_json(data)
    verification = verified(record, data)
    figures = derive.by_cell(record)
    lines = [
        line for line in sweeps(record.cells)
        if sum((cell.name, "train_step") in figures for cell in line.cells) > 1
    ]  # fmt: skip
    models = dict.fromkeys(cell.model for cell in record.cells)
    return render(
        "benchmark.html",
        record=record,
        title=title(record),
        machines=machines(record, record.cells),
        verification=verification,
        overview=Markup(formats.html(across(record))) if len(groups(record.cells)) > 1 else None,
        models=[_model(record, figures, *each) for each in enumerate(models, 1)],
        rooflines=list(_rooflines(record, figures)),
        scalings=list(_scalings(figures, lines)),
        growth=Markup(formats.html(exponents(record))) if lines else None,
        sources=sources(record),
        backends=_environments(record),
        downloads=(
            ("record.json", data_url("application/json", dumped(data))),
            ("figures.csv", data_url("text/csv", flat.figures(record, record.cells))),
            ("samples.csv.gz", packed_url(flat.samples(record))),
        ),
        citations=(("BibTeX", bibtex(record)), ("CITATION.cff", cff(record))),
        code=code,
        style=style,
    )  # fmt: skip


def _model(record: Record, figures: Figures, number: int, name: str) -> Model:
    cells = [cell for cell in record.cells if cell.model == name]
    with_figures = [
        [cell for cell in group if (cell.name, "train_step") in figures]
        for group in groups(cells).values()
    ]
    alike = [group for group in with_figures if group]
    table = Markup(formats.html(times(record, cells)))
    if not alike:
        return Model(name, table, (), ())
    main = max(alike, key=lambda group: (len(group), group[0].batch * group[0].threads))
    setting = _setting(cells, main[0])
    drawn = [
        Plot(f"Steady state, {setting}", plots.times(figures, main, f"times-{number}")),
        Plot(f"Start, {setting}", plots.starts(figures, main, f"start-{number}")),
    ]
    if any((cell.name, "process_memory") in figures for cell in main):
        memory = plots.memory(figures, main, f"memory-{number}")
        drawn.append(Plot(f"Peak memory, {setting}", memory))
    others = tuple(
        Plot(
            f"Steady state, {_setting(cells, group[0])}",
            plots.times(figures, group, f"times-{number}-{index}"),
        )
        for index, group in enumerate(alike)
        if group is not main
    )
    return Model(name, table, tuple(drawn), others)


def _setting(cells: Sequence[Cell], cell: Cell) -> str:
    """The cell's batch and threads, and what else others of its model do not share."""
    words = _words(cells, cell, ("model", "backend", "mode", "batch", "threads"))
    return ", ".join([*words, f"batch {cell.batch}", _threads(cell.threads)])


def _words(cells: Sequence[Cell], cell: Cell, without: Sequence[str]) -> List[str]:
    known = described(cell)
    names = [name for name in varying(cells) if name in known and name not in without]
    return [f"{name} {known[name]}" for name in names]


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _rooflines(record: Record, figures: Figures) -> Iterator[Plot]:
    alike: Dict[Tuple[str, str, str, int], List[Cell]] = {}
    for cell in record.cells:
        alike.setdefault((cell.machine, cell.dtype, cell.device, cell.threads), []).append(cell)
    for number, ((machine, dtype, device, threads), cells) in enumerate(alike.items()):
        drawing = plots.roofline(record, figures, cells, f"roofline-{number}")
        if drawing is not None:
            where = [machine] if len(record.machines) > 1 else []
            yield Plot(", ".join([*where, device, dtype, _threads(threads)]), drawing)


def _scalings(figures: Figures, lines: Sequence[Series]) -> Iterator[Plot]:
    """Backends in one plot that were swept over the same under the same settings."""
    alike: Dict[str, List[Series]] = {}
    cells = [cell for line in lines for cell in line.cells]
    for line in lines:
        first = line.cells[0]
        other = _words(cells, first, ("model", "backend", "mode", line.axis))
        title = ", ".join([f"{first.model} over {line.axis}", *other])
        alike.setdefault(title, []).append(line)
    for number, (title, some) in enumerate(alike.items()):
        yield Plot(title, plots.scaling(figures, some, f"scaling-{number}"))


def _environments(record: Record) -> List[Tuple[str, Dict[str, Any]]]:
    """What workers were given and read back; of the first cell with a backend and settings."""
    found: Dict[str, Dict[str, Any]] = {}
    bearing = [name for name in varying(record.cells)
               if name in ("dtype", "device", "threads", "profile", "machine")]  # fmt: skip
    for cell in record.cells:
        known, environment = described(cell), cell.environment
        words = [f"{cell.backend}:{cell.mode}", *(f"{name} {known[name]}" for name in bearing)]
        if environment.versions:
            found.setdefault(", ".join(words), {
                "Versions": environment.versions,
                "Facts": environment.facts,
                "Variables": environment.variables,
                "Libraries": environment.libraries,
                "Profile": environment.profile,
            })  # fmt: skip
    return list(found.items())
