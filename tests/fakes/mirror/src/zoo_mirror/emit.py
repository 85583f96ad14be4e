"""Emits the specification itself."""

from __future__ import annotations

from zoo.emit.base import Part, Program
from zoo.errors import UnsupportedError
from zoo.spec import Spec


def emit(spec: Spec, *, mask_batch: int | None = None) -> Program:
    if spec.accumulate > 1:
        raise UnsupportedError("mirror", ["accumulate: it takes one batch a step"])
    return Program("Model", (Part("model", "Model", spec.to_json(indent=1)),))
