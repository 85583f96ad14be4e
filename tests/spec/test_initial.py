"""Arrays from seeds: their laws, and that their bits never change."""

from __future__ import annotations

import hashlib

import numpy as np
from scipy import stats

from zoo.models import registry
from zoo.spec import initial


def test_the_bits_are_the_same_for_ever() -> None:
    """Recorded: if this fails, every earlier result starts from other numbers."""
    bits = initial.uniform((1000,), 7, "recorded").tobytes()
    assert hashlib.sha256(bits).hexdigest() == RECORDED


RECORDED = "16910d27d5152babdf7cfd8f8bafeb0cd254106d4689531841cc3df18f3ed5f9"


def test_uniform_and_normal_follow_their_laws() -> None:
    """Kolmogorov-Smirnov, at a chance of one in a million of a false alarm."""
    assert stats.kstest(initial.uniform((20_000,), 1), "uniform").pvalue > 1e-6
    assert stats.kstest(initial.normal((20_000,), 1), "norm").pvalue > 1e-6


def test_arrays_are_independent_of_each_other() -> None:
    """Another name or seed gives uncorrelated numbers."""
    a, b = initial.normal((20_000,), 0, "a"), initial.normal((20_000,), 0, "b")
    assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(20_000)


def test_a_new_layer_changes_no_other_array() -> None:
    """Streams belong to names, not to an order."""
    one = initial.initial_state(registry.build("transformer", "tiny"), 3)
    other = initial.initial_state(registry.build("transformer", "tiny", layers=3), 3)
    assert set(one) < set(other)
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])


def test_initial_state_has_the_declared_laws() -> None:
    """Shapes, ones, zeros and standard deviations."""
    spec = registry.build("mlp")
    state = initial.initial_state(spec)
    for name, declared in spec.states.items():
        assert state[name].shape == declared.shape
        if declared.law == "normal" and state[name].size > 10_000:
            np.testing.assert_allclose(state[name].std(), declared.std, rtol=0.02)
    assert np.all(state["hidden.0.norm.weight"] == 1)
    assert np.all(state["hidden.0.norm.running_mean"] == 0)


def test_generic_state_hides_nothing() -> None:
    """No element is zero or one, variances are positive."""
    spec = registry.build("resnet20", "tiny")
    for name, array in initial.generic_state(spec).items():
        assert not np.any((array == 0) | (array == 1)), name
        if name.endswith("running_var"):
            assert array.min() > 0


def test_masks_drop_at_their_rate_and_differ_between_steps() -> None:
    """Binomial test for each mask, at a chance of one in a million of a false alarm."""
    spec = registry.build("mlp")
    first, second = initial.masks(spec, 64, 0, 0), initial.masks(spec, 64, 0, 1)
    for name, mask in first.items():
        dropped = int(np.sum(mask == 0))
        rate = spec.masks[name].drop_rate
        assert stats.binomtest(dropped, mask.size, rate).pvalue > 1e-6
        assert np.any(mask != second[name])


def test_random_inputs_keep_to_their_range() -> None:
    """Integers reach both ends of [0, below)."""
    spec = registry.build("transformer", "tiny")
    tokens = initial.random_inputs(spec, 64)["tokens"]
    assert tokens.min() == 0
    assert tokens.max() == 10
    assert set(np.unique(initial.random_target(spec, 64))) == {0, 1, 2}
