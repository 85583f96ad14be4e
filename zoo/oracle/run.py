"""Runs a specification in float64 NumPy: outputs, gradients, statistics, training."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, Iterable, Mapping, NamedTuple

import numpy as np

from zoo.errors import UsageError
from zoo.oracle.base import Array
from zoo.oracle.rounding import Rounding, exact
from zoo.spec.graph import FlatNode, Spec
from zoo.spec.op import State

Named = Mapping[str, Array]


class Gradients(NamedTuple):
    """One forward and backward pass.

    Attributes:
        output: of the model, the batch in front.
        loss: its value, a mean over the batch.
        inputs: d loss / d input for each float input, by name.
        parameters: d loss / d parameter, by full name.
        statistics: running statistics after the pass, by full name.
    """

    output: Array
    loss: float
    inputs: dict[str, Array]
    parameters: dict[str, Array]
    statistics: dict[str, Array]


class Training(NamedTuple):
    """Losses of the steps, and states and optimizer states after them, by full name."""

    losses: list[float]
    state: dict[str, Array]
    optimizer_state: dict[str, Array]


def module(kind: str) -> Any:
    """The oracle's file of an op, a loss or an optimizer."""
    return import_module(f"zoo.oracle.{kind}")


def evaluate(
    spec: Spec,
    state: Named,
    inputs: Named,
    *,
    training: bool = False,
    masks: Named | None = None,
    rounding: Rounding | None = None,
) -> Array:
    """The model's output, float64, the batch in front.

    Raises:
        UsageError: an array is missing, too much, mis-shaped, not finite or out of range.
    """
    values, _, _ = _forward(spec, state, inputs, training, masks or {}, rounding or exact)
    return values[spec.output_path]


def gradients(
    spec: Spec,
    state: Named,
    inputs: Named,
    target: Array,
    *,
    training: bool,
    masks: Named | None = None,
    rounding: Rounding | None = None,
) -> Gradients:
    """One forward and backward pass; `training` chooses batch statistics and dropout.

    Args:
        state: parameters and statistics by full name.
        inputs: by name, the batch in front.
        target: of the loss, the batch in front.
        masks: dropout masks by full name, the batch in front; all ones if left out.
        rounding: perturbs every result.

    Raises:
        UsageError: an array is missing, too much, mis-shaped, not finite or out of range.
    """
    perturb = rounding or exact
    values, saved, statistics = _forward(spec, state, inputs, training, masks or {}, perturb)
    output = values[spec.output_path]
    _check_target(spec, target, len(output))
    loss, grad = module(spec.loss.kind).loss(output, target)
    flowing: dict[str, Array] = {spec.output_path: perturb(grad)}
    parameters: dict[str, Array] = {}
    for node in reversed(spec.nodes):
        if node.path not in flowing:
            parameters.update(_zeros(node))
            continue
        upstream = flowing.pop(node.path)
        found, own = module(node.op.kind).backward(node.op, upstream, saved[node.path])
        for name, array in own.items():
            parameters[f"{node.path}.{name}"] = perturb(array)
        for path, array in zip(node.inputs, found):
            if array is not None:
                array = perturb(array)
                flowing[path] = flowing[path] + array if path in flowing else array
    floats = [node for node in spec.inputs if node.type.dtype == "float"]
    by_input = {n.name: flowing.get(n.name, np.zeros(inputs[n.name].shape)) for n in floats}
    ordered = {name: parameters[name] for name in spec.states if name in parameters}
    unchanged = {n: state[n] for n, s in spec.states.items() if s.role == "statistic"}
    kept = {**unchanged, **statistics}
    return Gradients(output, float(perturb(np.asarray(loss))), by_input, ordered, kept)


def train(
    spec: Spec,
    state: Named,
    batches: Iterable[tuple[Named, Array, Named]],
    *,
    optimizer_state: Named | None = None,
    rounding: Rounding | None = None,
) -> Training:
    """Optimizer steps on batches of (inputs, target, masks), in training mode.

    `optimizer_state` continues an earlier run; its names are `<parameter>.<name>`.
    """
    perturb = rounding or exact
    optimizer = module(spec.optimizer.kind)
    current = {name: np.asarray(array, np.float64) for name, array in state.items()}
    trained = [name for name, s in spec.states.items() if s.role == "parameter"]
    kept = dict(optimizer_state or {})
    for name in () if optimizer_state else trained:
        started = optimizer.start(current[name])
        kept.update({f"{name}.{part}": array for part, array in started.items()})
    parts = list(optimizer.start(np.zeros(())))
    losses = []
    for inputs, target, masks in batches:
        found = gradients(
            spec, current, inputs, target, training=True, masks=masks, rounding=rounding
        )
        losses.append(found.loss)
        current.update(found.statistics)
        for name in trained:
            own = {part: kept[f"{name}.{part}"] for part in parts}
            new, own = optimizer.update(spec.optimizer, current[name], found.parameters[name], own)
            current[name] = perturb(new)
            kept.update({f"{name}.{part}": perturb(array) for part, array in own.items()})
    return Training(losses, current, kept)


