"""The names that people may rely on."""

from __future__ import annotations

import zoo
from zoo import selftest


def test_the_package_has_these_names() -> None:
    """A name more or less is a change that users notice."""
    assert sorted(zoo.__all__) == [
        "Spec", "__version__", "bench", "block", "build", "check", "compare", "emit", "errors",
        "model", "models", "ops", "parity", "report", "selftest", "training",
    ]  # fmt: skip
    assert all(hasattr(zoo, name) for name in zoo.__all__)


def test_the_selftest_has_these_names() -> None:
    """It can be called as it is."""
    assert selftest.__all__ == ["FAULTS", "Fault", "SelftestReport", "selftest"]
    assert callable(zoo.selftest)
