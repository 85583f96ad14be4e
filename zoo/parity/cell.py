"""One model on one backend: what went in, what came out, and the verdicts."""

from __future__ import annotations

from typing import Any, List, Optional

import attrs

from zoo.errors import BackendUnavailable, UnsupportedError, WorkerError
from zoo.parity.case import Case, Seen, seen_by
from zoo.parity.compare import CRASHED, DISAGREES, HUNG, NOT_RUN, UNSUPPORTED, Row, compare
from zoo.parity.emission import PLAIN, Emission
from zoo.parity.noise import Moved
from zoo.parity.reference import Reference
from zoo.target import Target
from zoo.worker.pool import Pool
from zoo.worker.session import Session


@attrs.frozen(eq=False)
class Cell:
    """A cell of the table.

    Attributes:
        reference: the numbers that went in, and what the oracle gives.
        target: the backend in its mode.
        emission: how the program was made.
        in_numpy: what NumPy gives in the dtype, to set beside what the framework gives.
        seen: what the framework gave; empty if it gave nothing.
        note, log: what a reader has to know of how it ran, and the last lines that it printed.
        rows: the verdicts; none before it was judged.
    """

    reference: Reference
    target: Target
    emission: Emission = PLAIN
    in_numpy: Optional[Seen] = None
    seen: Seen = attrs.field(factory=dict)
    note: str = ""
    log: str = ""
    rows: List[Row] = attrs.field(factory=list)

    @property
    def case(self) -> Case:
        return self.reference.case

    @property
    def dtype(self) -> str:
        return self.reference.dtype

    @property
    def exact(self) -> Seen:
        return self.reference.exact

    @property
    def moved(self) -> Moved:
        """How noise moves what the oracle gives."""
        return self.reference.moved(self.target.backend)

    @property
    def row(self) -> Row:
        """The row that says no more than which cell it is."""
        return Row(self.case.spec.name, self.target.backend.name, self.target.way, self.dtype)

    @property
    def is_wrong(self) -> bool:
        """Whether it ran, and not as it should."""
        return any(row.verdict in (DISAGREES, CRASHED) for row in self.rows)


def answered(cell: Cell, pool: Pool, environments: dict[str, Any]) -> Cell:
    """The cell once it has run, not yet judged; one that gave nothing has a row that says why.

    What the worker reads back goes to `environments`.
    """
    try:
        cell.emission.check(cell.target.backend, cell.case.spec, cell.case.batch)
        session = pool.session(cell.target)
        cell = _answered_in(cell, session)
    except (BackendUnavailable, UnsupportedError, WorkerError) as error:
        return attrs.evolve(cell, rows=[failed_row(cell.row, error)])
    environments[str(cell.target)] = session.facts
    return cell


def compared(cell: Cell) -> Cell:
    """The cell with a verdict on each tensor, if it gave any.

    What agrees within the noise of the oracle's own formulas needs no other.
    """
    if not cell.seen:
        return cell
    own = cell.reference.moved()
    rows = _rows(cell, own)
    if any(row.verdict == DISAGREES for row in rows) and cell.moved is not own:
        rows = _rows(cell, cell.moved)
    return attrs.evolve(cell, rows=rows)


def _rows(cell: Cell, moved: Moved) -> list[Row]:
    row = attrs.evolve(cell.row, note=cell.note)
    rows = compare(row, cell.exact, moved, cell.seen, cell.in_numpy)
    return [attrs.evolve(each, log=cell.log) if each.error is None else each for each in rows]


def judged(cell: Cell, pool: Pool, environments: dict[str, Any]) -> Cell:
    """The cell once it has run and was compared; see `answered`."""
    return compared(answered(cell, pool, environments))


def judged_in(cell: Cell, session: Session) -> Cell:
    """The same in a session that is there; what it raises is not caught."""
    return compared(_answered_in(cell, session))


def _answered_in(cell: Cell, session: Session) -> Cell:
    return attrs.evolve(
        cell,
        seen=seen_by(cell.case, session, cell.dtype, cell.emission),
        note=" ".join(session.facts.get("notes", ())),
        log="\n".join(session.log().splitlines()[-20:]),
    )


def failed_row(row: Row, error: Exception) -> Row:
    """The row of a cell that gave nothing to compare."""
    if isinstance(error, BackendUnavailable):
        return attrs.evolve(row, verdict=NOT_RUN, reason=str(error))
    if isinstance(error, UnsupportedError):
        return attrs.evolve(row, verdict=UNSUPPORTED, reason=str(error))
    if isinstance(error, WorkerError):
        verdict = HUNG if error.symptom == "hung" else CRASHED
        log = error.log or getattr(error.__cause__, "traceback", "")
        return attrs.evolve(row, verdict=verdict, reason=str(error), log=log)
    raise error
