"""Float64 is float64 on every engine: asked of every tensor of Keras's own training step."""

from __future__ import annotations

import re
from typing import Any

import pytest

from zoo import plugins
from zoo.models import registry
from zoo.spec import Spec, initial
from zoo.training import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    ClipGlobalNorm,
    ClipValue,
    Constant,
    Cosine,
    NAdam,
    RMSprop,
    SoftmaxCrossEntropy,
    StepDecay,
)
from zoo_keras.emit import emit
from zoo_keras.weights import bindings

pytestmark = [
    pytest.mark.framework,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

SPECS = [registry.build(name, "tiny") for name in registry.MODELS]
each_spec = pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])

INSIDE: dict[str, Any] = {"epsilon_placement": "inside"}
UNCORRECTED: dict[str, Any] = {"epsilon_placement": "uncorrected"}
TRAININGS: dict[str, dict[str, Any]] = {
    "adagrad": {"optimizer": Adagrad(initial_accumulator=0.1, **INSIDE)},
    "adagrad written out": {"optimizer": Adagrad(initial_accumulator=0.1)},
    "adadelta": {"optimizer": Adadelta()},
    "rmsprop": {"optimizer": RMSprop(centered=True, momentum=0.5, **INSIDE)},
    "adam": {"optimizer": Adam(**UNCORRECTED), "clipping": ClipValue(limit=0.1)},
    "adam written out": {"optimizer": Adam(weight_decay=0.1), "schedule": Constant(warmup_steps=3)},
    "adamw": {
        "optimizer": AdamW(**UNCORRECTED), "schedule": Cosine(steps=9),
        "clipping": ClipGlobalNorm(max_norm=0.1), "accumulate": 2,
    },
    "adamax": {
        "optimizer": Adamax(epsilon_placement="outside"), "schedule": Cosine(steps=9),
    },
    "nadam": {"optimizer": NAdam(momentum_decay=1.0), "schedule": StepDecay(every=3)},
    "dampening": {"optimizer": SGD(momentum=0.5, dampening=0.1)},
    "smoothing": {"loss": SoftmaxCrossEntropy(label_smoothing=0.1)},
}  # fmt: skip


def loaded(spec: Spec) -> Any:
    """A runtime in float64 with a model in it, whose dropout takes given masks."""
    from zoo_keras import run

    mode = plugins.backend(f"keras-{run.NAME}").default_mode
    runtime = run.Runtime(mode=mode, dtype="float64", threads=1)
    program = emit(spec, mask_batch=4, engine=run.NAME)
    runtime.load(program.source, program.entry)
    return runtime


def batch_of(spec: Spec, runtime: Any) -> tuple[list[Any], Any]:
    """Inputs and targets of four examples."""
    how = bindings(spec, engine="jax").inputs
    arrays = initial.random_inputs(spec, 4)
    inputs = [runtime.put(h.there(arrays[node.name])) for h, node in zip(how, spec.inputs)]
    return inputs, runtime.put(initial.random_target(spec, 4))


def computed(spec: Spec, runtime: Any) -> set[str]:
    """Dtypes of everything that a training step computes, forward, backward and update."""
    from zoo_keras import run

    inputs, targets = batch_of(spec, runtime)
    runtime.train_step(inputs, targets)  # makes the optimizer's variables
    look = {"tensorflow": in_graph, "jax": in_jaxpr, "torch": in_dispatch}[run.NAME]
    return look(runtime.model, (run.batch(inputs), targets))


def in_graph(model: Any, data: Any) -> set[str]:
    import tensorflow as tf

    step = tf.function(model.train_step, autograph=False).get_concrete_function(data)
    outputs = [tensor for op in step.graph.get_operations() for tensor in op.outputs]
    # The shape [] of a broadcast is a float32 tensor, of no numbers.
    return {tensor.dtype.name for tensor in outputs if tensor.shape.num_elements() != 0}


def in_jaxpr(model: Any, data: Any) -> set[str]:
    import jax

    groups = (
        model.trainable_variables,
        model.non_trainable_variables,
        model.optimizer.variables,
        model.metrics_variables,
    )
    state = tuple([variable.value for variable in group] for group in groups)
    found = re.findall(r":([a-z]+)(\d+)\[", str(jax.make_jaxpr(model.train_step)(state, data)))
    return {{"f": "float"}.get(kind, kind) + bits for kind, bits in found}


def in_dispatch(model: Any, data: Any) -> set[str]:
    from torch import Tensor
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    found = set()

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None):
            result = func(*args, **(kwargs or {}))
            leaves = [leaf for leaf in tree_leaves(result) if isinstance(leaf, Tensor)]
            found.update(str(leaf.dtype).partition(".")[2] for leaf in leaves)
            return result

    with Watch():
        model.train_step(data)
    return found


@each_spec
def test_nothing_is_narrowed_to_float32(spec: Spec) -> None:
    """No variable, activation, gradient or update, and no constant on the way."""
    runtime = loaded(spec)
    found = computed(spec, runtime)
    assert "float64" in found
    assert not found & {"float32", "float16", "bfloat16"}
    kept = [*runtime.model.variables, *runtime.model.optimizer.variables]
    assert {v.dtype for v in kept if "float" in v.dtype} == {"float64"}


@pytest.mark.parametrize("name", TRAININGS)
def test_no_training_is_narrowed_to_float32(name: str) -> None:
    """Neither Keras's own optimizers and schedules nor those written out."""
    spec = registry.build("mlp", "tiny").replace(**TRAININGS[name])
    found = computed(spec, loaded(spec))
    assert "float64" in found
    assert not found & {"float32", "float16", "bfloat16"}


@each_spec
def test_an_untouched_keras_narrows_to_float32_except_on_tensorflow(spec: Spec) -> None:
    """What the runtime works around is there."""
    from zoo_keras import run

    runtime = loaded(spec)
    run.BIT64_TO_BIT32_DTYPE["float64"] = run.NARROWED
    assert ("float32" in computed(spec, runtime)) == (run.NAME != "tensorflow")


def test_momentum_is_not_rounded_to_float32() -> None:
    """On TensorFlow it would be, as the Python float that people write."""
    from zoo_keras import run

    runtime = loaded(SPECS[0])
    optimizer = runtime.model.optimizer
    assert "float32" not in computed(SPECS[0], runtime)
    optimizer.momentum = float(optimizer.momentum)
    assert ("float32" in computed(SPECS[0], runtime)) == (run.NAME == "tensorflow")


@each_spec
def test_float32_is_an_untouched_keras(spec: Spec) -> None:
    """After a run in float64 in the same process, nothing of it is left."""
    from zoo_keras import run

    loaded(spec)
    program = emit(spec, engine=run.NAME)
    mode = plugins.backend(f"keras-{run.NAME}").default_mode
    runtime = run.Runtime(mode=mode, dtype="float32", threads=1)
    runtime.load(program.source, program.entry)
    assert run.BIT64_TO_BIT32_DTYPE["float64"] == run.NARROWED
    assert "float64" not in computed(spec, runtime)
    assert "notes" not in runtime.facts()
