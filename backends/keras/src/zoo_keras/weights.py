"""How canonical arrays map to the emitted Keras model: paths of variables, channels last."""

from __future__ import annotations

from zoo.emit.layout import channels_last, input_layout, state_layout
from zoo.emit.rearrange import AS_IS, Bindings, Kept, Slot
from zoo.emit.training import LISTS
from zoo.spec.graph import Spec
from zoo_keras.emit import spelled
from zoo_keras.training import difference

RENAMED = {
    "dense": {"weight": "kernel"},
    "conv2d": {"weight": "kernel"},
    "batch_norm": {
        "weight": "gamma",
        "bias": "beta",
        "running_mean": "moving_mean",
        "running_var": "moving_variance",
    },
    "layer_norm": {"weight": "gamma", "bias": "beta"},
    "embedding": {"weight": "embeddings"},
    "learned_positions": {"weight": "embeddings"},
    "self_attention": {
        "in_proj_weight": "in_proj/kernel",
        "in_proj_bias": "in_proj/bias",
        "out_proj.weight": "out_proj/kernel",
        "out_proj.bias": "out_proj/bias",
    },
}
KEPT = {
    "sgd": {"momentums": "velocity"},
    "adagrad": {"_accumulators": "accumulator"},
    "adadelta": {
        "_accumulated_grads": "square_average",
        "_accumulated_delta_vars": "delta_square_average",
    },
    "rmsprop": {
        "_velocities": "square_average",
        "_average_gradients": "average",
        "_momentums": "velocity",
    },
    "adam": {"_momentums": "first_moment", "_velocities": "second_moment"},
    "adamw": {"_momentums": "first_moment", "_velocities": "second_moment"},
    "adamax": {"_m": "first_moment", "_u": "norm"},
    "nadam": {"_momentums": "first_moment", "_velocities": "second_moment"},
}
"""What Keras's own optimizers call what they keep, all parameters' in one list."""


def bindings(spec: Spec, *, mask_batch: int | None = None, engine: str) -> Bindings:
    """Slots of every state, mask, input and the output of the model that `emit` writes."""
    flows = channels_last(spec)
    states, masks = {}, {}
    for node in spec.nodes:
        path, flow = spelled(node.path), flows[node.path]
        renamed = RENAMED.get(node.op.kind, {})
        for state in node.states():
            name = f"{path}/{renamed.get(state.name, state.name)}"
            states[f"{node.path}.{state.name}"] = Slot(name, state_layout(node, state.name, flow))
        for mask in node.masks() if mask_batch is not None else ():
            own = f"{node.path}.{mask.name}"
            if node.op.kind == "self_attention":
                masks[own] = Slot(f"{path}/dropout/mask")
            else:
                masks[own] = Slot(f"{path}/mask", flow.output.rearrangement)
    inputs = tuple(input_layout(node.type).rearrangement for node in spec.inputs)
    return Bindings(states, masks, inputs, AS_IS, _kept(spec, engine))


def _kept(spec: Spec, engine: str) -> dict[str, Kept]:
    optimizer = spec.optimizer
    if difference(spec, engine):
        return {of_all: Kept(name) for name, of_all in LISTS.items()}
    kept = {of_all: Kept(name) for of_all, name in KEPT[optimizer.kind].items()}
    # Keras has the rate in the velocity, in that of SGD with the sign of the movement.
    if optimizer.kind == "sgd":
        kept["momentums"] = Kept("velocity", -1 / optimizer.learning_rate)
    if optimizer.kind == "rmsprop":
        kept["_momentums"] = Kept("velocity", 1 / optimizer.learning_rate)
    return kept
