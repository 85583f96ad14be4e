"""What needs JAX itself to be checked: precision, compilation, and what the source works around."""

from __future__ import annotations

from typing import Any, Iterator

import numpy as np
import pytest

from zoo.emit import emit
from zoo.models import registry
from zoo.spec import initial

pytestmark = pytest.mark.framework


@pytest.fixture(autouse=True)
def default_configuration() -> Iterator[None]:
    """JAX's configuration, which a runtime changes for the whole process, as it was."""
    import jax

    yield
    jax.config.update("jax_enable_x64", False)
    jax.config.update("jax_disable_jit", False)


def runtime(model: str, *, mode: str = "jit", dtype: str = "float32") -> Any:
    """A loaded model in its tiny size."""
    from zoo_jax.run import Runtime

    made = Runtime(mode=mode, dtype=dtype, threads=1)
    made.load(emit(registry.build(model, "tiny"), "jax"), model)
    return made


def batch(made: Any, model: str) -> tuple[list[Any], Any]:
    spec = registry.build(model, "tiny")
    arrays = list(initial.random_inputs(spec, 4).values())
    inputs = [x.transpose(0, 2, 3, 1) if x.ndim == 4 else x for x in arrays]
    return [made.put(x) for x in inputs], made.put(initial.random_target(spec, 4))


@pytest.mark.parametrize("dtypes", [("float32", "float64"), ("float64", "float32")], ids=str)
def test_each_configuration_has_its_own_precision(dtypes: tuple[str, str]) -> None:
    """A worker that has served the other dtype computes in the one asked for, and says so."""
    for dtype in dtypes:
        made = runtime("resnet20", dtype=dtype)
        inputs, targets = batch(made, "resnet20")
        loss = made.train_step(inputs, targets)
        found = made.gradients(inputs, targets, training=True)
        assert made.facts()["x64"] == (dtype == "float64")
        of_tensors = [loss, made.infer(inputs), found.output, *found.inputs]
        of_tensors += [*found.parameters.values(), *made.read().values()]
        assert {str(tensor.dtype) for tensor in of_tensors} == {dtype}


@pytest.mark.parametrize("model", registry.MODELS)
def test_a_training_step_is_traced_once(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own results come back as it took them: no shape, dtype or weak type changes."""
    made = runtime(model)
    traces = []
    loss_fn = made.module.loss_fn
    monkeypatch.setattr(
        made.module, "loss_fn", lambda *given: traces.append(given) or loss_fn(*given)
    )
    inputs, targets = batch(made, model)
    for _ in range(4):
        made.train_step(inputs, targets)
    assert len(traces) == 1


@pytest.mark.parametrize("model", registry.MODELS)
def test_a_training_step_moves_nothing_between_host_and_device(model: str) -> None:
    """No constant is uploaded in a call."""
    import jax

    made = runtime(model)
    inputs, targets = batch(made, model)
    made.train_step(inputs, targets)
    with jax.transfer_guard("disallow"):
        made.train_step(inputs, targets)
        made.infer(inputs)


def test_arrays_that_were_read_survive_the_next_step() -> None:
    """The step takes the memory of the parameters that it is given; copies are not touched."""
    made = runtime("mlp")
    before = made.read()
    kept = {name: array.copy() for name, array in before.items()}
    inputs, targets = batch(made, "mlp")
    made.train_step(inputs, targets)
    made.synchronize()
    for name, array in before.items():
        np.testing.assert_array_equal(array, kept[name])
    assert any(np.any(array != kept[name]) for name, array in made.read().items())


def test_dropout_draws_anew_in_each_step() -> None:
    """From a key that the step itself moves on; about the asked share is dropped."""
    import jax

    made = runtime("mlp")
    keys = []
    inputs, targets = batch(made, "mlp")
    for _ in range(3):
        keys.append(tuple(np.asarray(jax.random.key_data(made.key))))
        made.train_step(inputs, targets)
    assert len(set(keys)) == 3
    ones = jax.numpy.ones((200, 200))
    dropped = made.module.dropout(ones, 0.25, jax.random.key(3))
    assert abs(float((dropped == 0).mean()) - 0.25) < 0.02
    np.testing.assert_allclose(dropped.max(), 1 / 0.75, rtol=1e-6)
    assert made.module.dropout(ones, 0.25) is ones


def test_states_are_never_written_to_where_the_caller_holds_them() -> None:
    """The emitted functions are pure: the state that was given stays as it was."""
    import jax

    made = runtime("resnet20", mode="eager")
    inputs, _ = batch(made, "resnet20")
    given = made.model.state
    before = jax.tree.leaves(given)
    _, after = made.model.apply(made.model.params, given, *inputs, training=True)
    assert all(one is other for one, other in zip(before, jax.tree.leaves(given)))
    assert all(one is not other for one, other in zip(before, jax.tree.leaves(after)))


def test_unknown_arrays_are_refused() -> None:
    """A name that the model lacks is an error, not ignored."""
    made = runtime("mlp")
    with pytest.raises(KeyError, match=r"params\.nothing"):
        made.write({"params.nothing": np.zeros(3)})


def test_the_attention_of_jax_rounds_to_float32() -> None:
    """Why attention is written out; if this fails, the function can be used in its place."""
    import jax

    jax.config.update("jax_enable_x64", True)
    q, k, v = jax.random.normal(jax.random.key(0), (3, 2, 5, 2, 4))
    scores = jax.numpy.einsum("bqhd,bkhd->bhqk", q, k) / 2
    exact = jax.numpy.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores), v)
    error = float(abs(jax.nn.dot_product_attention(q, k, v) - exact).max())
    assert 1e-9 < error < 1e-5
