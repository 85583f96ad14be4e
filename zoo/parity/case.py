"""What is compared: one model with a state, batches and masks, and everything seen of it.

Three phases: `evaluation` (running statistics, no dropout), `training` (batch statistics, given
masks) and `steps` (optimizer steps on different batches). What is seen, by the oracle or by a
framework, is a flat table from (phase, quantity, tensor) to an array; those of the phase `steps`
have a leading axis, an entry after each step.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

import attrs
import numpy as np
from numpy.typing import NDArray

from zoo import oracle
from zoo.dtypes import representable
from zoo.oracle import Format, Gradients, Rounding
from zoo.oracle.stack import Stack
from zoo.parity.emission import PLAIN, Emission
from zoo.spec import initial
from zoo.spec.graph import Spec
from zoo.worker.session import Session

Array = NDArray[Any]
Key = Tuple[str, str, str]
Seen = Dict[Key, Array]


@attrs.frozen(eq=False)
class Case:
    """A model and all the numbers that go into it; the same for the oracle and every framework.

    Attributes:
        spec: the model.
        batch: examples in each batch.
        state: parameters and statistics, nothing of them zero or one.
        batches: inputs, target and masks of each step (of each micro-batch of each step, where
            gradients are accumulated); the first serves the other phases.
    """

    spec: Spec
    batch: int
    state: Mapping[str, Array]
    batches: Tuple[Tuple[Mapping[str, Array], Array, Mapping[str, Array]], ...]


def make_case(
    spec: Spec, *, batch: int = 8, steps: int = 3, seed: int = 0, dtype: str = "float64"
) -> Case:
    """Random inputs, targets, masks and a state that hides no fault; the dtype holds them all."""

    def held(arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {name: representable(array, dtype) for name, array in arrays.items()}

    batches = tuple(
        (
            held(initial.random_inputs(spec, batch, seed, step)),
            representable(initial.random_target(spec, batch, seed, step), dtype),
            initial.masks(spec, batch, seed, step),
        )
        for step in range(max(1, steps) * spec.accumulate)
    )
    return Case(spec, batch, held(initial.generic_state(spec, seed)), batches)


def least_batch(spec: Spec) -> int:
    """Two if a batch norm would train on one value for each channel otherwise."""
    norms = (node.type for node in spec.nodes if node.op.kind == "batch_norm")
    return 2 if any(type.elements == type.shape[0] for type in norms) else 1


def seen_by_oracle(case: Case, rounding: Rounding | Format | None = None) -> Seen:
    """What the float64 oracle gives; with `rounding`, how that moves it."""
    spec, state = case.spec, case.state
    inputs, target, _ = case.batches[0]
    still = oracle.gradients(spec, state, inputs, target, training=False, rounding=rounding)
    trained = oracle.trajectory(spec, state, case.batches, rounding=rounding)
    return {
        **gradients_seen("evaluation", still),
        **gradients_seen("training", trained.first),
        **_steps(spec, trained.losses, trained.states, trained.optimizer_states),
    }


def seen_by(case: Case, session: Session, dtype: str, emission: Emission = PLAIN) -> Seen:
    """What a framework gives.

    The evaluation phase runs the plain source. If the model has dropout, the other phases run the
    same source with given masks in its place.
    """
    spec, (inputs, target, masks) = case.spec, case.batches[0]
    _load(session, case, dtype, None, emission)
    seen = gradients_seen("evaluation", session.gradients(inputs, target, training=False))
    if spec.masks:
        _load(session, case, dtype, case.batch, emission)
        session.write(masks)
    seen.update(gradients_seen("training", session.gradients(inputs, target, training=True)))
    session.write(case.state)
    count = len(case.batches) // spec.accumulate
    states, kept, losses = Stack(count), Stack(count), []
    for first in range(0, len(case.batches), spec.accumulate):
        batches = case.batches[first : first + spec.accumulate]
        given, dropped = Stack(len(batches)), Stack(len(batches))
        for inputs, _, masks in batches:
            given.add(inputs)
            dropped.add(masks)
        target = np.stack([batch[1] for batch in batches])
        losses.append(np.mean(session.train(given.arrays, target, dropped.arrays)))
        states.add(session.state())
        kept.add(session.optimizer_state())
    seen.update(_steps(spec, np.array(losses), states.arrays, kept.arrays))
    return seen


def _load(
    session: Session, case: Case, dtype: str, mask_batch: int | None, emission: Emission
) -> None:
    emitted = emission.emit(session.target.backend, case.spec, mask_batch)
    session.load(case.spec, case.state, dtype=dtype, mask_batch=mask_batch, emitted=emitted)


def gradients_seen(phase: str, found: Gradients) -> Seen:
    seen: Seen = {
        (phase, "output", "output"): np.asarray(found.output),
        (phase, "loss", "loss"): np.asarray(found.loss),
    }
    for name, array in found.inputs.items():
        seen[phase, "input-gradient", name] = array
    for name, array in found.parameters.items():
        seen[phase, "parameter-gradient", name] = array
    for name, array in found.statistics.items():
        seen[phase, "statistic", name] = array
    return seen


def _steps(
    spec: Spec, losses: Array, states: Mapping[str, Array], kept: Mapping[str, Array]
) -> Seen:
    seen: Seen = {("steps", "loss", "loss"): losses}
    for name in filter(states.__contains__, spec.states):
        seen["steps", spec.states[name].role, name] = states[name]
    for name, array in kept.items():
        if name != "step":
            seen["steps", "optimizer-state", name] = array
    return seen
