"""Writes the folder of a failed cell."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, List

import attrs
import numpy as np
from safetensors.numpy import save_file

from zoo import worker
from zoo.errors import WorkerError
from zoo.parity.case import Array, seen_by
from zoo.parity.cell import Cell
from zoo.parity.evidence import rerun
from zoo.parity.evidence.expected import expected
from zoo.worker.parent import Exchange
from zoo.worker.session import Session

WORKER = ("child", "protocol", "arrays", "runtime", "facts", "timing")
"""Modules of `zoo.worker` that run a program; they need NumPy and safetensors."""


def write(cell: Cell, session: Session, folder: Path) -> None:
    """Run a cell once more and write down what was asked, and what the oracle would answer.

    Sources, the specification, arrays, verdicts, the environment, and `rerun.py`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with session.recorded() as exchanges:
        try:
            seen_by(cell.case, session, cell.dtype, cell.emission)
        except WorkerError as error:
            (folder / "error.txt").write_text(f"{error}\n{error.log}\n", encoding="utf-8")
    (folder / "spec.json").write_text(cell.case.spec.to_json(indent=2) + "\n", encoding="utf-8")
    _write_json(folder / "rows.json", [attrs.asdict(row) for row in cell.rows])
    _write_json(folder / "environment.json", session.facts)
    listed = _write_exchanges(cell, exchanges, folder)
    found = {"variables": dict(session.variables), "exchanges": listed}
    _write_json(folder / "exchanges.json", found)
    _write_worker(cell, folder / "worker")
    shutil.copyfile(rerun.__file__, folder / "rerun.py")


def _write_exchanges(cell: Cell, exchanges: List[Exchange], folder: Path) -> List[dict[str, Any]]:
    """Sources and arrays go to files; the exchanges without them are returned."""
    backend, spec, batch = cell.target.backend, cell.case.spec, cell.case.batch
    masked = [batch] if spec.masks else []
    programs = [cell.emission.emit(backend, spec, each).bindings for each in (None, *masked)]
    arrays: dict[str, Array] = {}
    listed: list[dict[str, Any]] = []
    names = iter(("source.py", "source_with_masks.py"))
    wanted = expected(cell, exchanges, programs)
    for number, (exchange, oracle) in enumerate(zip(exchanges, wanted)):
        fields = dict(exchange.fields)
        entry: dict[str, Any] = {"do": exchange.do, "fields": fields}
        if "source" in fields:
            entry["source"] = next(names)
            (folder / entry["source"]).write_text(fields.pop("source"), encoding="utf-8")
        arrays.update({f"{number}.sent.{n}": array for n, array in exchange.arrays.items()})
        arrays.update({f"{number}.oracle.{each.name}": each.array for each in oracle})
        entry["judged"] = {e.name: {"label": e.label, "bound": e.bound} for e in oracle}
        listed.append(entry)
    plain = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    save_file(plain, folder / "arrays.safetensors")
    return listed


def _write_worker(cell: Cell, folder: Path) -> None:
    """What runs a program, as packages of their own names that hold nothing else."""
    backend, ours = cell.target.backend, Path(worker.__file__).parent
    for package in ("zoo", "zoo/worker", backend.package):
        (folder / package).mkdir(parents=True, exist_ok=True)
        (folder / package / "__init__.py").touch()
    for module in WORKER:
        shutil.copyfile(ours / f"{module}.py", folder / "zoo" / "worker" / f"{module}.py")
    shutil.copyfile(backend.location() / "run.py", folder / backend.package / "run.py")


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
