"""What of a specification's training an emitter is written for, and what it then refuses."""

from __future__ import annotations

from types import MappingProxyType
from typing import Iterable, Mapping

import attrs

from zoo.errors import nearest
from zoo.spec.declared import Declared
from zoo.spec.graph import Spec
from zoo.training import CLIPPINGS, LOSSES, OPTIMIZERS, SCHEDULES

EVERYTHING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        kind: tuple(field.name for field in attrs.fields(declared))
        for registry in (LOSSES, OPTIMIZERS, SCHEDULES, CLIPPINGS)
        for kind, declared in registry.items()
    }
)
"""All kinds with all their attributes."""

FIRST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mean_squared_error": (),
        "softmax_cross_entropy": (),
        "sgd": ("learning_rate", "momentum"),
        "constant": (),
    }
)
"""What a new backend begins with: for each kind, the attributes that are heeded."""

LISTS: Mapping[str, str] = MappingProxyType(
    {
        "velocity": "velocities",
        "accumulator": "accumulators",
        "square_average": "square_averages",
        "delta_square_average": "delta_square_averages",
        "average": "averages",
        "first_moment": "first_moments",
        "second_moment": "second_moments",
        "norm": "norms",
    }
)
"""What an optimizer that is written out keeps of all parameters, by the canonical name of each."""


def unwritten(spec: Spec, written: Mapping[str, tuple[str, ...]], accumulates: bool) -> list[str]:
    """A sentence for everything that the training step would leave out, with a way out."""
    findings = []
    parts: tuple[tuple[str, Declared | None, Mapping[str, object]], ...] = (
        ("loss", spec.loss, LOSSES),
        ("optimizer", spec.optimizer, OPTIMIZERS),
        ("schedule", spec.schedule, SCHEDULES),
        ("clipping", spec.clipping, CLIPPINGS),
    )
    for what, part, declared in parts:
        if part is None:
            continue
        if part.kind not in written:
            known = [kind for kind in written if kind in declared]
            mend = nearest(part.kind, known) if known else "leave it out"
            findings.append(f"{what}: it has no {part.kind}; {mend}")
            continue
        defaults = {field.name: field.default for field in attrs.fields(type(part))}
        for name, value in part.changed().items():
            if name not in written[part.kind]:
                findings.append(
                    f"{what}: it has no {part.kind} with {name}={value!r}; "
                    f"leave {name} at {defaults[name]!r}"
                )
    if spec.accumulate > 1 and not accumulates:
        findings.append(
            f"accumulate: it takes one batch a step, got {spec.accumulate} micro-batches; "
            "leave accumulate at 1"
        )
    return findings


def targets(spec: Spec) -> tuple[dict[str, object], tuple[int, ...]]:
    """Attributes such as an input has, and the shape of the targets of one example."""
    target = spec.loss.target(spec.output_type)
    below = spec.output_type.shape[-1] if target.dtype == "int" else 0
    return {"dtype": target.dtype, "below": below}, target.shape


def matches(names: Iterable[str]) -> str:
    """What follows a name that is to be compared with some."""
    quoted = [f'"{name}"' for name in dict.fromkeys(names)]
    return f"in ({', '.join(quoted)})" if len(quoted) > 1 else f"== {quoted[0]}"


def step_said(spec: Spec) -> str:
    """What the docstring of an emitted training step says."""
    if spec.accumulate == 1:
        return "One step on a batch; returns the loss before the step."
    count = spec.accumulate
    return f"One micro-batch, {count} of which make a step; returns its loss before the step."
