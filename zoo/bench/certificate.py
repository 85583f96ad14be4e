"""Proof for what is timed: parity of one source on one backend in one dtype and profile."""

from __future__ import annotations

import hashlib

from zoo.bench.gap import GapError
from zoo.bench.record import Certificate
from zoo.parity.case import least_batch, make_case
from zoo.parity.cell import Cell, judged_in
from zoo.parity.compare import AGREES
from zoo.parity.reference import Reference
from zoo.spec.graph import Spec
from zoo.worker.session import Session

BATCH, STEPS = 4, 3


class Prover:
    """Judges each source once in each profile, which may choose other kernels.

    What the oracle gives is kept for the other backends.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._expected: dict[tuple[str, str], Reference] = {}
        self._found: dict[tuple[str, ...], Certificate | GapError] = {}

    def certificate(
        self,
        spec: Spec,
        dtype: str,
        source: str,
        session: Session,
        version: str,
        *,
        profile: str = "default",
    ) -> Certificate:
        """The certificate of a source, judged in a worker that timed it.

        Raises:
            GapError: parity found a difference, or cannot judge.
            WorkerError: the worker failed.
        """
        key = (spec.hash, dtype, str(session.target), profile)
        if key not in self._found:
            try:
                self._found[key] = self._judge(spec, dtype, source, session, version)
            except GapError as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, GapError):
            raise found
        return found

    def _judge(
        self, spec: Spec, dtype: str, source: str, session: Session, version: str
    ) -> Certificate:
        rows = judged_in(Cell(self._expect(spec, dtype), session.target), session).rows
        bad = [row for row in rows if row.verdict != AGREES]
        if bad:
            raise GapError(
                f"no parity certificate: {len(bad)} of {len(rows)} tensors disagree with the "
                f"oracle, first {bad[0].what}: {bad[0].reason}"
            )
        errors = [(row.error or 0.0, row.bound or 0.0) for row in rows]
        return Certificate(
            spec=spec.hash,
            source=hash_of(source),
            backend=session.target.backend.name,
            mode=session.target.mode,
            version=version,
            dtype=dtype,
            tensors=len(rows),
            largest_error=max(error for error, _ in errors),
            largest_share_of_bound=max(error / bound if error else 0.0 for error, bound in errors),
        )

    def _expect(self, spec: Spec, dtype: str) -> Reference:
        key = (spec.hash, dtype)
        if key not in self._expected:
            batch = max(BATCH, least_batch(spec))
            case = make_case(spec, batch=batch, steps=STEPS, seed=self._seed, dtype=dtype)
            self._expected[key] = Reference(case, dtype)
        return self._expected[key]


def hash_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
