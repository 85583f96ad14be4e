"""Which module computes what: each has the file name that its declaration is registered under."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Iterable

import zoo.ops as ops
import zoo.training as training
from zoo.oracle.base import Formula
from zoo.spec.op import Op


def _modules(kinds: Iterable[str]) -> dict[str, ModuleType]:
    return {kind: import_module(f"zoo.oracle.{kind}") for kind in kinds if kind != "input"}


OPS = _modules(ops.OPS)
LOSSES = _modules(training.LOSSES)
OPTIMIZERS = _modules(training.OPTIMIZERS)
CLIPPINGS = _modules(training.CLIPPINGS)


def formula_of(op: Op) -> Formula:
    """The functions of the op's file, given its attributes."""
    module = OPS[op.kind]
    return Formula(
        lambda given: module.forward(op, given),
        lambda grad, saved: module.backward(op, grad, saved),
    )
