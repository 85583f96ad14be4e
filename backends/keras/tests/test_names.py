"""What needs Keras itself to be checked."""

from __future__ import annotations

import pytest

from tests.conformance.cases import CASES
from zoo_keras.emit import GIVEN, emit, spelled


@pytest.mark.framework
@pytest.mark.parametrize("name", CASES)
def test_names_that_keras_gives_are_known(name: str) -> None:
    """A layer called like one of them would stand twice in a model."""
    from zoo.worker.runtime import execute
    from zoo_keras import run

    program = emit(CASES[name], engine=run.NAME)
    model = run.build(execute(program.source), program.entry, "float32")
    mine = {variable.path.partition("/")[0] for variable in model.variables}
    mine |= {spelled(node.name) for node in CASES[name].inputs}
    mine |= {spelled(node.path) for node in CASES[name].nodes}
    given = {operation.name for operation in model.operations} - mine
    assert [name for name in given if not GIVEN.fullmatch(name)] == []
