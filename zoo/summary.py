"""A specification as a tree with its costs: what `zoo show` prints."""

from __future__ import annotations

import math
from typing import Any, Iterable

import attrs

from zoo.spec.declared import Declared
from zoo.spec.graph import Call, FlatNode, Item, Node, Spec
from zoo.spec.op import TensorType
from zoo.training import Constant


@attrs.frozen
class Branch:
    """A layer, a block or the model.

    Attributes:
        name: in the enclosing block.
        what: the op or the block with its arguments; an op's default attributes are left out.
        type: of the output.
        parameters: number of trained elements in it.
        flops: of one forward pass of one example in evaluation mode.
        children: what a block holds, in order.
    """

    name: str
    what: str
    type: TensorType
    parameters: int
    flops: int
    children: tuple["Branch", ...] = ()


def tree(spec: Spec) -> Branch:
    """The whole model; its inputs come first."""
    flat = {node.path: node for node in spec.nodes}
    inputs = tuple(Branch(node.name, _op(node), node.type, 0, 0) for node in spec.inputs)
    body = tuple(_branch(item, "", flat) for item in spec.body)
    return Branch(
        spec.name, "model", spec.output_type, spec.parameter_count, spec.flops, inputs + body
    )


def _branch(item: Item, prefix: str, flat: dict[str, FlatNode]) -> Branch:
    path = prefix + item.name
    if isinstance(item, Call):
        inner = tuple(_branch(each, path + ".", flat) for each in item.body)
        parameters = sum(each.parameters for each in inner)
        flops = sum(each.flops for each in inner)
        what = written(item.block, item.arguments)
        return Branch(item.name, what, item.type, parameters, flops, inner)
    node = flat[path]
    trained = (state for state in node.states() if state.role == "parameter")
    parameters = sum(math.prod(state.shape) for state in trained)
    flops = node.op.flops(*node.input_types)
    return Branch(item.name, _op(item), item.type, parameters, flops)


def _op(node: Node) -> str:
    return written(node.op.kind, node.op.changed().items())


def written(name: str, arguments: Iterable[tuple[str, Any]], inputs: Iterable[str] = ()) -> str:
    """A name with its inputs and arguments in brackets, as a call is written."""
    inner = ", ".join([*inputs, *(f"{key}={value!r}" for key, value in arguments)])
    return f"{name}({inner})" if inner else name


def training(spec: Spec) -> list[str]:
    """Loss, optimizer and whatever else a training step has, each as a call is written."""
    parts: list[Declared] = [spec.loss, spec.optimizer]
    parts += [part for part in (spec.schedule, spec.clipping) if part and part != Constant()]
    said = [written(part.kind, part.stored().items()) for part in parts]
    if spec.accumulate > 1:
        said.append(f"{spec.accumulate} micro-batches a step")
    return said


def listing(spec: Spec) -> list[str]:
    """The model as lines, a layer each, blocks taken apart: `conv1 = conv2d(image, channels=4)`."""
    inputs = [f"{node.name} = {_op(node)}" for node in spec.inputs]
    layers = [
        f"{node.path} = {written(node.op.kind, node.op.changed().items(), node.inputs)}"
        for node in spec.nodes
    ]
    return [*inputs, *layers, f"loss: {written(spec.loss.kind, spec.loss.attributes().items())}"]
