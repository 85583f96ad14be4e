"""The machine's limits, as samples."""

from __future__ import annotations

import pytest

from zoo.bench import ceilings
from zoo.bench.record import Ceiling


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """So small that it takes no time."""
    monkeypatch.setattr(ceilings, "SIZE", 16)
    monkeypatch.setattr(ceilings, "COPIED", 2**12)


@pytest.mark.parametrize("dtype", ceilings.DTYPES)
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_each_product_and_each_copy_is_a_sample(dtype, threads):
    """As many rates as there are repetitions, all of them positive."""
    for rates in (ceilings.matrix_product(dtype, threads), ceilings.bandwidth(dtype, threads)):
        assert len(rates) == ceilings.SAMPLES
        assert min(rates) > 0


def test_samples_of_later_moments_join_the_first():
    """One entry for a quantity, dtype and number of threads, however often it is measured."""
    found: list[Ceiling] = []
    for threads in (1, 2, 1):
        ceilings.measure(found, "float32", threads)
    assert [(each.quantity, each.threads, len(each.samples)) for each in found] == [
        ("matrix-product", 1, 10), ("bandwidth", 1, 10),
        ("matrix-product", 2, 5), ("bandwidth", 2, 5),
    ]  # fmt: skip
