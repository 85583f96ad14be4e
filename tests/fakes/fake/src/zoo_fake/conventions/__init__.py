"""Answers the questions of `tests/conventions/test_run.py`, some of them badly."""

from __future__ import annotations

import numpy as np


def versions() -> dict[str, str]:
    return {"numpy": np.__version__}
