"""Parts that run in a framework on the oracle's numbers."""

from __future__ import annotations

import sys
from typing import Iterator

import numpy as np
import pytest

from zoo import oracle
from zoo.models import registry
from zoo.parity.case import Case, make_case
from zoo.parity.compare import AGREES, Row
from zoo.parity.emission import PLAIN
from zoo.parity.probe import Part, Parts, by_oracle, fair_target, probe
from zoo.target import Target
from zoo.worker.pool import Pool
from zoo.worker.session import Session

CELL = Row("mlp", "mirror", "eager", "float64")


@pytest.fixture(scope="module")
def case() -> Case:
    return make_case(registry.build("mlp", "tiny"), batch=4, steps=1)


@pytest.fixture
def session(mirror: Target) -> Iterator[Session]:
    with Pool(threads=1, python={"mirror": sys.executable}) as pool:
        yield pool.session(mirror)


@pytest.mark.parametrize("phase", ["evaluation", "training"])
def test_the_gradient_that_comes_back_is_a_multiple_of_the_whole_models(
    case: Case, phase: str
) -> None:
    """The same multiple for the input and every parameter of a layer."""
    inputs, target, masks = case.batches[0]
    training = phase == "training"
    whole = oracle.gradients(
        case.spec, case.state, inputs, target, training=training, masks=masks if training else None
    )
    for path in ("hidden.0.norm", "hidden.1.linear", "output"):
        part = Parts(case, phase).alone(path)
        seen = by_oracle(part, part.target)
        weight = seen[phase, "parameter-gradient", f"{part.spec.nodes[0].path}.weight"]
        wanted = whole.parameters[f"{path}.weight"]
        factor = np.sum(weight * wanted) / np.sum(wanted * wanted)
        for (_, quantity, name), array in seen.items():
            if quantity == "parameter-gradient":
                own = whole.parameters[f"{path}.{name.rpartition('.')[2]}"]
                assert np.allclose(array, factor * own, rtol=1e-9, atol=1e-12)


def test_what_is_given_is_as_large_as_what_comes_out(case: Case) -> None:
    """The targets differ from the output by its own size, so no digits are lost."""
    for path in ("hidden.0.relu1", "hidden.1.norm", "output"):
        part = Parts(case, "training").leading_to(path)
        seen = by_oracle(part, part.target)
        output = seen["training", "output", "output"]
        gap = np.max(np.abs(part.target - output))
        assert gap == pytest.approx(np.max(np.abs(output)))


def test_every_part_of_a_model_that_is_right_agrees(case: Case, session: Session) -> None:
    """In both modes, with dropout masks; the loss, too."""

    def each() -> Iterator[Part]:
        for phase in ("evaluation", "training"):
            parts = Parts(case, phase)
            yield parts.loss()
            for node in case.spec.nodes:
                yield parts.alone(node.path)
                yield parts.leading_to(node.path)

    for part in each():
        found = probe(part, case.spec, session, PLAIN, CELL)
        assert {row.verdict for row in found.rows} == {AGREES}, part.spec.nodes[-1].path


def test_a_backward_pass_is_judged_for_itself(case: Case, session: Session) -> None:
    """Where an output is wrong, the oracle starts backwards from where the framework did."""
    part = Parts(case, "evaluation").alone("output")
    found = probe(part, case.spec, session, PLAIN, CELL)
    key = ("evaluation", "output", "output")
    shifted = {**found.seen, key: found.seen[key] + 1.0}
    moved = fair_target(part, shifted)
    gap = found.exact[key] - moved
    assert np.allclose(gap, shifted[key] - part.target)
