"""How figures grow along a sweep: the exponent e of time ~ value^e, over all and at its end.

The exponent is the slope of a straight line through the logarithms. Its interval comes from what
the line leaves unexplained, so that a curve which is no power law has a wide one; at the end of
the sweep, where constant costs matter least, the exponent between the two largest values is told
beside it.
"""

from __future__ import annotations

import math
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import attrs
import numpy as np
from scipy import stats

from zoo.bench import derive
from zoo.bench.derive import Figures
from zoo.bench.likeness import Setting, described, setting, varying
from zoo.bench.record import QUANTITIES, Cell, Record
from zoo.bench.statistics import Interval, ratio_interval

FITTED = ("inference", "train_step", "process_memory", "device_memory")


@attrs.frozen
class Series:
    """Cells that differ in one number alone, in its order.

    Attributes:
        axis: what differs, such as `batch`.
        values: of the axis.
        cells: as many.
    """

    axis: str
    values: Tuple[float, ...]
    cells: Tuple[Cell, ...]


@attrs.frozen
class Growth:
    """How a quantity grows along a series.

    Attributes:
        quantity: such as `train_step`.
        exponent: over the whole series; its interval is not known from two values.
        last: between its two largest values; None for what has no rounds.
    """

    quantity: str
    exponent: Interval
    last: Interval | None


def sweeps(cells: Sequence[Cell]) -> List[Series]:
    """Every series of at least two cells: axis by axis, in the order of the record."""
    found = []
    for axis in varying(cells):
        alike: Dict[Setting, List[Cell]] = {}
        for cell in cells:
            if axis in described(cell):
                alike.setdefault(setting(cell, without=(axis,)), []).append(cell)
        for group in alike.values():
            values = _numbers([_value(cell, axis) for cell in group])
            if len(set(values)) > 1:
                order = sorted(range(len(group)), key=values.__getitem__)
                found.append(
                    Series(axis, tuple(values[i] for i in order), tuple(group[i] for i in order))
                )
    return found


def growth(record: Record, figures: Figures, series: Series) -> List[Growth]:
    """The exponents of what is FITTED and at least two cells of the series have."""
    return list(_growth(record, figures, series))


def _growth(record: Record, figures: Figures, series: Series) -> Iterator[Growth]:
    confidence, seed = record.settings.confidence, record.settings.seed
    for quantity in FITTED:
        there = [
            (value, cell)
            for value, cell in zip(series.values, series.cells)
            if (cell.name, quantity) in figures
        ]
        if len(there) < 2:
            continue
        medians = [figures[cell.name, quantity].median for _, cell in there]
        exponent = _fitted([value for value, _ in there], medians, confidence)
        last = None
        if quantity in QUANTITIES:
            (small, before), (large, after) = there[-2:]
            times = (list(derive.rounds_of(cell, quantity).values()) for cell in (after, before))
            ratio = ratio_interval(*times, paired=False, confidence=confidence, seed=seed)
            step = math.log(large / small)
            last = Interval(*(math.log(x) / step for x in (ratio.median, ratio.low, ratio.high)))
        yield Growth(quantity, exponent, last)


def _fitted(values: Sequence[float], figures: Sequence[float], confidence: float) -> Interval:
    line = stats.linregress(np.log(values), np.log(figures))
    slope, left = float(line.slope), len(values) - 2
    if left == 0:
        return Interval(slope, math.nan, math.nan)
    reach = float(stats.t.ppf((1 + confidence) / 2, left) * line.stderr)
    return Interval(slope, slope - reach, slope + reach)


def _value(cell: Cell, axis: str) -> Any:
    return cell.arguments.get(axis, described(cell)[axis])


def _numbers(values: Sequence[Any]) -> List[float]:
    """The numbers along an axis; none if these are no positive numbers.

    Of lists, such as the widths of layers, it is the one number in each if all are as long, or
    how many there are if it is the same in all.
    """
    lists = [list(value) if isinstance(value, (list, tuple)) else [value] for value in values]
    if not all(each and each == each[:1] * len(each) and _positive(each[0]) for each in lists):
        return []
    if len({len(each) for each in lists}) == 1:
        return [float(each[0]) for each in lists]
    return [float(len(each)) for each in lists] if len({each[0] for each in lists}) == 1 else []


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
