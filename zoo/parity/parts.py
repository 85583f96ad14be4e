"""Changes of a specification by a layer's full path: another op there, a cut, a layer by itself."""

from __future__ import annotations

from typing import Callable, Tuple

import attrs

from zoo.spec.graph import Item, Node, Spec
from zoo.spec.op import Op


def with_op(spec: Spec, path: str, op: Op) -> Spec:
    """The model with another op in one layer, of the same states and shapes."""
    return attrs.evolve(spec, body=_at(spec.body, path, lambda node: attrs.evolve(node, op=op)))


def _at(
    body: Tuple[Item, ...], path: str, change: Callable[[Node], Node], prefix: str = ""
) -> Tuple[Item, ...]:
    made: list[Item] = []
    for item in body:
        full = prefix + item.name
        if isinstance(item, Node):
            made.append(change(item) if full == path else item)
        elif path.startswith(full + "."):
            made.append(attrs.evolve(item, body=_at(item.body, path, change, full + ".")))
        else:
            made.append(item)
    return tuple(made)
