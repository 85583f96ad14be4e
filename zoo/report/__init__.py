"""Pages and terminal columns that people read: emitted sources side by side, benchmark records.

alignment → which parts correspond; sources → sources with their verdicts; terminal, page →
where they are shown; benchmark → the page of a record, with plots and the sources recorded in it;
highlight → colours; templates → HTML, and the conventions as Markdown.
"""

from __future__ import annotations

from zoo.report.sources import SideBySide, side_by_side

__all__ = ["SideBySide", "side_by_side"]
