"""What every emitted JAX module is like; the sources themselves are in golden/."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import numpy as np
import pytest

from zoo import models
from zoo.ops import avg_pool, batch_norm, conv2d, dense, dropout, flatten, input, max_pool, relu
from zoo.spec import Spec, Tensor, block, model
from zoo.training import SGD, SoftmaxCrossEntropy
from zoo_jax.emit import JaxEmitter, emit
from zoo_jax.weights import bindings

TRAINED = {"loss": SoftmaxCrossEntropy(), "optimizer": SGD(learning_rate=0.1)}


@block
def pooled(x: Tensor, channels: int, kernel: int, activate: bool = False) -> Tensor:
    x = conv2d(x, channels, 3, pads=(1, 0, 2, 1), dilation=(1, 2), name="conv")
    if activate:
        x = relu(x, name="activation")
    return avg_pool(x, kernel, pads=(1, 0, 0, 1), count_padding=False, name="pool")


@block
def x(x: Tensor) -> Tensor:
    return relu(x)


@block
def init_pooled(heads: Tensor) -> Tensor:
    return x(dense(heads, 6, name="inner"), name="x")


@model(**TRAINED)
def odd() -> Tensor:
    """Odd: uneven pads, an optional plain function, a mixed chain, names of variables."""
    y = input("layer", (3, 20, 20))
    y = pooled(y, 4, 2, name="first")
    y = pooled(y, 6, 3, activate=True, name="second")
    y = max_pool(conv2d(y, 4, 1, name="params"), 2, stride=1, pads=(0, 1, 0, 1))
    y = flatten(y, name="head.0")
    y = dense(y, 5, name="head.1")
    y = batch_norm(y, running_variance="biased", name="head.2")
    y = dropout(y, 0.25, name="head.3")
    y = dropout(y, 0.25, name="head.4")
    y = init_pooled(y, name="head.5")
    return dense(y, 3, name="head.6")


SPECS = [models.mlp(), models.lenet5(), models.resnet20(), models.transformer(), odd()]
CASES = [(spec, mask_batch) for spec in SPECS for mask_batch in (None, 8)]
each_case = pytest.mark.parametrize(
    ("spec", "mask_batch"), CASES, ids=[f"{spec.name}-{masks}" for spec, masks in CASES]
)


@each_case
def test_source_imports_only_jax_and_never_configures_it(
    spec: Spec, mask_batch: int | None
) -> None:
    """Neither the precision nor anything else of a program that imports it changes."""
    source = emit(spec, mask_batch=mask_batch).source
    nodes = ast.walk(ast.parse(source))
    imports = {ast.unparse(n) for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom))}
    assert imports <= {
        "import jax",
        "import jax.numpy as jnp",
        "from jax import lax",
    }
    assert "config" not in source
    code = ast.unparse(ast.parse(source))  # without comments
    assert "float" not in code.replace("jnp.promote_types(x.dtype, jnp.float32)", "")


@each_case
def test_formatter_and_linter_find_nothing_to_change(spec: Spec, mask_batch: int | None) -> None:
    """As `ruff format` and `ruff check` have it, with lines of 88 characters."""
    source = emit(spec, mask_batch=mask_batch).source
    for command in (["format", "--line-length", "88", "-"], ["check", "--quiet", "-"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated"]
        done = subprocess.run(ruff, input=source, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        if command[0] == "format":
            assert done.stdout == source


@each_case
def test_every_function_is_used(spec: Spec, mask_batch: int | None) -> None:
    """No helper is there for nothing."""
    program = emit(spec, mask_batch=mask_batch)
    source = program.source
    defined = [n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    assert program.entry in defined
    assert [n for n in defined if len(re.findall(rf"\b{n}\b", source)) < 2] == []


@each_case
def test_no_argument_is_for_nothing(spec: Spec, mask_batch: int | None) -> None:
    """Every function reads all that it takes, but for helpers' and the model's key."""
    program = emit(spec, mask_batch=mask_batch)
    for part in program.parts:
        for function in ast.parse(part.text).body if part.kind == "block" else ():
            read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
            assert {argument.arg for argument in function.args.args} <= read, part.text


def test_resnet20_is_one_block_and_loops() -> None:
    """Blocks that differ in numbers alone are one function; repeats are loops."""
    source = emit(models.resnet20()).source
    assert source.count("def basic_block(params, state, x, stride=1, training=False):") == 1
    assert "[init_basic_block(k, 16, 16) for k in keys[1:4]]" in source
    assert 'for i, layer in enumerate(params["layer1"]):' in source
    assert "for i in range(1, 3):" in source


def test_state_flag_and_key_are_taken_only_where_they_are_read() -> None:
    """A model without running statistics is a function of its parameters and inputs."""
    assert "def lenet5(params, image):" in emit(models.lenet5()).source
    assert "def transformer(params, tokens, key=None):" in emit(models.transformer()).source
    assert "def mlp(params, state, x, training=False, key=None):" in emit(models.mlp()).source


def test_a_training_step_carries_what_changes_and_gives_it_back() -> None:
    """Its arguments before the batch are donated and returned, in order, before the loss."""
    source = emit(models.mlp()).source
    assert "@jax.jit(donate_argnums=(0, 1, 2, 3))\ndef train_step(" in source
    assert "def train_step(params, state, optimizer, key, x, targets):" in source
    assert "return params, state, optimizer, key, loss" in source
    assert "optimizer" not in emit(odd()).source


def test_names_of_variables_are_kept_off_functions() -> None:
    """A block called `x`, one called like another's `init_`, an input called `layer`."""
    source = emit(odd()).source
    assert "def x_(x):" in source
    assert "def init_pooled_(params, heads):" in source
    assert "def odd(params, state, layer_, training=False, key=None):" in source


