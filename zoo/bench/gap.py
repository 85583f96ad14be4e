"""The error of a cell that has no figures for a reason of the bench's own."""

from __future__ import annotations

from zoo.errors import ZooError


class GapError(ZooError):
    """Why a cell has no figures, in a sentence that stands in the record; the others go on."""
