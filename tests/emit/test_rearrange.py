"""Rearrangements are invertible, for arrays whose axes cannot be told apart by size too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.emit.rearrange import AS_IS, TRANSPOSED, Bindings, Rearrangement, Slot
from zoo.errors import InternalError


@given(st.permutations(range(4)), st.tuples(*[st.integers(1, 4)] * 4))
def test_back_undoes_there(axes: list[int], shape: tuple[int, ...]) -> None:
    """For every permutation and shape."""
    how = Rearrangement(axes=tuple(axes))
    array = np.arange(np.prod(shape)).reshape(shape)
    assert how.shape(shape) == how.there(array).shape
    np.testing.assert_array_equal(how.back(how.there(array), shape), array)


def test_split_and_merge_are_undone_too() -> None:
    """A dense weight behind a flattened image."""
    how = Rearrangement(split=(5, 2, 3, 4), axes=(2, 3, 1, 0), merge=(24, 5))
    array = np.arange(120.0).reshape(5, 24)
    moved = how.there(array)
    assert moved.shape == (24, 5)
    assert moved[0, 1] == array[1, 0]
    assert moved[1, 0] == array[0, 12]
    np.testing.assert_array_equal(how.back(moved, (5, 24)), array)


def test_bindings_rename_both_ways() -> None:
    """What the framework gives back under a name of its own is found again."""
    bindings = Bindings({"a.weight": Slot("a.kernel", TRANSPOSED)}, {}, (AS_IS,), AS_IS)
    array = np.arange(6.0).reshape(2, 3)
    there = bindings.to_framework({"a.weight": array})
    np.testing.assert_array_equal(there["a.kernel"], array.T)
    back = bindings.from_framework(there, {"a.weight": (2, 3)})
    np.testing.assert_array_equal(back["a.weight"], array)


def test_a_state_without_a_slot_is_an_error_of_ours() -> None:
    """Nothing that a framework keeps may go uncompared."""
    with pytest.raises(InternalError, match="surprise"):
        Bindings({}, {}, (), AS_IS).from_framework({"surprise": np.ones(1)}, {})