def test_elements_of_a_mixed_chain_are_called_one_by_one() -> None:
    """Those that are called alike are a loop, each with a key of its own."""
    source = emit(odd()).source
    assert 'state["head"][2] = biased_batch_norm(' in source
    assert "for i in range(3, 5):\n        x = dropout(x, 0.25, keys[i - 3])" in source


def test_masked_source_draws_nothing() -> None:
    """Every dropout has a mask in the state."""
    source = emit(models.transformer(), mask_batch=8).source
    assert "bernoulli" not in source
    masks = bindings(models.transformer(), mask_batch=8).masks
    assert set(masks) == set(models.transformer().masks)
    assert masks["layers.0.dropout1.mask"].name == "state.layers.0.dropout1.mask"


def test_kernels_are_channels_last() -> None:
    """(height, width, channels in, channels) and (features, units)."""
    slots = bindings(models.lenet5()).states
    assert slots["conv1.weight"].how.shape((6, 1, 5, 5)) == (5, 5, 1, 6)
    assert slots["fc2.weight"].how.shape((84, 120)) == (120, 84)


def test_rows_of_a_dense_kernel_follow_the_flattened_image() -> None:
    """Pixel (c, i, j) of (16, 5, 5) moves from c * 25 + i * 5 + j to (i * 5 + j) * 16 + c."""
    weight = np.arange(120 * 400).reshape(120, 400)
    slot = bindings(models.lenet5()).states["fc1.weight"]
    kernel = slot.how.there(weight)
    c, i, j = 3, 1, 4
    np.testing.assert_array_equal(kernel[(i * 5 + j) * 16 + c], weight[:, c * 25 + i * 5 + j])
    np.testing.assert_array_equal(slot.how.back(kernel, weight.shape), weight)


@pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])
def test_every_state_has_a_slot_of_its_own(spec: Spec) -> None:
    """Parameters in one tree, running statistics in the other."""
    found = bindings(spec)
    assert set(found.states) == set(spec.states)
    assert len({slot.name for slot in found.states.values()}) == len(spec.states)
    for name, slot in found.states.items():
        tree = "params" if spec.states[name].role == "parameter" else "state"
        assert slot.name.startswith(f"{tree}.")


def test_every_op_has_code() -> None:
    """None is forgotten."""
    from zoo.ops import OPS

    assert set(JaxEmitter.table) == set(OPS) - {"input"}
