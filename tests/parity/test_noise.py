"""The computed bound: wide enough for honest rounding, narrow enough for a fault."""

from __future__ import annotations

from contextlib import nullcontext

import attrs
import numpy as np
import pytest

from zoo.dtypes import DTYPES
from zoo.models import registry
from zoo.oracle import Format, Rounding, kinks
from zoo.oracle.rounding import rounded
from zoo.parity.case import Seen, make_case, seen_by_oracle
from zoo.parity.compare import AGREES, Row, compare
from zoo.parity.noise import MARGIN, SAMPLES, grain, movement, noise

CELL = Row("m", "b", "eager", "float32")
KEY = ("evaluation", "output", "output")


@pytest.mark.parametrize("model", registry.MODELS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_another_honest_computation_agrees(model: str, dtype: str) -> None:
    """The oracle with real rounding noise of one unit stays within the bound, for several seeds."""
    case = make_case(registry.build(model, "tiny"), batch=4)
    exact = seen_by_oracle(case)
    moved = noise(case, exact, dtype)
    for seed in range(100, 104):
        rows = compare(CELL, exact, moved, seen_by_oracle(case, Rounding(DTYPES[dtype].unit, seed)))
        assert all(row.verdict == AGREES for row in rows)


@pytest.mark.parametrize("model", registry.MODELS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_in_the_dtype_itself_agrees(model: str, dtype: str) -> None:
    """Arithmetic that rounds for real, also in half precision, and no generator of noise."""
    case = make_case(registry.build(model, "tiny"), batch=4, dtype=dtype)
    exact = seen_by_oracle(case)
    in_numpy = seen_by_oracle(case, Format(dtype))
    rows = compare(CELL, exact, noise(case, exact, dtype), in_numpy)
    assert {row.verdict for row in rows} == {AGREES}


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_a_fault_larger_than_half_precision_stands_out(dtype: str) -> None:
    """Batch norm's epsilon 1e-5 read as one."""
    spec = registry.build("mlp", "tiny")
    case = make_case(spec, batch=16, dtype=dtype)
    exact = seen_by_oracle(case)
    changed = attrs.evolve(case, spec=type(spec).from_json(spec.to_json().replace("1e-05", "1.0")))
    rows = compare(CELL, exact, noise(case, exact, dtype), seen_by_oracle(changed))
    bad = {(row.phase, row.quantity) for row in rows if row.verdict != AGREES}
    assert ("evaluation", "output") in bad


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_small_change_of_meaning_does_not(dtype: str) -> None:
    """Batch norm's epsilon 1e-5 read as 1e-3, in one layer, stands out in both dtypes."""
    spec = registry.build("mlp", "tiny")
    case = make_case(spec, batch=4)
    exact = seen_by_oracle(case)
    changed = attrs.evolve(
        case, spec=type(spec).from_json(spec.to_json().replace("1e-05", "0.001"))
    )
    assert changed.spec != spec
    rows = compare(CELL, exact, noise(case, exact, dtype), seen_by_oracle(changed))
    bad = {(row.phase, row.quantity) for row in rows if row.verdict != AGREES}
    assert ("evaluation", "output") in bad
    assert ("training", "parameter-gradient") in bad


def test_the_bound_grows_with_the_unit() -> None:
    """Float32 is allowed about 2**29 times what float64 is."""
    case = make_case(registry.build("lenet5", "tiny"), batch=4)
    exact = seen_by_oracle(case)
    single, double = noise(case, exact, "float32"), noise(case, exact, "float64")
    ratios = [single[key].max() / double[key].max() for key in exact if double[key].max()]
    assert 2**26 < np.median(ratios) < 2**32


def test_a_tensor_that_is_zero_in_theory_is_judged_by_its_noise() -> None:
    """A bias before batch norm has no gradient; its rounding residue must not count as a fault."""
    from tests.conformance.cases import CASES

    case = make_case(CASES["batch_norm_of_images"], batch=4)
    exact = seen_by_oracle(case)
    moved = noise(case, exact, "float64")
    other = seen_by_oracle(case, Rounding(DTYPES["float64"].unit, 77))
    assert all(row.verdict == AGREES for row in compare(CELL, exact, moved, other))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("side", [1, -1])
def test_noise_takes_both_sides_of_a_near_kink(dtype: str, side: int) -> None:
    """One sample falls on the exact side with probability 1/2, three with 1/8: forty all cross."""
    near = side * grain(dtype) / 100
    for samples_before in range(40):

        def slope(rounding: Rounding | None = None, skipped: int = samples_before) -> Seen:
            with rounding.active() if rounding else nullcontext():
                for _ in range(skipped):
                    rounded(np.ones(4))
                x = rounded(np.ones(1)) - 1.0 + near
            kinks.at_zero(np.append(x, 1.0))
            return {KEY: (x > 0).astype(float)}

        assert movement(slope, slope(), dtype)[KEY] == 1.0


@pytest.mark.parametrize(("distance", "runs"), [(0.5, 2 * SAMPLES), (2.0, SAMPLES)])
def test_noise_is_not_doubled_far_from_kinks(distance: float, runs: int) -> None:
    """The runs with opposite noise are there for kinks alone."""
    seen = []

    def run(rounding: Rounding) -> Seen:
        seen.append(rounding)
        kinks.at_zero(np.array([distance * MARGIN * grain("float64"), 1.0]))
        return {KEY: np.zeros(1)}

    movement(run, {KEY: np.zeros(1)}, "float64")
    assert len(set(seen)) == len(seen) == runs


def test_a_relu_of_resnet20_that_rounding_flips() -> None:
    """Its input is 5e-8 of its tensor; three samples, none of which crosses, took it for wrong."""
    case = make_case(registry.build("resnet20"), batch=4, steps=1, dtype="float32")
    exact = seen_by_oracle(case)
    moved = noise(case, exact, "float32")
    key = ("evaluation", "parameter-gradient", "layer1.1.conv2.weight")
    assert moved[key] > 0.004 * np.abs(exact[key]).max()
