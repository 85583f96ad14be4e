"""A table of conventions as a page: Markdown, or HTML that stands alone."""

from __future__ import annotations

from typing import Any, Callable

from zoo.conventions.table import Table
from zoo.conventions.view import parts
from zoo.report.page import render


def markdown(table: Table) -> str:
    """For GitHub; every row has an anchor, and what is absent a footnote."""
    shown = _shown(table)
    return render("conventions.md", **shown, notes=_notes(shown["parts"]))


def html(table: Table) -> str:
    """One file without scripts or anything fetched; every row has an anchor."""
    return render("conventions.html", **_shown(table))


PAGES: dict[str, Callable[[Table], str]] = {".md": markdown, ".html": html}


def _shown(table: Table) -> dict[str, Any]:
    shown = parts(table)
    return {"table": table, "parts": shown, "questions": sum(len(part.rows) for part in shown)}


def _notes(shown: Any) -> dict[str, int]:
    """Numbers of the different reasons for cells without a value, in the order of the page."""
    reasons = [
        cell.note for part in shown for row in part.rows for cell in row.cells.values() if cell.note
    ]
    return {reason: number for number, reason in enumerate(dict.fromkeys(reasons), 1)}
