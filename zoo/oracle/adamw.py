"""Adam's formula; the weight decay before it is that of every optimizer."""

from __future__ import annotations

from zoo.oracle.adam import start, update

__all__ = ["start", "update"]
