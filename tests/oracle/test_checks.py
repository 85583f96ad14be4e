"""What the oracle refuses: one line that names the array and what is wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from zoo import oracle
from zoo.errors import UsageError
from zoo.models import registry
from zoo.spec import initial

MLP = registry.build("mlp", "tiny")
TOKENS = registry.build("transformer", "tiny")


def run(spec: Any = MLP, **changes: Any) -> None:
    arrays: dict[str, Any] = {
        "state": initial.generic_state(spec),
        "inputs": initial.random_inputs(spec, 4),
        "target": initial.random_target(spec, 4),
        "masks": initial.masks(spec, 4),
        "training": True,
    }
    for name, change in changes.items():
        arrays[name] = {**arrays[name], **change} if isinstance(change, dict) else change
    oracle.gradients(spec, **arrays)


REFUSED = [
    ({"state": {"output.weight": np.ones((3, 8))}},
     "mlp: state 'output.weight' has the shape (3, 8), the model needs (3, 7)"),
    ({"state": {"output.wieght": np.ones((3, 7))}},
     "mlp: no state 'output.wieght'; did you mean output.weight or output.bias?"),
    ({"state": {"output.bias": np.array([0.0, np.nan, np.inf])}},
     "mlp: state 'output.bias' has 2 of 3 values that are NaN or infinite"),
    ({"state": {"output.bias": np.ones(3) * 1j}},
     "mlp: state 'output.bias' must hold real numbers, got complex128"),
    ({"state": {"output.bias": ["a", "b", "c"]}},
     "mlp: state 'output.bias' must hold real numbers, got <U1"),
    ({"inputs": {"x": np.ones((4, 11))}},
     "mlp: input 'x' has the shape (4, 11), the model needs (4, 12)"),
    ({"inputs": {"x": np.ones(12)}},
     "mlp: input 'x' has the shape (12,), the model needs (12, 12)"),
    ({"inputs": {"x": np.ones((0, 12))}},
     "mlp: input 'x' has the shape (0, 12), the model needs (batch, 12)"),
    ({"inputs": {"x": 1.0}}, "mlp: input 'x' has the shape (), the model needs (batch, 12)"),
    ({"inputs": {"y": np.ones((4, 12))}}, "mlp: no input 'y'; known: x"),
    ({"inputs": {"x": np.full((4, 12), np.nan)}},
     "mlp: input 'x' has 48 of 48 values that are NaN or infinite"),
    ({"target": np.ones(4)}, "mlp: target must hold integers, got float64"),
    ({"target": np.array([0, 1, 2, 3])}, "mlp: target must lie in [0, 3), got 0 to 3"),
    ({"target": np.array([0, 1, 2])}, "mlp: target has the shape (3,), the model needs (4,)"),
    ({"target": np.zeros((4, 1), int)}, "mlp: target has the shape (4, 1), the model needs (4,)"),
    ({"masks": {"hidden.0.dropout.mask": np.ones((3, 8))}},
     "mlp: mask 'hidden.0.dropout.mask' has the shape (3, 8), the model needs (4, 8)"),
    ({"masks": {"hidden.0.dropout.mask": np.full((4, 8), 2)}},
     "mlp: mask 'hidden.0.dropout.mask' must hold only 0 and 1"),
    ({"masks": None}, "mlp: mask 'hidden.0.dropout.mask' is missing and 1 more"),
    ({"training": False},
     "mlp: masks act only in training mode, got hidden.0.dropout.mask, hidden.1.dropout.mask"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_wrong_arrays_are_refused_by_name(changes: dict[str, Any], message: str) -> None:
    """One line, with both shapes where shapes differ."""
    with pytest.raises(UsageError) as caught:
        run(**changes)
    assert str(caught.value) == message


def test_a_missing_array_is_named() -> None:
    """The first one, and how many more."""
    state = initial.generic_state(MLP)
    del state["output.bias"]
    with pytest.raises(UsageError, match=r"^mlp: state 'output.bias' is missing$"):
        oracle.evaluate(MLP, state, initial.random_inputs(MLP, 2))
    with pytest.raises(UsageError, match=r"^mlp: input 'x' is missing$"):
        oracle.evaluate(MLP, initial.generic_state(MLP), {})


@pytest.mark.parametrize(("bad", "found"), [(11, "0 to 11"), (-1, "-1 to 0")])
def test_tokens_out_of_range_are_refused(bad: int, found: str) -> None:
    """Frameworks would clip, wrap or return NaN."""
    tokens = np.zeros((4, 5), int)
    tokens[1, 2] = bad
    with pytest.raises(UsageError) as caught:
        run(TOKENS, inputs={"tokens": tokens})
    assert str(caught.value) == f"transformer: input 'tokens' must lie in [0, 11), got {found}"


def test_tokens_must_be_integers() -> None:
    """Floats are not rounded."""
    with pytest.raises(UsageError, match="input 'tokens' must hold integers, got float64"):
        run(TOKENS, inputs={"tokens": np.zeros((4, 5))})


def test_what_is_given_stays_as_it_is() -> None:
    """Training changes copies."""
    state, inputs = initial.generic_state(MLP), initial.random_inputs(MLP, 4)
    before = {name: array.copy() for name, array in state.items()}
    steps = [(inputs, initial.random_target(MLP, 4), initial.masks(MLP, 4))] * 2
    final = oracle.train(MLP, state, steps).state
    for name, array in before.items():
        np.testing.assert_array_equal(state[name], array)
        assert np.any(final[name] != array), name
