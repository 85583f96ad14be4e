"""Runs a whole model in float64: output, gradients, training.

States and masks have their full names (`layer1.0.conv1.weight`, `dropout1.mask`); inputs,
targets and masks have the batch in front. All functions raise UsageError, in one line that names
the array, for arrays that are missing, unknown, of the wrong shape or not finite, for integers
out of range, and for a batch norm that would train on one value a channel. Masks are given in
training mode and only there. With a `Rounding`, the result is one sample of how rounding
could move it; with a `Format`, what NumPy gives in that dtype.
"""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from typing import Any, ContextManager, Iterable, Iterator, Mapping, NamedTuple

import numpy as np

from zoo.errors import UsageError
from zoo.oracle.base import Array, Arrays, Formula, Given, Result
from zoo.oracle.checks import (
    checked_inputs,
    checked_kept,
    checked_masks,
    checked_state,
    checked_target,
)
from zoo.oracle.optimization import Optimization
from zoo.oracle.rounding import Format, Rounding, rounded
from zoo.oracle.stack import Stack
from zoo.oracle.sums import mean
from zoo.oracle.table import LOSSES, formula_of
from zoo.spec.graph import FlatNode, Spec


class Gradients(NamedTuple):
    """One backward pass.

    Attributes:
        output: of the model.
        loss: its mean over the batch.
        inputs: gradient of the loss by each float input's name.
        parameters: gradient of the loss by each parameter's full name.
        statistics: running statistics afterwards, by full name; evaluation leaves them as given.
    """

    output: Array
    loss: float
    inputs: dict[str, Array]
    parameters: dict[str, Array]
    statistics: dict[str, Array]


class Passed(NamedTuple):
    """Of every layer by path: its output, and the gradient of the loss by it."""

    values: dict[str, Array]
    gradients: dict[str, Array]


class Trained(NamedTuple):
    """What some optimizer steps lead to.

    Attributes:
        losses: of each step, before its update, the mean over its micro-batches; shape (steps,).
        state: parameters and statistics by full name.
        optimizer_state: by `<parameter>.<name>`, for example `conv1.weight.velocity`, and the
            number of steps taken as `step`.
    """

    losses: Array
    state: dict[str, Array]
    optimizer_state: dict[str, Array]


class Trajectory(NamedTuple):
    """What every one of some optimizer steps leads to; each array has a leading axis of steps.

    Attributes:
        first: the backward pass over the first batch, before any step.
        losses, states, optimizer_states: as in `Trained`, after each step.
    """

    first: Gradients
    losses: Array
    states: dict[str, Array]
    optimizer_states: dict[str, Array]


class Step(NamedTuple):
    """One batch; with accumulation, one micro-batch of an optimizer step."""

    inputs: Mapping[str, Any]
    target: Any
    masks: Mapping[str, Any] | None = None


def evaluate(
    spec: Spec,
    state: Mapping[str, Any],
    inputs: Mapping[str, Any],
    *,
    training: bool = False,
    masks: Mapping[str, Any] | None = None,
    rounding: Rounding | Format | None = None,
) -> Array:
    """The model's output, (batch, ...)."""
    checked = checked_inputs(spec, inputs)
    dropped = checked_masks(spec, masks, _batch(checked), training)
    with _noise(rounding):
        run = _forward(
            spec, _each(checked_state(spec, state)), _each(checked), dropped, training, keep=False
        )
    return np.array(run.output)


def gradients(
    spec: Spec,
    state: Mapping[str, Any],
    inputs: Mapping[str, Any],
    target: Any,
    *,
    training: bool,
    masks: Mapping[str, Any] | None = None,
    rounding: Rounding | Format | None = None,
    formulas: Mapping[str, Formula] | None = None,
) -> Gradients:
    """Output, loss, gradients of every float input and parameter, and running statistics.

    With `formulas`, some layers, by path, compute something else than the oracle.
    """
    with _noise(rounding):
        rounded_state = _each(checked_state(spec, state))
        step = Step(inputs, target, masks)
        return _gradients(spec, rounded_state, step, training, formulas)


