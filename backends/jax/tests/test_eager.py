"""JAX operation by operation, the mode for debugging."""

from __future__ import annotations

import sys

import pytest

import zoo
from zoo.models import registry


@pytest.mark.framework
def test_operation_by_operation_means_the_same() -> None:
    """A model with batch norm and dropout, trained for two steps."""
    spec = registry.build("mlp", "tiny")
    report = zoo.parity(spec, "jax:eager", steps=2, python={"jax": sys.executable})
    assert report.passed
