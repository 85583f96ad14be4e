"""Where a record contradicts itself: digest, hashes, certificates, rounds, work and figures."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from typing import Any, Iterator, Mapping, Sequence, Tuple

import attrs

from zoo.bench import derive, work
from zoo.bench.record import QUANTITIES, Cell, Record, digest
from zoo.errors import SpecError
from zoo.spec.graph import Spec

Found = Iterator[Tuple[str, str]]
"""Where, such as `cell mlp/torch:eager/float32/cpu/b32/t1: flops of inference`, and what."""


def faults(record: Record, data: Mapping[str, Any], figures: Sequence[derive.Figure]) -> Found:
    """All of them.

    Args:
        data: the JSON that the record was read from.
        figures: derived from its samples.
    """
    yield from _digest(data)
    yield from _hashes(record)
    for cell in record.cells:
        yield from _cell(record, cell)
    yield from _work(record)
    yield from _figures(record, figures)


def _digest(data: Mapping[str, Any]) -> Found:
    there = digest(data)
    if data["digest"] != there:
        yield "digest", f"is {data['digest'][:12]}, the content has {there[:12]}"


def _hashes(record: Record) -> Found:
    for name in record.specs:
        spec = _spec(record, name)
        if not isinstance(spec, Spec):
            yield f"spec {name[:12]}", f"cannot be read: {spec}"
        elif spec.hash != name:
            yield f"spec {name[:12]}", f"has the hash {spec.hash[:12]}"
    for name, source in record.sources.items():
        there = hashlib.sha256(source.encode()).hexdigest()
        if there != name:
            yield f"source {name[:12]}", f"has the hash {there[:12]}"
    for name, count in Counter(cell.name for cell in record.cells).items():
        if count > 1:
            yield f"cell {name}", "stands there more than once"


def _spec(record: Record, name: str) -> Spec | SpecError:
    try:
        return Spec.from_json(json.dumps(record.specs[name]))
    except SpecError as error:
        return error


def _work(record: Record) -> Found:
    """Operations and bytes that are not those which the specification counts."""
    specs = {name: _spec(record, name) for name in record.specs}
    for cell in record.cells:
        spec = specs.get(cell.spec)
        if not isinstance(spec, Spec):
            continue
        counts = {"flops": work.flops(spec, cell.batch)}
        if cell.dtype in work.ITEM_SIZE:
            counts["bytes"] = work.bytes_moved(spec, cell.batch, cell.dtype)
        for field, wanted in counts.items():
            for quantity, count in wanted.items():
                there = getattr(cell, field).get(quantity, "nothing")
                if there != count:
                    where = f"cell {cell.name}: {field} of {quantity}"
                    yield where, f"is {there}, the specification counts {count}"


def _cell(record: Record, cell: Cell) -> Found:
    where = f"cell {cell.name}"
    for field, table in (
        ("spec", record.specs),
        ("source", record.sources),
        ("machine", record.machines),
    ):
        value = getattr(cell, field)
        if value not in table and not (field == "source" and cell.gap is not None):
            yield f"{where}: {field}", f"{value} is not in the record"
    for field, proven, there in derive.mismatches(cell):
        yield f"{where}: certificate", f"proves {field} {proven}, the cell has {there}"
    if cell.gap is not None:
        return
    if cell.certificate is None:
        yield f"{where}: certificate", "is missing, and no gap says why"
    for quantity in QUANTITIES:
        rounds = derive.rounds_of(cell, quantity)
        if not rounds:
            yield f"{where}: samples of {quantity}", "are missing, and no gap says why"
            continue
        missing = sorted(set(range(max(rounds))) - set(rounds))
        if missing:
            listed = ", ".join(map(str, missing))
            yield f"{where}: samples of {quantity}", f"round {listed} is missing"


def _figures(record: Record, derived: Sequence[derive.Figure]) -> Found:
    wanted = {(each.cell, each.quantity): attrs.asdict(each) for each in derived}
    there = {(each["cell"], each["quantity"]): each for each in record.figures}
    for key in [*wanted, *(key for key in there if key not in wanted)]:
        where = f"cell {key[0]}: figure of {key[1]}"
        if key not in there:
            yield where, "is missing"
        elif key not in wanted:
            yield where, "has no proven samples"
        elif there[key].get("raw") != wanted[key]["raw"]:
            yield (
                f"cell {key[0]}: samples of {key[1]}",
                "are not the ones that the figure was derived from",
            )
        else:
            for field in {**wanted[key], **there[key]}:
                old, new = (table[key].get(field, "nothing") for table in (there, wanted))
                if not _same(old, new):
                    yield f"{where}: {field}", f"is {old}, the samples give {new}"


def _same(a: Any, b: Any) -> bool:
    """Equal; numbers up to the last bits, in which versions of a library may differ."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-12)
    return bool(a == b)
