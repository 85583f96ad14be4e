"""Plots of a benchmark record as SVG elements that take their colours from the page.

Matplotlib draws with colours that stand for names; each is then replaced by a variable of the
page's style, so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

import math
import re
from io import StringIO
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from markupsafe import Markup, escape

from zoo.bench import derive
from zoo.bench.derive import Figure, Figures
from zoo.bench.growth import Series
from zoo.bench.numerals import scale
from zoo.bench.record import QUANTITIES, Cell, Record
from zoo.errors import UsageError

try:
    import matplotlib as mpl
    from matplotlib.figure import Figure as Drawing
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
except ImportError as error:
    raise UsageError(
        "a report needs matplotlib, which is not installed here; "
        "to mend it: pip install 'parityzoo[report]'"
    ) from error

SERIES = 8
"""Colours for things of one kind; the page's style has as many."""
TEXT, FAINT, LINE, PAGE = "#010101", "#020202", "#030303", "#040404"
COLOURS: Dict[str, str] = {
    TEXT: "var(--text)",
    FAINT: "var(--faint)",
    LINE: "var(--line)",
    PAGE: "var(--page)",
    **{f"#0505{i:02x}": f"var(--series-{i})" for i in range(1, SERIES + 1)},
}
MARKERS = "os^DvP*X"
STYLE: Dict[str, Any] = {
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": FAINT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 1.3,
    "lines.markersize": 5.5,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": TEXT,
    "text.parse_math": False,
    "xtick.color": LINE,
    "xtick.labelcolor": FAINT,
    "ytick.color": LINE,
    "ytick.labelcolor": TEXT,
}
SPREAD = 0.2
"""Between the marks of one line, so that their intervals can be told apart."""
WIDTH = 4.6  # inches; what is readable on a phone and stands twice or thrice on a desk


def times(figures: Figures, cells: Sequence[Cell], name: str) -> Markup:
    """Steady state of cells that are alike, a line a backend, with intervals."""
    return _dots(
        figures, cells, QUANTITIES, name, zero=True,
        alt="Times of one call in steady state with their intervals, by backend",
    )  # fmt: skip


def starts(figures: Figures, cells: Sequence[Cell], name: str) -> Markup:
    """What comes before steady state, beside it, on a logarithmic axis."""
    quantities = ("import", "load", "first_train_step", "train_step")
    return _dots(
        figures, cells, quantities, name, zero=False,
        alt="Import, loading and the first training step, which includes compilation, beside a "
        "training step in steady state, by backend, on a logarithmic axis",
    )  # fmt: skip


def memory(figures: Figures, cells: Sequence[Cell], name: str) -> Markup:
    """Peak memory by backend."""
    quantities = ("process_memory", "device_memory")
    return _dots(
        figures, cells, quantities, name, zero=True, alt="Peak memory of a process, by backend"
    )


def scaling(figures: Figures, lines: Sequence[Series], name: str) -> Markup:
    """Training steps along an axis, a line a backend, both axes logarithmic."""
    axis = lines[0].axis
    points = [
        [(value, figures[cell.name, "train_step"]) for value, cell in zip(each.values, each.cells)
         if (cell.name, "train_step") in figures]
        for each in lines
    ]  # fmt: skip
    unit = scale("s", [figure.median for line in points for _, figure in line])
    backends = list(dict.fromkeys(each.cells[0].backend for each in lines))
    with _style(name):
        drawing, axes = _axes(3.4)
        for series, line in zip(lines, points):
            cell = series.cells[0]
            modes = list(dict.fromkeys(s.cells[0].mode for s in lines
                                       if s.cells[0].backend == cell.backend))  # fmt: skip
            index = backends.index(cell.backend)
            axes.errorbar(
                [value for value, _ in line],
                [figure.median / unit.factor for _, figure in line],
                yerr=_reach([figure for _, figure in line], unit.factor),
                color=_colour(index),
                marker=MARKERS[index % len(MARKERS)],
                linestyle=("-", "--", ":")[modes.index(cell.mode) % 3],
                label=f"{cell.backend}:{cell.mode}",
            )
        axes.set(xscale="log", yscale="log", xlabel=axis, ylabel=f"train step ({unit.unit})")
        values = sorted({value for each in lines for value in each.values})
        axes.set_xticks(values, [f"{value:g}" for value in values])
        axes.xaxis.set_minor_formatter(NullFormatter())
        _plain_numbers(axes.yaxis)
        _legend(drawing, axes, columns=2)
        return _svg(drawing, name, f"Training steps over {axis}, by backend, both logarithmic")


