"""Parts of a model by a layer's full path: all that leads to it, and the layer by itself.

A part keeps the blocks around its layers, so that a backend writes the same classes for it.
"""

from __future__ import annotations

from typing import List, Sequence, Tuple

import attrs

from zoo.errors import SpecError
from zoo.ops.add import Add
from zoo.ops.dense import Dense
from zoo.ops.input import Input
from zoo.spec.graph import Call, FlatNode, Item, Node, Spec, item_inputs
from zoo.spec.op import TensorType
from zoo.training import MeanSquaredError

Body = Tuple[Item, ...]


def leading_to(spec: Spec, path: str) -> Spec:
    """The model up to a layer, whose output becomes the model's; trained by mean squared error."""
    body, output = _leading_to(spec.body, path)
    used = {name for item in body for name in item_inputs(item)}
    inputs = tuple(node for node in spec.inputs if node.name in used)
    return _part(spec, inputs, body, output)


def _leading_to(body: Body, path: str) -> tuple[Body, str]:
    last = next(item for item in body if path == item.name or path.startswith(item.name + "."))
    if isinstance(last, Call):
        inner, output = _leading_to(last.body, path[len(last.name) + 1 :])
        used = {name for item in inner for name in item_inputs(item)}
        inputs = tuple((own, outer) for own, outer in last.inputs if own in used)
        type = next(item.type for item in inner if item.name == output)
        last = attrs.evolve(last, body=inner, output=output, inputs=inputs, type=type)
    kept: List[Item] = [last]
    used = set(item_inputs(last))
    for item in reversed(body[: [each.name for each in body].index(last.name)]):
        if item.name in used:
            kept.insert(0, item)
            used.update(item_inputs(item))
    return tuple(kept), last.name


def alone(spec: Spec, path: str) -> Spec:
    """One layer in the blocks that it stands in; its inputs are the model's, in their order.

    An element of a chain that stands alone is the first one, so its path may be another.
    """
    node = next(each for each in spec.nodes if each.path == path)
    sources = tuple(dict.fromkeys(node.inputs))
    names = dict(zip(sources, _names(path, len(sources))))
    types = dict(zip(node.inputs, node.input_types))
    given = {each.name: each.op for each in spec.inputs}
    inputs = tuple(
        Node(names[s], given.get(s) or Input(shape=types[s].shape), (), types[s]) for s in sources
    )
    body = _around(spec.body, path, node, tuple(names[s] for s in node.inputs))
    return _part(spec, inputs, body, body[0].name)


def _around(body: Body, path: str, node: FlatNode, names: Sequence[str]) -> Body:
    item = next(each for each in body if path == each.name or path.startswith(each.name + "."))
    inputs = tuple(dict.fromkeys(names))
    base, _, index = item.name.partition(".")
    element = f"{base}.0" if len(inputs) == 1 else f"{base}_{index}"
    name = element if index else base
    if isinstance(item, Node):
        return (attrs.evolve(item, name=name, inputs=tuple(names)),)
    inner = _around(item.body, path[len(item.name) + 1 :], node, names)
    wires = tuple((each, each) for each in inputs)
    made = attrs.evolve(
        item, name=name, inputs=wires, body=inner, output=inner[0].name, type=node.type
    )
    return (made,)


def _names(path: str, count: int) -> list[str]:
    """For each input a name that no layer or block on the way to a layer has."""
    taken = path.split(".")
    free = (f"{letter}{end}" for end in ("", "_in") for letter in "xyzuvwabcdefghijkl")
    return [name for name in free if name not in taken][:count]


def loss_alone(spec: Spec) -> Spec:
    """The model's loss, of an input that stands for its output."""
    type = spec.output_type
    given = Node("x", Input(shape=type.shape), (), type)
    return attrs.evolve(_part(spec, (given,), (), "x"), loss=spec.loss)


NOTHING = "nothing"
"""The input of a part that has no parameters: zeros, through a dense layer added to its output."""


def _part(spec: Spec, inputs: tuple[Node, ...], body: Body, output: str) -> Spec:
    made = attrs.evolve(
        spec, inputs=inputs, body=body, output=output, loss=MeanSquaredError(), accumulate=1
    )
    return made if made.parameter_count else _with_parameter(made)


def _with_parameter(spec: Spec) -> Spec:
    """The same output plus zero; frameworks make no optimizer for nothing."""
    type = spec.output_type
    if not type.shape:
        raise SpecError(f"{spec.name}: a part without parameters and without axes cannot be run")
    one = TensorType((*type.shape[:-1], 1))
    given = Node(NOTHING, Input(shape=one.shape), (), one)
    zero = Node(f"{NOTHING}_more", Dense(units=type.shape[-1], bias=False), (NOTHING,), type)
    total = Node(f"with_{NOTHING}", Add(), (spec.output, zero.name), type)
    return attrs.evolve(
        spec, inputs=(*spec.inputs, given), body=(*spec.body, zero, total), output=total.name
    )
