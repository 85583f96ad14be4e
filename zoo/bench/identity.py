"""What a record and its machines are called."""

from __future__ import annotations

import re
from typing import Sequence

from zoo.bench.record import Cell, Machine, Record


def fingerprint(record: Record) -> str:
    """The digest of what the record holds now, whatever its file said."""
    return str(record.to_json()["digest"])


def title(record: Record) -> str:
    models = ", ".join(dict.fromkeys(cell.model for cell in record.cells))
    backends = ", ".join(dict.fromkeys(cell.backend for cell in record.cells))
    return f"Benchmark record {record.suite['name']}: {models} on {backends}"


def machines(record: Record, cells: Sequence[Cell]) -> str:
    """The machines of the cells, in one line."""
    used = dict.fromkeys(cell.machine for cell in cells)
    return "; ".join(_name(record.machines[name]) for name in used if name in record.machines)


def _name(machine: Machine) -> str:
    parts = [machine.cpu, *machine.gpus, f"{machine.cores} cores"]
    return ", ".join([*parts, f"{machine.memory_bytes / 2**30:.0f} GiB", _system(machine.os)])


def _system(os: str) -> str:
    """`Linux 6.18.44` of `Linux-6.18.44-build-x86_64-with-glibc2.36`; the record has the whole."""
    found = re.match(r"(\w+)-(\d+(?:\.\d+)*)", os)
    return " ".join(found.groups()) if found else os
