"""What every emitted TensorFlow module is like; the sources themselves are in golden/."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import numpy as np
import pytest

from zoo import models
from zoo.ops import avg_pool, batch_norm, conv2d, dense, flatten, input, max_pool, relu
from zoo.spec import Spec, Tensor, block, model
from zoo.training import SGD, SoftmaxCrossEntropy
from zoo_tensorflow.emit import TensorFlowEmitter, emit
from zoo_tensorflow.weights import bindings

TRAINED = {"loss": SoftmaxCrossEntropy(), "optimizer": SGD(learning_rate=0.1, momentum=0.9)}


@block
def pooled(x: Tensor, channels: int, kernel: int, activate: bool = False) -> Tensor:
    x = conv2d(x, channels, 3, pads=(1, 0, 2, 1), dilation=(1, 2), name="conv")
    if activate:
        x = relu(x, name="activation")
    return avg_pool(x, kernel, pads=(1, 0, 0, 1), count_padding=False, name="pool")


@model(**TRAINED)
def odd() -> Tensor:
    """Odd: uneven pads, an optional plain function, a mixed chain, a name of tf.Module."""
    x = input("layer", (3, 20, 20))
    x = pooled(x, 4, 2, name="first")
    x = pooled(x, 6, 3, activate=True, name="second")
    x = max_pool(conv2d(x, 4, 1, name="variables"), 2, stride=1, pads=(0, 1, 0, 1))
    x = flatten(x, name="head.0")
    x = dense(x, 5, name="head.1")
    x = batch_norm(x, running_variance="biased", name="head.2")
    return dense(x, 3, name="head.3")


SPECS = [models.mlp(), models.lenet5(), models.resnet20(), models.transformer(), odd()]
CASES = [(spec, mask_batch) for spec in SPECS for mask_batch in (None, 8)]
each_case = pytest.mark.parametrize(
    ("spec", "mask_batch"), CASES, ids=[f"{spec.name}-{masks}" for spec, masks in CASES]
)


@each_case
def test_source_compiles_and_imports_only_tensorflow(spec: Spec, mask_batch: int | None) -> None:
    tree = ast.parse(emit(spec, mask_batch=mask_batch).source)
    imports = [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in imports] == ["import tensorflow as tf"]


@each_case
def test_formatter_and_linter_find_nothing_to_change(spec: Spec, mask_batch: int | None) -> None:
    source = emit(spec, mask_batch=mask_batch).source
    for command in (["format", "--line-length", "88", "-"], ["check", "--quiet", "-"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated"]
        done = subprocess.run(ruff, input=source, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        if command[0] == "format":
            assert done.stdout == source


@each_case
def test_every_class_and_function_is_used(spec: Spec, mask_batch: int | None) -> None:
    program = emit(spec, mask_batch=mask_batch)
    source = program.source
    defined = [
        n.name for n in ast.parse(source).body if isinstance(n, (ast.ClassDef, ast.FunctionDef))
    ]
    assert program.entry in defined
    assert [n for n in defined if len(re.findall(rf"\b{n}\b", source)) < 2] == []


@each_case
def test_keras_is_never_used(spec: Spec, mask_batch: int | None) -> None:
    assert "keras" not in emit(spec, mask_batch=mask_batch).source


def test_resnet20_is_one_block_class_and_loops() -> None:
    source = emit(models.resnet20()).source
    assert source.count("class BasicBlock(tf.Module):") == 1
    assert "self.layer1 = [BasicBlock(16, 16) for _ in range(3)]" in source
    assert "for layer in self.layer1:\n            x = layer(x, training)" in source


def test_training_flag_is_taken_only_where_it_is_read() -> None:
    assert "training" not in emit(models.lenet5()).source.partition("class SGD")[0]
    assert "training=False" in emit(models.mlp()).source


def test_elements_of_a_mixed_chain_are_called_one_by_one() -> None:
    source = emit(odd()).source
    assert "self.head[1](x)" in source
    assert "self.head[2](x, training)" in source


def test_arguments_of_plain_functions_are_kept_for_the_forward_pass() -> None:
    source = emit(odd()).source
    assert "self.kernel = kernel" in source
    assert re.search(r"average_inside\(\s*\w+, self.kernel, self.kernel,", source)


def test_names_of_tf_module_get_an_underscore_in_source_and_weights() -> None:
    assert "self.variables_ = Conv2D(6, 4, 1)" in emit(odd()).source
    assert bindings(odd()).states["variables.weight"].name == "variables_.kernel"


def test_masked_source_has_a_mask_for_every_dropout() -> None:
    source = emit(models.transformer(), mask_batch=8).source
    assert "tf.nn.dropout" not in source
    assert set(bindings(models.transformer(), mask_batch=8).masks) == set(
        models.transformer().masks
    )


def test_kernels_are_channels_last() -> None:
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


def test_images_enter_channels_last_and_the_output_is_canonical() -> None:
    found = bindings(models.resnet20())
    assert found.inputs[0].shape((2, 3, 32, 32)) == (2, 32, 32, 3)
    assert found.output.shape((2, 10)) == (2, 10)


@pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])
def test_every_state_has_a_slot_of_its_own(spec: Spec) -> None:
    found = bindings(spec)
    assert set(found.states) == set(spec.states)
    assert len({slot.name for slot in found.states.values()}) == len(spec.states)


def test_every_op_has_code() -> None:
    from zoo.ops import OPS

    assert set(TensorFlowEmitter.table) == set(OPS) - {"input"}
