"""What one call has to do, counted from the specification: operations, and bytes moved.

Forward, a node costs the FLOPs that its op declares (a multiplication and an addition are two).
Backward, it costs as much again for each input whose gradient is needed, and as much again if it
has parameters: a dense layer is one matrix product forward and two backward, and one where its
input is the data. Gradients of the data are not needed. The loss and the optimizer's few
operations a parameter are not counted.

The bytes are those of a program that keeps each layer's output in memory: forward alone reads
parameters and inputs and writes the output; with backward, every layer's output is written once
and read once and each parameter's gradient written; a step reads that and rewrites the parameters.
"""

from __future__ import annotations

import math

from zoo.spec.graph import Spec

ITEM_SIZE = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}


def flops(spec: Spec, batch: int) -> dict[str, int]:
    """Floating-point operations of one call, by quantity."""
    both = batch * (spec.flops + backward(spec))
    return {"inference": batch * spec.flops, "gradients": both, "train_step": both}


def backward(spec: Spec) -> int:
    """Floating-point operations of one backward pass of one example."""
    trained = {node.name: False for node in spec.inputs}
    """Whether a node's output depends on a parameter, by path."""
    total = 0
    for node in spec.nodes:
        own = any(state.role == "parameter" for state in node.states())
        above = [trained[path] for path in node.inputs]
        total += node.op.flops(*node.input_types) * (sum(above) + own)
        trained[node.path] = own or any(above)
    return total


def bytes_moved(spec: Spec, batch: int, dtype: str) -> dict[str, int]:
    """Bytes that one call moves, by quantity."""
    states = sum(math.prod(state.shape) for state in spec.states.values())
    inputs = batch * sum(node.type.elements for node in spec.inputs)
    output = batch * spec.output_type.elements
    kept = batch * sum(node.type.elements for node in spec.nodes)
    gradients = states + inputs + 2 * kept + spec.parameter_count
    counts = {
        "inference": states + inputs + output,
        "gradients": gradients,
        "train_step": gradients + 2 * spec.parameter_count,
    }
    return {quantity: ITEM_SIZE[dtype] * count for quantity, count in counts.items()}