def _forward(
    spec: Spec,
    state: Named,
    inputs: Named,
    training: bool,
    masks: Named,
    perturb: Callable[[Array], Array],
) -> tuple[dict[str, Array], dict[str, Any], dict[str, Array]]:
    batch = _check_inputs(spec, inputs)
    _check_state(spec.states, state)
    _check_masks(spec, masks, batch)
    values = {
        node.name: perturb(np.asarray(inputs[node.name], _dtype(node.type.dtype)))
        for node in spec.inputs
    }
    rounded = {name: perturb(np.asarray(array, np.float64)) for name, array in state.items()}
    saved: dict[str, Any] = {}
    statistics: dict[str, Array] = {}
    for node in spec.nodes:
        own = {s.name: rounded[f"{node.path}.{s.name}"] for s in node.states()}
        given = {
            m.name: masks.get(f"{node.path}.{m.name}", np.ones((batch, *m.shape)))
            for m in node.masks()
        }
        result = module(node.op.kind).forward(
            node.op, [values[path] for path in node.inputs], own, training=training, masks=given
        )
        values[node.path], saved[node.path] = perturb(result.output), result.saved
        for name, array in result.statistics.items():
            statistics[f"{node.path}.{name}"] = perturb(array)
    return values, saved, statistics


def _zeros(node: FlatNode) -> dict[str, Array]:
    """Gradients of a node that the loss does not depend on."""
    trained = [s for s in node.states() if s.role == "parameter"]
    return {f"{node.path}.{s.name}": np.zeros(s.shape) for s in trained}


def _dtype(word: str) -> type:
    return np.float64 if word == "float" else np.int64


def _check_inputs(spec: Spec, inputs: Named) -> int:
    _check_names("input", [node.name for node in spec.inputs], inputs)
    batch = len(inputs[spec.inputs[0].name])
    for node in spec.inputs:
        array = np.asarray(inputs[node.name])
        _check_array(f"input {node.name}", array, (batch, *node.type.shape))
        below: Any = node.op.attributes()["below"]
        if below and (array.dtype.kind not in "iu" or array.min() < 0 or array.max() >= below):
            raise UsageError(
                f"input {node.name} must hold integers from 0 to {below - 1}, "
                f"got {array.dtype} from {array.min()} to {array.max()}"
            )
    return batch


def _check_state(states: Mapping[str, State], given: Named) -> None:
    _check_names("state", list(states), given)
    for name, state in states.items():
        _check_array(f"state {name}", np.asarray(given[name]), state.shape)


def _check_masks(spec: Spec, masks: Named, batch: int) -> None:
    unknown = sorted(set(masks) - set(spec.masks))
    if unknown:
        raise UsageError(f"mask {unknown[0]}: the model {spec.name} has no such dropout")
    for name, array in masks.items():
        _check_array(f"mask {name}", np.asarray(array), (batch, *spec.masks[name].shape))


def _check_target(spec: Spec, target: Array, batch: int) -> None:
    type = spec.loss.target(spec.output_type)
    _check_array("target", np.asarray(target), (batch, *type.shape))
    classes = spec.output_type.shape[-1] if spec.output_type.shape else 0
    if type.dtype == "int" and not (target.min() >= 0 and target.max() < classes):
        raise UsageError(
            f"target must hold labels from 0 to {classes - 1}, got {target.min()} to {target.max()}"
        )


def _check_names(what: str, wanted: list[str], given: Named) -> None:
    missing, extra = sorted(set(wanted) - set(given)), sorted(set(given) - set(wanted))
    if missing or extra:
        clauses = [
            f"{word} {names[0]}"
            for word, names in (("missing", missing), ("unknown", extra))
            if names
        ]
        raise UsageError(f"{what}: {' and '.join(clauses)}; the model has {len(wanted)} of them")


def _check_array(what: str, array: Array, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise UsageError(f"{what} must have the shape {shape}, got {array.shape}")
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise UsageError(f"{what} must be finite, got NaN or infinity")
