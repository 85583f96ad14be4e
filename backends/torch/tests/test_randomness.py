"""Generators that are at fault are told from PyTorch's own, each by what is wrong with it."""

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

TARGET = Target(plugins.backend("torch"), "eager")
DROPOUT, *_ = subjects(0.3)


def in_place_of_dropout(name: str, forward: str) -> dict[str, str]:
    """Another class for nn.Dropout, which stands below the imports."""
    line = "from torch import nn"
    made = f"{line}\n\n\nclass {name}(nn.Dropout):\n    number, last = 0, None\n\n{forward}"
    return {"nn.Dropout(0.3)": f"{name}(0.3)", line: made}


FAULTS = {
    "rate": ({"nn.Dropout(0.3)": "nn.Dropout(0.7)"}, {"rate", "scaling in training"}),
    "one mask for a batch": (
        in_place_of_dropout("Shared", """\
    def forward(self, x):
        return x * super().forward(torch.ones_like(x[:1]))
"""),
        {"independence of examples"},
    ),
    "one mask for all steps": (
        in_place_of_dropout("Frozen", """\
    def __init__(self, p):
        super().__init__(p)
        Frozen.number += 1
        self.number = Frozen.number

    def forward(self, x):
        with torch.random.fork_rng():
            torch.manual_seed(self.number)
            return super().forward(x)
"""),
        {"independence of steps"},
    ),
    "one mask for both layers": (
        in_place_of_dropout("Both", """\
    def forward(self, x):
        if not self.training:
            return x
        if Both.last is None:
            Both.last = super().forward(torch.ones_like(x))
            return x * Both.last
        mask, Both.last = Both.last, None
        return x * mask
"""),
        {"independence of layers"},
    ),
    "channels dropped in pairs": (
        in_place_of_dropout("Pairs", """\
    def forward(self, x):
        return x * super().forward(torch.ones_like(x[:, ::2])).repeat_interleave(2, 1)
"""),
        {"independence of positions", "serial independence"},
    ),
    "not scaled": (
        in_place_of_dropout("Unscaled", """\
    def forward(self, x):
        return super().forward(x) * (0.7 if self.training else 1)
"""),
        {"scaling in training"},
    ),
    "dropping in evaluation": (
        in_place_of_dropout("Always", """\
    def forward(self, x):
        return F.dropout(x, self.p)
"""),
        {"scaling in evaluation"},
    ),
    "another mask for the gradient": (
        in_place_of_dropout("Forgetful", """\
    def forward(self, x):
        y, other = super().forward(x), super().forward(x)
        return y.detach() + other - other.detach()
"""),
        {"gradient"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(threads=1, python={"torch": sys.executable}) as made:
        yield made


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_dropout_is_named(name: str, pool: Pool) -> None:
    """By the hypothesis that is rejected; what follows from it is not told."""
    texts, wanted = FAULTS[name]
    row = examined(pool, TARGET, DROPOUT, replaced(texts), steps=16)
    assert not row.failure, row.reason
    report = RandomnessReport(0.3, 16, 0, "float32", (row,), {})
    assert {finding.name for finding in report.told(row)} == wanted
