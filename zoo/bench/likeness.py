"""Which cells may be held against each other, and what may be said about them.

Cells are alike if all but the backend and its mode is the same. A cell is among the fastest of its
like if its interval overlaps with that of the least median: there is no order among those.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Sequence, Set, Tuple

from zoo.bench.derive import Figure, Figures
from zoo.bench.record import Cell
from zoo.errors import UsageError, nearest

FIELDS: Mapping[str, Callable[[Cell], Any]] = {
    "model": lambda cell: cell.model,
    "backend": lambda cell: cell.backend,
    "mode": lambda cell: cell.mode,
    "dtype": lambda cell: cell.dtype,
    "device": lambda cell: cell.device,
    "batch": lambda cell: cell.batch,
    "threads": lambda cell: cell.threads,
    "profile": lambda cell: cell.profile,
    "machine": lambda cell: cell.machine,
}

Setting = Tuple[Tuple[str, str], ...]
"""Names and values of all that cells share which are alike."""


def described(cell: Cell) -> Dict[str, Any]:
    """Everything that makes the cell this one, the model's arguments included."""
    arguments = {name: _plain(value) for name, value in cell.arguments.items()}
    return {**{name: of(cell) for name, of in FIELDS.items()}, **arguments}


def setting(cell: Cell, *, without: Sequence[str] = ("backend", "mode")) -> Setting:
    """What a cell shares with those that it is compared with."""
    return tuple((name, str(value)) for name, value in described(cell).items()
                 if name not in without)  # fmt: skip


def groups(cells: Iterable[Cell]) -> Dict[Setting, List[Cell]]:
    """Cells that are alike, in the order of the record."""
    found: Dict[Setting, List[Cell]] = {}
    for cell in cells:
        found.setdefault(setting(cell), []).append(cell)
    return found


def varying(cells: Sequence[Cell]) -> List[str]:
    """Names of what is not the same in all the cells."""
    all_of_them = [described(cell) for cell in cells]
    names = dict.fromkeys(name for each in all_of_them for name in each)
    return [name for name in names if len({str(each.get(name)) for each in all_of_them}) > 1]


def fastest(figures: Figures, cells: Sequence[Cell], quantity: str) -> Set[str]:
    """Names of those cells, all alike, that cannot be told from the one of the least median.

    None if that is so of all. What has no interval cannot be told from anything.
    """
    found = [figures[cell.name, quantity] for cell in cells if (cell.name, quantity) in figures]
    if not found:
        return set()
    least = min(found, key=_median).interval
    chosen = {each.cell for each in found if each.interval.overlaps(least)}
    return chosen if len(chosen) < len(found) else set()


def select(cells: Sequence[Cell], wanted: Mapping[str, str]) -> List[Cell]:
    """The cells of which everything named has the value given.

    Raises:
        UsageError: nothing has that name, or no cell that value.
    """
    chosen = list(cells)
    for name, value in wanted.items():
        values = {str(described(cell)[name]) for cell in cells if name in described(cell)}
        if not values:
            known = {each for cell in cells for each in described(cell)}
            raise UsageError(f"no cell of this record has a {name!r}; {nearest(name, known)}")
        if value not in values:
            raise UsageError(f"no cell of this record has {name}={value}; {nearest(value, values)}")
        chosen = [cell for cell in chosen if str(described(cell).get(name)) == value]
    if not chosen:
        words = " ".join(f"{name}={value}" for name, value in wanted.items())
        raise UsageError(f"no cell of this record has {words} all at once")
    return chosen


def _plain(value: Any) -> Any:
    """An argument; several numbers as they are typed."""
    return "+".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _median(figure: Figure) -> float:
    return figure.median
