"""The noise: its size, its seed, its reach."""

from __future__ import annotations

import numpy as np

from tests.oracle.checking import normal
from zoo.oracle.rounding import Format, Rounding, rounded

X = normal(10_000)


def test_nothing_happens_unless_it_is_active() -> None:
    """The same array, and again after the context, also after an error within."""
    assert rounded(X) is X
    try:
        with Rounding(1e-3, 0).active():
            raise ValueError
    except ValueError:
        assert rounded(X) is X


def test_noise_is_uniform_within_half_a_unit() -> None:
    """Relative, no larger than half a unit, and without bias."""
    with Rounding(1e-3, 0).active():
        noise = rounded(X) / X - 1.0
    assert 0.499e-3 < np.max(np.abs(noise)) <= 0.5e-3 * (1 + 1e-9)
    assert abs(np.mean(noise)) < 5e-3 / np.sqrt(12 * X.size)
    np.testing.assert_allclose(np.std(noise), 1e-3 / np.sqrt(12), rtol=0.05)


def test_noise_grows_with_the_root_of_the_terms() -> None:
    """A sum of 400 terms has about ten times the noise."""
    with Rounding(1e-3, 0).active():
        ratio = np.std(rounded(X, 400) / X) / np.std(rounded(X) / X)
    np.testing.assert_allclose(ratio, np.sqrt(101), rtol=0.05)


def test_sums_may_be_made_in_a_finer_format() -> None:
    """Then many terms add next to nothing to the noise of a coarse one."""
    with Rounding(1e-2, 0, sums=1e-6).active():
        ratio = np.std(rounded(X, 400) / X) / np.std(rounded(X) / X)
    np.testing.assert_allclose(ratio, 1, rtol=0.05)


def test_near_zero_the_spacing_is_that_of_the_smallest_numbers() -> None:
    """Noise of half a spacing there, relative noise elsewhere, and none at zero itself."""
    x = np.array([0.0, 1e-9, 1.0])
    with Rounding(1e-3, 0, smallest=1e-6).active():
        noise = np.array([rounded(x) - x for _ in range(1000)])
    widest = np.max(np.abs(noise), axis=0)
    assert widest[0] == 0
    assert 0.49e-6 < widest[1] <= 0.5e-6
    assert 0.49e-3 < widest[2] <= 0.5e-3


def test_a_format_rounds_as_numpy_does() -> None:
    """Float16 as NumPy casts, bfloat16 to the nearest number of seven bits of fraction."""
    with Format("float16").active():
        np.testing.assert_array_equal(rounded(X), X.astype(np.float16).astype(np.float32))
    fraction, exponent = np.frexp(X)
    nearest = np.ldexp(np.rint(fraction * 256) / 256, exponent)
    with Format("bfloat16").active():
        np.testing.assert_array_equal(rounded(X), nearest)
    with Format("float32").active():
        assert rounded(X).dtype == np.float32


def test_a_seed_names_a_sample() -> None:
    """The same seed gives the same noise, another seed or a second call another."""
    with Rounding(1e-3, 5).active():
        first, second = rounded(X), rounded(X)
    with Rounding(1e-3, 5).active():
        again = rounded(X)
    with Rounding(1e-3, 6).active():
        other = rounded(X)
    np.testing.assert_array_equal(first, again)
    assert np.all(first != second)
    assert np.all(first != other)


def test_opposite_noise_moves_the_other_way() -> None:
    """Call by call, and as far, but for one of the 2**16 values that a perturbation can have."""
    with Rounding(1e-3, 5, smallest=1e-6).active():
        there = [rounded(X) - X for _ in range(2)]
    with Rounding(1e-3, 5, smallest=1e-6, opposite=True).active():
        back = [rounded(X) - X for _ in range(2)]
    assert np.abs(there).max() > 1e-4
    np.testing.assert_allclose(back, np.negative(there), atol=2.0**-16 * 1e-3 * np.abs(X).max())


def test_integers_and_shapes_are_kept() -> None:
    """Labels and tokens are exact; scalars stay scalars."""
    with Rounding(1e-3, 0).active():
        np.testing.assert_array_equal(rounded(np.arange(5)), np.arange(5))
        assert rounded(2.0).shape == ()
