"""Emits the name of a behaviour: a model called `do_segfault` makes the worker do just that."""

from __future__ import annotations

from zoo.emit.base import Part, Program
from zoo.errors import UnsupportedError
from zoo.spec import Spec


def emit(spec: Spec, *, mask_batch: int | None = None) -> Program:
    kinds = [node.op.kind for node in spec.nodes]
    if kinds != ["dense"]:
        raise UnsupportedError(
            "fake", [f"{node.path}: only one dense layer" for node in spec.nodes]
        )
    start, _, behaviour = spec.name.partition("_")
    order = behaviour.replace("_", " ") if start == "do" else ""
    return Program("Model", (Part("model", "Model", f"behaviour: {order}"),))
