"""Every backend writes random models, or refuses them with a reason that it is known to have."""

from __future__ import annotations

import ast

import pytest

from tests.backends.refusals import REFUSALS
from tests.conformance.cases import CASES
from zoo import plugins
from zoo.errors import UnsupportedError
from zoo.fuzz import draw
from zoo.spec import Spec

DRAWS = 60
BACKENDS = sorted(plugins.backends())


def reasons(spec: Spec, backend: str) -> set[str]:
    """Why it is refused, the layers' paths left out; none if it is not."""
    try:
        plugins.backend(backend).emit(spec)
    except UnsupportedError as error:
        return {finding.partition(": ")[2] for finding in error.findings}
    return set()


@pytest.mark.parametrize("backend", BACKENDS)
def test_random_models_are_written_or_refused_for_a_known_reason(backend: str) -> None:
    """The reasons are those of the cases that expected.toml lists, and weights map one to one."""
    known = set().union(*(reasons(spec, backend) for spec in {**CASES, **REFUSALS}.values()))
    written = 0
    for number in range(DRAWS):
        drawn = draw(number)
        refused = reasons(drawn.spec, backend)
        assert refused <= known, number
        if refused:
            continue
        written += 1
        for mask_batch in (None, drawn.batch):
            program = plugins.backend(backend).emit(drawn.spec, mask_batch=mask_batch)
            ast.parse(program.source)
            slots = plugins.backend(backend).bindings(drawn.spec, mask_batch=mask_batch)
            assert set(slots.states) == set(drawn.spec.states)
            names = [slot.name for slot in (*slots.states.values(), *slots.masks.values())]
            assert len(set(names)) == len(names), number
    assert written > DRAWS // 2
