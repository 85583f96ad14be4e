"""What the framework's own generator drops is as declared, and a fault of it would be seen."""

from __future__ import annotations

import attrs

from tests.parity.planting import with_op
from zoo.parity.emission import altered
from zoo.randomness import RandomnessReport
from zoo.randomness.run import examined
from zoo.randomness.subjects import subjects
from zoo.spec import Spec
from zoo.target import Target
from zoo.worker.pool import Pool

STEPS = 8


def report(*rows) -> RandomnessReport:
    return RandomnessReport(0.3, STEPS, 0, "float32", rows, {})


def the_other_rate(spec: Spec) -> Spec:
    for path in ("drop0", "drop1"):
        (node,) = (node for node in spec.nodes if node.path == path)
        spec = with_op(spec, path, attrs.evolve(node.op, drop_rate=0.7))
    return spec


def test_dropout_draws_as_declared(target: Target, calm_pool: Pool) -> None:
    """In both forms and in attention, by every test; the draws follow from the seed."""
    models = subjects(0.3)
    rows = [
        examined(calm_pool, target, subject, steps=STEPS, seed=seed)
        for seed, subject in enumerate(models)
    ]
    found = report(*rows)
    bad = [(r.subject, r.reason, [f.words for f in found.told(r)]) for r in rows]
    assert found.passed, bad
    inverted, original, _ = rows
    assert inverted == examined(calm_pool, target, models[0], steps=STEPS, seed=0)
    assert inverted.dropped != original.dropped


def test_a_rate_taken_for_the_share_that_is_kept_is_named(target: Target, calm_pool: Pool) -> None:
    """It shows in the rate and in the scaling, and in nothing else."""
    row = examined(calm_pool, target, subjects(0.3)[0], altered(the_other_rate), steps=STEPS)
    told = {finding.name for finding in report(row).told(row)}
    assert told == {"rate", "scaling in training"}, row.reason
