"""What is done about a cell that failed: it is located, made smaller, and left as evidence."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Callable

import attrs

from zoo.parity.cell import Cell
from zoo.parity.evidence import write
from zoo.parity.locate import locate
from zoo.parity.location import Location
from zoo.parity.smaller import smaller, summary
from zoo.worker.pool import Pool


def follow(cell: Cell, pool: Pool, folder: Path | None, say: Callable[[str], None]) -> Location:
    """Where a cell that is wrong goes wrong; with `folder`, what shows it again is left there."""
    name = f"{cell.case.spec.name}: {cell.target}"
    say(f"{name} fails: which layer?")
    session = pool.session(cell.target)
    found = locate(cell, session)
    if folder is None:
        return found
    say(f"{name} fails: made smaller")
    less = smaller(cell, found, pool)
    row = cell.row
    place = folder / f"{row.model}-{row.backend}-{row.mode}-{row.dtype}"
    shutil.rmtree(place, ignore_errors=True)  # of an earlier run, which may have left more
    write(cell, session, place)
    if less is not cell:
        write(less, session, place / "shrunk")
        found = attrs.evolve(found, shrunk=summary(less))
    (place / "found.txt").write_text(f"{found}\n", encoding="utf-8")
    return found
