"""What may stand in a table: figures as they are, and what follows from them."""

from __future__ import annotations

from typing import Callable, Mapping, Optional

import attrs

from zoo.bench import derive
from zoo.bench.derive import Figure
from zoo.bench.record import QUANTITIES, Cell, Record
from zoo.bench.statistics import Interval
from zoo.errors import UsageError, nearest


@attrs.frozen
class Value:
    """A number with its unit."""

    interval: Interval
    unit: str


@attrs.frozen
class Column:
    """What may stand in a table.

    Attributes:
        heading: without the unit; its lines may be broken or not.
        value: of a cell; None if something to derive it from was not measured.
        quantity: of the figure that it follows from.
        ranked: whether the least values are marked.
    """

    heading: str
    value: Callable[[Record, Cell, Figure], Optional[Value]]
    quantity: str
    ranked: bool = False


def named(name: str) -> Column:
    """A column.

    Raises:
        UsageError: there is none of that name; names the nearest.
    """
    if name not in COLUMNS:
        raise UsageError(f"no column {name!r}; {nearest(name, COLUMNS)}")
    return COLUMNS[name]


def _plain(record: Record, cell: Cell, figure: Figure) -> Value:
    return Value(figure.interval, figure.unit)


def _rate(record: Record, cell: Cell, figure: Figure) -> Value:
    return Value(derive.work(cell, figure), "FLOP/s")


def _share(record: Record, cell: Cell, figure: Figure) -> Optional[Value]:
    height = derive.ceiling(record, cell, "matrix-product")
    if height is None:
        return None
    rate = derive.work(cell, figure)
    parts = (rate.median, rate.low, rate.high)
    return Value(Interval(*(100 * part / height for part in parts)), "%")


COLUMNS: Mapping[str, Column] = {
    **{name: Column(name.replace("_", " "), _plain, name, ranked=True) for name in QUANTITIES},
    **{
        f"{name}_rate": Column(f"{name.replace('_', ' ')},\nwork", _rate, name)
        for name in QUANTITIES
    },
    **{
        f"{name}_share": Column(f"{name.replace('_', ' ')},\nshare of ceiling", _share, name)
        for name in QUANTITIES
    },
    **{
        name: Column(name.replace("_", "\n", 1).replace("_", " "), _plain, name)
        for name in (
            "first_inference", "first_gradients", "first_train_step", "import", "load",
            "process_memory", "device_memory",
        )
    },
}  # fmt: skip
DEFAULT = (
    *QUANTITIES, "train_step_rate", "train_step_share", "first_train_step", "process_memory",
    "device_memory",
)  # fmt: skip
PAPER = QUANTITIES
"""What fits on a printed page."""
