"""Faults for tests: another op in one layer of a model."""

from __future__ import annotations

from typing import Callable, List

import attrs

from zoo.parity.parts import Body
from zoo.spec import Spec
from zoo.spec.graph import Item, Node
from zoo.spec.op import Op


def with_op(spec: Spec, path: str, op: Op) -> Spec:
    """The model with another op in one layer, of the same states and shapes."""
    return attrs.evolve(spec, body=_changed(spec.body, path, lambda n: attrs.evolve(n, op=op)))


def _changed(body: Body, path: str, change: Callable[[Node], Node]) -> Body:
    made: List[Item] = []
    for item in body:
        if isinstance(item, Node):
            made.append(change(item) if item.name == path else item)
        elif path.startswith(item.name + "."):
            inner = _changed(item.body, path[len(item.name) + 1 :], change)
            made.append(attrs.evolve(item, body=inner))
        else:
            made.append(item)
    return tuple(made)