def passed(
    spec: Spec,
    state: Mapping[str, Any],
    inputs: Mapping[str, Any],
    target: Any,
    *,
    training: bool,
    masks: Mapping[str, Any] | None = None,
) -> Passed:
    """What goes through every layer, forward and backward."""
    found = Passed({}, {})
    given = _each(checked_state(spec, state))
    _gradients(spec, given, Step(inputs, target, masks), training, passed=found)
    return found


def train(
    spec: Spec,
    state: Mapping[str, Any],
    steps: Iterable[tuple[Mapping[str, Any], Any, Mapping[str, Any] | None]],
    *,
    optimizer_state: Mapping[str, Any] | None = None,
    rounding: Rounding | Format | None = None,
) -> Trained:
    """Optimizer steps in training mode, one for each (inputs, target, masks).

    Where the specification accumulates gradients, so many batches in a row make one step: their
    gradients are averaged, the running statistics move with each.

    Args:
        optimizer_state: of an earlier call that this one continues; else training starts.
    """
    with _noise(rounding):
        now = _each(checked_state(spec, state))
        optimization = Optimization(spec)
        if optimizer_state is not None:
            kept, optimization.steps = checked_kept(spec, optimizer_state, optimization.kept)
            optimization.kept = _each(kept)
        losses = [_loss(found) for found in _steps(spec, now, optimization, steps)]
    taken = {"step": np.asarray(optimization.steps)}
    return Trained(np.array(losses), now, {**optimization.kept, **taken})


def trajectory(
    spec: Spec,
    state: Mapping[str, Any],
    steps: Iterable[tuple[Mapping[str, Any], Any, Mapping[str, Any] | None]],
    *,
    rounding: Rounding | Format | None = None,
) -> Trajectory:
    """As `train`, with what holds after each step; one step at least."""
    steps = list(steps)
    count = len(steps) // spec.accumulate
    states, kept, losses, first = Stack(count), Stack(count), [], None
    with _noise(rounding):
        now = _each(checked_state(spec, state))
        optimization = Optimization(spec)
        for found in _steps(spec, now, optimization, steps):
            first = first or found[0]
            losses.append(_loss(found))
            states.add(now)
            kept.add({**optimization.kept, "step": np.asarray(optimization.steps)})
    if first is None:
        raise UsageError(f"{spec.name}: a trajectory has one step at least, got none")
    return Trajectory(first, np.array(losses), states.arrays, kept.arrays)


def _steps(
    spec: Spec,
    now: dict[str, Array],
    optimization: Optimization,
    steps: Iterable[tuple[Mapping[str, Any], Any, Mapping[str, Any] | None]],
) -> Iterator[list[Gradients]]:
    """Of each optimizer step its backward passes, once `now` and `optimization` are after it."""
    micro_batches = []
    for step in steps:
        found = _gradients(spec, now, Step(*step), True)
        now.update(found.statistics)
        micro_batches.append(found)
        if len(micro_batches) == spec.accumulate:
            now.update(optimization.step(now, _averaged(micro_batches)))
            yield micro_batches
            micro_batches = []
    if micro_batches:
        raise UsageError(
            f"{spec.name}: {spec.accumulate} micro-batches make one step, "
            f"{len(micro_batches)} are left over; give as many as make whole steps"
        )


def _loss(micro_batches: list[Gradients]) -> float:
    return float(np.mean([each.loss for each in micro_batches]))


def _averaged(micro_batches: list[Gradients]) -> dict[str, Array]:
    """The parameters' gradients."""
    if len(micro_batches) == 1:
        return micro_batches[0].parameters
    return {
        name: rounded(mean(np.stack([each.parameters[name] for each in micro_batches]), [0]))
        for name in micro_batches[0].parameters
    }


class _Run(NamedTuple):
    output: Array
    saved: dict[str, Any]
    statistics: dict[str, Array]