def roofline(record: Record, figures: Figures, cells: Sequence[Cell], name: str) -> Markup | None:
    """Work per second over work per byte, under the machine's ceilings; None without those.

    All cells have one machine, dtype, device and number of threads.
    """
    peak = derive.ceiling(record, cells[0], "matrix-product")
    bandwidth = derive.ceiling(record, cells[0], "bandwidth")
    there = [cell for cell in cells if (cell.name, "train_step") in figures
             and cell.bytes["train_step"]]  # fmt: skip
    if peak is None or bandwidth is None or not there:
        return None
    unit = scale("FLOP/s", [peak])
    models = list(dict.fromkeys(cell.model for cell in there))
    with _style(name):
        drawing, axes = _axes(3.4)
        intensities = [cell.flops["train_step"] / cell.bytes["train_step"] for cell in there]
        corner = peak / bandwidth
        left, right = min(*intensities, corner) / 2, max(*intensities, corner) * 2
        roof = [left, corner, right]
        axes.plot(roof, [min(peak, x * bandwidth) / unit.factor for x in roof], color=FAINT)
        for index, model in enumerate(models):
            chosen = [(x, cell) for x, cell in zip(intensities, there) if cell.model == model]
            rates = [derive.work(cell, figures[cell.name, "train_step"]).median / unit.factor
                     for _, cell in chosen]  # fmt: skip
            axes.plot(
                [x for x, _ in chosen], rates, linestyle="none", alpha=0.85, label=model,
                color=_colour(index), marker=MARKERS[index % len(MARKERS)],
            )  # fmt: skip
        axes.set(
            xscale="log", yscale="log", xlabel="FLOPs per byte that must move",
            ylabel=f"train step ({unit.unit})",
        )  # fmt: skip
        _plain_numbers(axes.xaxis)
        _plain_numbers(axes.yaxis)
        _legend(drawing, axes, columns=4)
        return _svg(drawing, name, "Work per second of training steps over work per byte, below "
                    "the ceilings of memory bandwidth and matrix products")  # fmt: skip


def _dots(
    figures: Figures,
    cells: Sequence[Cell],
    quantities: Sequence[str],
    name: str,
    *,
    zero: bool,
    alt: str,
) -> Markup:
    """A line a cell, in the order of the record, with a mark a quantity."""
    there = [q for q in quantities if any((cell.name, q) in figures for cell in cells)]
    found: Mapping[str, List[Tuple[int, Figure]]] = {
        q: [(row, figures[cell.name, q]) for row, cell in enumerate(cells)
            if (cell.name, q) in figures]
        for q in there
    }  # fmt: skip
    every = [figure for line in found.values() for _, figure in line]
    unit = scale(every[0].unit, [figure.median for figure in every])
    with _style(name):
        drawing, axes = _axes(0.9 + 0.3 * len(cells))
        for index, (quantity, line) in enumerate(found.items()):
            axes.errorbar(
                [figure.median / unit.factor for _, figure in line],
                [row + SPREAD * (index - (len(found) - 1) / 2) for row, _ in line],
                xerr=_reach([figure for _, figure in line], unit.factor),
                linestyle="none",
                color=_colour(index),
                marker=MARKERS[index],
                label=quantity.replace("_", " "),
            )
        axes.set_yticks(range(len(cells)), [f"{cell.backend}:{cell.mode}" for cell in cells])
        axes.set(ylim=(len(cells) - 0.5, -0.5), xlabel=unit.unit)
        axes.tick_params(axis="y", length=0)
        if zero:
            axes.set_xlim(left=0)
        else:
            axes.set_xscale("log")
            _plain_numbers(axes.xaxis)
        _legend(drawing, axes, columns=4)
        return _svg(drawing, name, alt)


def _reach(figures: Sequence[Figure], factor: float) -> List[List[float]]:
    """Distances of both ends from the medians; none where there is no interval."""
    lengths = [
        (f.median - f.interval.low, f.interval.high - f.median) if f.interval.known else (0.0, 0.0)
        for f in figures
    ]
    return [[max(0.0, pair[side]) / factor for pair in lengths] for side in (0, 1)]


def _style(name: str) -> Any:
    settings: Any = {**STYLE, "svg.hashsalt": name}
    return mpl.rc_context(settings)


def _axes(height: float) -> Tuple[Any, Any]:
    drawing = Drawing(figsize=(WIDTH, height), layout="constrained")
    return drawing, drawing.subplots()


def _legend(drawing: Any, axes: Any, *, columns: int) -> None:
    handles, labels = axes.get_legend_handles_labels()
    handles = [each[0] if isinstance(each, tuple) else each for each in handles]
    drawing.legend(handles, labels, loc="outside upper left", ncols=columns, handlelength=1.4,
                   columnspacing=1.0, handletextpad=0.4)  # fmt: skip


def _plain_numbers(axis: Any) -> None:
    """1, 10 and 100 instead of powers, and others between them where there is room."""
    low, high = axis.get_view_interval()
    decades = math.log10(high / low)
    between = (1, 2, 5) if decades < 2.5 else (1,)
    axis.set_major_locator(MaxNLocator(5) if decades < 1 else LogLocator(subs=between))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _colour(index: int) -> str:
    return f"#0505{index % SERIES + 1:02x}"


def _svg(drawing: Any, name: str, alt: str) -> Markup:
    """The drawing as an element with an alternative text and names of its own."""
    text = StringIO()
    drawing.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*|<defs>\s*<style.*?</defs>\s*", "", svg, flags=re.S)
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", svg)  # matplotlib before 3.10
    svg = re.sub(r"font-family: [^;\"]*; ", "", svg)
    for colour, variable in COLOURS.items():
        svg = svg.replace(colour, variable)
    box = re.search(r'viewBox="[^"]+"', svg)
    assert box is not None
    head = f'<svg role="img" aria-label="{escape(alt)}" {box.group()} '
    head += 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    return Markup(re.sub(r"<svg[^>]*>", lambda _: head, svg, count=1).strip())
