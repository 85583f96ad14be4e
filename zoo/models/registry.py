"""The table of models: by name, with presets and documented arguments."""

from __future__ import annotations

import importlib
import inspect
from typing import Any, Callable, Mapping

from zoo.errors import SpecError, UsageError, nearest
from zoo.spec.graph import Spec

MODELS = ("mlp", "lenet5", "resnet20", "transformer")
"""Names of the models; each is a function of that name in the module of that name."""


def function(name: str) -> Callable[..., Spec]:
    """The function that builds a model.

    Raises:
        UsageError: there is no such model; the message names the nearest.
    """
    found: Callable[..., Spec] = _attribute(name, name)
    return found


def presets(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Arguments by preset: `default`, `digits` (fits the shipped data) and `tiny` (for tests)."""
    found: Mapping[str, Mapping[str, Any]] = _attribute(name, "PRESETS")
    return found


def arguments(name: str) -> dict[str, Any]:
    """Arguments of a model and their defaults."""
    signature = inspect.signature(function(name))
    return {key: parameter.default for key, parameter in signature.parameters.items()}


def build(name: str, preset: str = "default", **changes: Any) -> Spec:
    """Build a model from a preset with some arguments changed.

    Raises:
        UsageError: an unknown model, preset or argument, or a value of the wrong type.
        SpecError: values that do not make a model.
    """
    known = presets(name)
    if preset not in known:
        raise UsageError(f"{name} has no preset {preset}; {nearest(preset, known)}")
    defaults = arguments(name)
    for key, value in changes.items():
        if key not in defaults:
            raise UsageError(f"{name} has no argument {key}; {nearest(key, defaults)}")
        _check_type(name, key, value, defaults[key])
    try:
        return function(name)(**{**known[preset], **changes})
    except (TypeError, ZeroDivisionError) as error:
        raise SpecError(f"model {name}: {error}") from None


def _check_type(name: str, key: str, value: Any, default: Any) -> None:
    if isinstance(default, tuple):
        good = isinstance(value, tuple) and all(type(v) is int for v in value)
        wanted = "whole numbers"
    elif isinstance(default, float):
        good = type(value) in (int, float)
        wanted = "a number"
    else:
        good = type(value) is type(default)
        wanted = "a whole number"
    if not good:
        raise UsageError(
            f"{name}: argument {key} must be {wanted} (default {default}), got {value!r}"
        )


def _attribute(name: str, attribute: str) -> Any:
    if name not in MODELS:
        raise UsageError(f"no model {name!r}; {nearest(name, MODELS)}")
    return getattr(importlib.import_module(f"zoo.models.{name}"), attribute)
