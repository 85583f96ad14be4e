"""The sources that a benchmark record holds, beside each other.

They are aligned by block where the adapters that are installed here emit the same text; another
text stands whole in the row of the model.
"""

from __future__ import annotations

import json
from typing import Dict, List, Tuple

import attrs

from zoo import plugins
from zoo.bench.record import Record
from zoo.emit.base import Part, Program
from zoo.errors import SpecError, ZooError
from zoo.report.alignment import Row, align
from zoo.report.downloads import data_url
from zoo.spec.graph import Spec


@attrs.frozen
class Recorded:
    """One source.

    Attributes:
        name: of the backend, with its mode where modes have different sources.
        program: the text, in parts if they are known.
    """

    name: str
    program: Program

    @property
    def data_url(self) -> str:
        return data_url("text/x-python", self.program.source)


@attrs.frozen
class Sources:
    """The sources of one specification.

    Attributes:
        spec: the model.
        columns: a source each.
        rows: their parts, those of one block in one row.
    """

    spec: Spec
    columns: Tuple[Recorded, ...]
    rows: Tuple[Row, ...]


def sources(record: Record) -> List[Sources]:
    """What was timed, specification by specification."""
    found = []
    for key, data in record.specs.items():
        try:
            spec = Spec.from_json(json.dumps(data))
        except SpecError:  # which is among the faults of the record
            continue
        names: Dict[Tuple[str, str], str] = {}
        for cell in record.cells:
            if cell.spec == key and cell.source in record.sources:
                names.setdefault((cell.backend, str(cell.source)), cell.mode)
        backends = [backend for backend, _ in names]
        columns = tuple(
            Recorded(
                backend if backends.count(backend) == 1 else f"{backend}:{mode}",
                _program(spec, backend, record.sources[source]),
            )
            for (backend, source), mode in names.items()
        )
        if columns:
            rows = align(spec, [column.program for column in columns])
            found.append(Sources(spec, columns, tuple(rows)))
    return found


def _program(spec: Spec, backend: str, text: str) -> Program:
    try:
        emitted = plugins.backend(backend).emit(spec)
    except ZooError:  # not installed here, or it refuses now
        emitted = None
    if emitted is not None and emitted.source == text:
        return emitted
    return Program(spec.name, (Part("model", spec.name, text.rstrip("\n")),))