def _forward(
    spec: Spec,
    state: Arrays,
    inputs: Arrays,
    masks: Arrays,
    training: bool,
    *,
    keep: bool,
    formulas: Mapping[str, Formula] | None = None,
    passed: Passed | None = None,
) -> _Run:
    """With `keep`, what the ops save for `_backward` is kept; values go after their last use."""
    values, saved, statistics = dict(inputs), {}, {}
    uses = Counter(source for node in spec.nodes for source in node.inputs)
    uses[spec.output_path] += 1
    for node in spec.nodes:
        formula = (formulas or {}).get(node.path) or formula_of(node.op)
        result = _node_forward(spec.name, node, formula, values, state, masks, training)
        values[node.path] = rounded(result.output)
        if passed is not None:
            passed.values[node.path] = values[node.path]
        if keep:
            saved[node.path] = (formula, result.saved)
        for name, array in result.statistics.items():
            statistics[f"{node.path}.{name}"] = rounded(array)
        uses.subtract(node.inputs)
        for name in {node.path, *node.inputs}:
            if not uses[name]:
                del values[name]
    return _Run(values[spec.output_path], saved, statistics)


def _node_forward(
    model: str,
    node: FlatNode,
    formula: Formula,
    values: Arrays,
    state: Arrays,
    masks: Arrays,
    training: bool,
) -> Result:
    given = Given(
        [values[source] for source in node.inputs],
        {s.name: state[f"{node.path}.{s.name}"] for s in node.states()},
        {m.name: masks[f"{node.path}.{m.name}"] for m in node.masks()} if training else {},
        training,
    )
    try:
        return formula.forward(given)
    except UsageError as error:
        raise UsageError(f"{model}: {node.path}: {error}") from None


def _gradients(
    spec: Spec,
    state: Arrays,
    step: Step,
    training: bool,
    formulas: Mapping[str, Formula] | None = None,
    passed: Passed | None = None,
) -> Gradients:
    inputs = checked_inputs(spec, step.inputs)
    target = checked_target(spec, step.target, _batch(inputs))
    masks = checked_masks(spec, step.masks, _batch(inputs), training)
    run = _forward(
        spec, state, _each(inputs), masks, training, keep=True, formulas=formulas, passed=passed
    )
    loss, grad = LOSSES[spec.loss.kind].loss(spec.loss, run.output, rounded(target))
    grads, parameters = _backward(spec, run.saved, rounded(grad), passed)
    before = {n: state[n] for n, declared in spec.states.items() if declared.role == "statistic"}
    return Gradients(
        np.array(run.output),
        float(rounded(loss)),
        {node.name: np.array(grads[node.name]) for node in spec.inputs if node.name in grads},
        {name: parameters[name] for name in spec.states if name in parameters},
        {**before, **run.statistics},
    )


def _backward(
    spec: Spec,
    saved: dict[str, tuple[Formula, Any]],
    grad: Array,
    passed: Passed | None = None,
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Gradients of the inputs by name, and of the parameters by full name."""
    grads, parameters = {spec.output_path: grad}, {}
    for node in reversed(spec.nodes):
        (formula, kept), grad = saved.pop(node.path), grads.pop(node.path)
        if passed is not None:
            passed.gradients[node.path] = grad
        found = formula.backward(grad, kept)
        for source, part in zip(node.inputs, found.inputs):
            if part is not None:
                part = rounded(part)
                grads[source] = rounded(grads[source] + part) if source in grads else part
        for name, part in found.parameters.items():
            parameters[f"{node.path}.{name}"] = rounded(part)
    return grads, parameters


def _batch(inputs: Arrays) -> int:
    return len(next(iter(inputs.values())))


def _each(arrays: Arrays) -> dict[str, Array]:
    return {name: rounded(array) for name, array in arrays.items()}


def _noise(rounding: Rounding | Format | None) -> ContextManager[None]:
    return rounding.active() if rounding else nullcontext()
