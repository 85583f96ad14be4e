"""Checks what the oracle is given and makes it float64 (integers int64) before anything runs.

Every error is one line that names the array and both shapes.
"""

from __future__ import annotations

from typing import Any, Mapping, NoReturn

import numpy as np

from zoo.errors import UsageError, nearest, shown
from zoo.oracle.base import NOTHING, Array, Arrays
from zoo.spec.graph import Spec
from zoo.spec.op import TensorType


def checked_state(spec: Spec, given: Mapping[str, Any]) -> dict[str, Array]:
    """Parameters and statistics by full name."""
    shapes = {name: state.shape for name, state in spec.states.items()}
    return _named(spec, "state", given, shapes)


def checked_inputs(spec: Spec, given: Mapping[str, Any]) -> dict[str, Array]:
    """Inputs by name; all have the same batch."""
    _names(spec, "input", given, [node.name for node in spec.inputs])
    made: dict[str, Array] = {}
    for node in spec.inputs:
        below: Any = node.op.attributes()["below"]
        batch = len(next(iter(made.values()))) if made else None
        what = f"{spec.name}: input {node.name!r}"
        made[node.name] = _batched(what, given[node.name], node.type, batch, below)
    return made


def checked_masks(
    spec: Spec, given: Mapping[str, Any] | None, batch: int, training: bool
) -> Arrays:
    """Masks of 0 and 1 by full name; there are none in evaluation mode."""
    if not training:
        if given:
            _fail(f"{spec.name}: masks act only in training mode, got {', '.join(given)}")
        return NOTHING
    shapes = {name: (batch, *mask.shape) for name, mask in spec.masks.items()}
    made = _named(spec, "mask", given or {}, shapes)
    for name, mask in made.items():
        if not np.all((mask == 0) | (mask == 1)):
            _fail(f"{spec.name}: mask {name!r} must hold only 0 and 1")
    return made


def checked_target(spec: Spec, given: Any, batch: int) -> Array:
    """Targets of the loss; labels lie in [0, classes)."""
    type = spec.loss.target(spec.output_type)
    classes = spec.output_type.shape[-1] if type.dtype == "int" else 0
    return _batched(f"{spec.name}: target", given, type, batch, classes)


def checked_kept(
    spec: Spec, given: Mapping[str, Any], wanted: Arrays
) -> tuple[dict[str, Array], int]:
    """What an optimizer keeps, by `<parameter>.<name>`, and the number of steps it has taken."""
    what = "optimizer state"
    _names(spec, what, given, [*wanted, "step"])
    step = np.asarray(given["step"])
    if step.shape or step.dtype.kind not in "iu" or step < 0:
        _fail(f"{spec.name}: {what} 'step' must be a whole number from 0, got {shown(step)}")
    arrays = {name: given[name] for name in wanted}
    return _named(spec, what, arrays, {n: a.shape for n, a in wanted.items()}), int(step)


def _named(
    spec: Spec, what: str, given: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, Array]:
    _names(spec, what, given, list(shapes))
    return {
        name: _floats(f"{spec.name}: {what} {name!r}", given[name], shape)
        for name, shape in shapes.items()
    }


def _names(spec: Spec, what: str, given: Mapping[str, Any], wanted: list[str]) -> None:
    missing = [name for name in wanted if name not in given]
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        _fail(f"{spec.name}: {what} {missing[0]!r} is missing{more}")
    for name in given:
        if name not in wanted:
            hint = nearest(str(name), wanted) if wanted else "there is none"
            _fail(f"{spec.name}: no {what} {str(name)!r}; {hint}")


def _batched(what: str, given: Any, type: TensorType, batch: int | None, below: int) -> Array:
    array = np.asarray(given)
    size: Any = "batch" if batch is None else batch
    if array.ndim == 0 or len(array) == 0 or (batch is not None and len(array) != batch):
        _wrong_shape(what, array, (size, *type.shape))
    wanted = (len(array), *type.shape)
    if type.dtype == "float":
        return _floats(what, array, wanted)
    if array.shape != wanted:
        _wrong_shape(what, array, (size, *type.shape))
    if array.dtype.kind not in "iu":
        _fail(f"{what} must hold integers, got {array.dtype}")
    if array.min() < 0 or array.max() >= below:
        _fail(f"{what} must lie in [0, {below}), got {array.min()} to {array.max()}")
    return array.astype(np.int64)


def _floats(what: str, given: Any, shape: tuple[int, ...]) -> Array:
    array = np.asarray(given)
    if array.shape != shape:
        _wrong_shape(what, array, shape)
    if array.dtype.kind not in "fiub":
        _fail(f"{what} must hold real numbers, got {array.dtype}")
    array = array.astype(np.float64)
    broken = int(np.count_nonzero(~np.isfinite(array)))
    if broken:
        _fail(f"{what} has {broken} of {array.size} values that are NaN or infinite")
    return array


def _wrong_shape(what: str, array: Array, wanted: tuple[Any, ...]) -> NoReturn:
    shown = ", ".join(map(str, wanted)) + ("," if len(wanted) == 1 else "")
    _fail(f"{what} has the shape {array.shape}, the model needs ({shown})")


def _fail(message: str) -> NoReturn:
    raise UsageError(message)
