"""What a model must fulfil holds however it comes: traced, changed, or read from JSON."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

import pytest

from zoo.errors import SpecError
from zoo.models import registry
from zoo.ops import add, dense, input
from zoo.spec import Spec
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError, SoftmaxCrossEntropy

SUMMARIES = {
    "code": 'Small"""\nimport os\n',
    "quotes": 'Small"""',
    "an escape": "Small\\",
    "a line": "Small\nand more",
    "a line of Unicode": "Small\u2028and more",
    "nothing printable": "Small\x00",
    "lone surrogate": "Small\ud800",
    "too long": "a" * 1001,
    "no text": 3,
}


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_stays_in_its_docstring(name: str) -> None:
    """It is written into every source, which workers run."""
    given: Any = SUMMARIES[name]
    small = registry.build("mlp", "tiny")
    data = {**json.loads(small.to_json()), "summary": given}
    with pytest.raises(SpecError, match="model mlp: the summary must be one line"):
        small.replace(summary=given)
    with pytest.raises(SpecError, match="summary"):
        Spec.from_json(json.dumps(data))
    with pytest.raises(SpecError, match="model made: the summary must be one line"):
        trace(
            lambda: dense(input("x", (3,)), 2), name="made", summary=given,
            loss=MeanSquaredError(), optimizer=SGD(),
        )  # fmt: skip


REPLACED: dict[str, tuple[dict[str, Any], str]] = {
    "name": ({"name": "class x"}, "^model 'class x' is no name"),
    "no name": ({"name": None}, "^model None is no name"),
    "loss": ({"loss": SoftmaxCrossEntropy()}, "^model made: .* at least two classes"),
    "layers": ({"body": ()}, "^model made: replace takes no 'body'; known: accumulate"),
    "unknown": ({"optimiser": SGD()}, "takes no 'optimiser'; did you mean optimizer"),
}


@pytest.mark.parametrize("mistake", REPLACED)
def test_a_replaced_part_is_checked_like_a_new_one(mistake: str) -> None:
    """A specification that exists is one that holds."""
    changes, message = REPLACED[mistake]
    spec = trace(
        lambda: dense(input("x", (3,)), 1), name="made", summary="Made",
        loss=MeanSquaredError(), optimizer=SGD(),
    )  # fmt: skip
    with pytest.raises(SpecError, match=message):
        spec.replace(**changes)


def test_a_model_has_as_many_inputs_as_json_holds() -> None:
    """Not one more."""

    def made(count: int) -> Spec:
        return trace(
            lambda: dense(reduce(add, [input(f"x{i}", (3,)) for i in range(count)]), 1),
            name="made", summary="Made", loss=MeanSquaredError(), optimizer=SGD(),
        )  # fmt: skip

    assert Spec.from_json(made(64).to_json()) == made(64)
    with pytest.raises(SpecError, match="it has 65 inputs, the limit is 64"):
        made(65)
