"""Generators that are at fault are told from Chainer's own, each by what is wrong with it."""

from __future__ import annotations

import sys
from typing import Iterator

import pytest

from zoo import plugins
from zoo.parity.emission import replaced
from zoo.randomness import RandomnessReport
from zoo.randomness.run import examined
from zoo.randomness.subjects import subjects
from zoo.target import Target
from zoo.worker.pool import Pool

pytestmark = pytest.mark.framework

TARGET = Target(plugins.backend("chainer"), "eager")
DROPOUT, *_ = subjects(0.3)


def in_place_of_dropout(body: str) -> dict[str, str]:
    """Another function for F.dropout, which stands below the imports."""
    line = "import numpy as np"
    made = f"{line}\n\nKEPT, COUNT = {{}}, [0]\n\n\ndef faulty(x, ratio):\n{body}"
    return {"F.dropout(x, 0.3)": "faulty(x, 0.3)", line: made}


FAULTS = {
    "rate": ({"F.dropout(x, 0.3)": "F.dropout(x, 0.7)"}, {"rate", "scaling in training"}),
    "one mask for a batch": (
        in_place_of_dropout("""\
    mask = F.dropout(np.ones((1, *x.shape[1:]), x.dtype), ratio)
    return x * F.broadcast_to(mask, x.shape)
"""),
        {"independence of examples"},
    ),
    "one mask for all steps": (
        in_place_of_dropout("""\
    COUNT[0] += 1
    layer = COUNT[0] % 2
    if chainer.config.train and layer not in KEPT:
        KEPT[layer] = F.dropout(np.ones(x.shape, x.dtype), ratio).array
    return x * KEPT[layer] if chainer.config.train else x
"""),
        {"independence of steps"},
    ),
    "one mask for both layers": (
        in_place_of_dropout("""\
    if not chainer.config.train:
        return x
    COUNT[0] += 1
    if COUNT[0] % 2:
        KEPT["mask"] = F.dropout(np.ones(x.shape, x.dtype), ratio).array
    return x * KEPT["mask"]
"""),
        {"independence of layers"},
    ),
    "channels dropped in pairs": (
        in_place_of_dropout("""\
    half = F.dropout(np.ones((len(x), x.shape[1] // 2), x.dtype), ratio)
    return x * F.repeat(half, 2, axis=1)
"""),
        {"independence of positions", "serial independence"},
    ),
    "not scaled": (
        in_place_of_dropout("""\
    return F.dropout(x, ratio) * (0.7 if chainer.config.train else 1.0)
"""),
        {"scaling in training"},
    ),
    "dropping in evaluation": (
        in_place_of_dropout("""\
    with chainer.using_config("train", True):
        return F.dropout(x, ratio)
"""),
        {"scaling in evaluation"},
    ),
    "another mask for the gradient": (
        in_place_of_dropout("""\
    y, other = F.dropout(x, ratio), F.dropout(x, ratio)
    return y.array + other - other.array
"""),
        {"gradient"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(threads=1, python={"chainer": sys.executable}) as made:
        yield made


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_dropout_is_named(name: str, pool: Pool) -> None:
    """By the hypothesis that is rejected; what follows from it is not told."""
    texts, wanted = FAULTS[name]
    row = examined(pool, TARGET, DROPOUT, replaced(texts), steps=16)
    assert not row.failure, row.reason
    report = RandomnessReport(0.3, 16, 0, "float32", (row,), {})
    assert {finding.name for finding in report.told(row)} == wanted
