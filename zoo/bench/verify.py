"""Whether a record is what it says: everything that can be derived again is, and compared.

A fault means that the record contradicts itself; a doubt, that it is true and may not tell much.
"""

from __future__ import annotations

from typing import Any, Mapping, Tuple

import attrs
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from zoo.bench import derive
from zoo.bench.doubts import doubts
from zoo.bench.faults import faults
from zoo.bench.record import Record

SCHEMA = "parityzoo/verification/1"
SHOWN = 20
"""Findings of a kind that are printed."""


@attrs.frozen
class Finding:
    """What is the matter with a record.

    Attributes:
        kind: `fault` or `doubt`.
        where: such as `cell mlp/torch:eager/float32/cpu/b32/t1: samples of train_step`.
        what: one sentence without a full stop.
    """

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@attrs.frozen
class Verification:
    """What `zoo bench verify` found.

    Attributes:
        digest: of the record, as it says itself.
        cells: how many the record has.
        figures: how many were derived again.
        findings: faults, then doubts.
    """

    digest: str
    cells: int
    figures: int
    findings: Tuple[Finding, ...]

    @property
    def faults(self) -> Tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.kind == "fault")

    @property
    def passed(self) -> bool:
        return not self.faults

    @property
    def exit_code(self) -> int:
        return 0 if self.passed else 1

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "passed": self.passed,
            "digest": self.digest,
            "cells": self.cells,
            "figures": self.figures,
            "findings": [attrs.asdict(each) for each in self.findings],
        }

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for kind, colour in (("fault", "red"), ("doubt", "yellow")):
            found = [each for each in self.findings if each.kind == kind]
            for finding in found[:SHOWN]:
                yield Text.assemble((f"{kind} ", colour), str(finding))
            if found[SHOWN:]:
                yield Text(f"      and {len(found) - SHOWN} more {kind}s; --json lists them all")
        yield Text(
            f"{'verified' if self.passed else 'not verified'}: {self.cells} cells, "
            f"{self.figures} figures derived again, {len(self.faults)} faults, "
            f"{len(self.findings) - len(self.faults)} doubts; digest {self.digest[:12]}",
            "green" if self.passed else "red",
        )


def verify(data: Mapping[str, Any]) -> Verification:
    """Derive a record's JSON again from its raw samples.

    Raises:
        UsageError: it is no record.
    """
    return verified(Record.from_json(data), data)


def verified(record: Record, data: Mapping[str, Any]) -> Verification:
    """The same for a record that was already read from the JSON."""
    figures = derive.figures(record)
    found = [Finding("fault", *each) for each in faults(record, data, figures)]
    found += [Finding("doubt", *each) for each in doubts(record, figures)]
    return Verification(data["digest"], len(record.cells), len(figures), tuple(found))
