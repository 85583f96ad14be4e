"""Optimizers, schedules, clippings and losses by their kind, as words of a command name them."""

from __future__ import annotations

from typing import Any, Mapping, Type, TypeVar

import attrs

from zoo.errors import SpecError, nearest
from zoo.spec.op import Declared, shown
from zoo.training.base import (
    CLIPPINGS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    Clipping,
    Loss,
    Optimizer,
    Schedule,
)

Part = TypeVar("Part", bound=Declared)


def optimizer(kind: str, **attributes: Any) -> Optimizer:
    """An optimizer; attributes that are not given have their defaults."""
    return _made("optimizer", OPTIMIZERS, kind, attributes)


def schedule(kind: str, **attributes: Any) -> Schedule:
    """A schedule of the learning rate."""
    return _made("schedule", SCHEDULES, kind, attributes)


def clipping(kind: str, **attributes: Any) -> Clipping:
    """A clipping of the gradients."""
    return _made("clipping", CLIPPINGS, kind, attributes)


def loss(kind: str, **attributes: Any) -> Loss:
    """A loss."""
    return _made("loss", LOSSES, kind, attributes)


def _made(what: str, table: Mapping[str, Type[Part]], kind: str, given: dict[str, Any]) -> Part:
    if kind not in table:
        raise SpecError(f"no {what} {shown(kind)}; {nearest(kind, table)}")
    fields = {field.name: field for field in attrs.fields(table[kind])}
    for name in given:
        if name not in fields:
            raise SpecError(f"{kind} has no attribute {shown(name)}; {nearest(name, fields)}")
    for name, field in fields.items():
        if field.default is attrs.NOTHING and name not in given:
            raise SpecError(f"{kind} needs a value for {name}")
    return table[kind](**given)
