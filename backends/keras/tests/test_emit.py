"""What emitted Keras modules are like; the sources themselves are in golden/."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from zoo import models, plugins
from zoo.backend import WORKER_NEEDS, Backend
from zoo.errors import UnsupportedError
from zoo.ops import OPS, add, avg_pool, conv2d, dense, flatten, input, max_pool, relu
from zoo.spec import Spec, Tensor, block, model
from zoo.training import SGD, SoftmaxCrossEntropy
from zoo_keras.emit import EMITTERS, GIVEN, emit
from zoo_keras.weights import bindings

TRAINED = {"loss": SoftmaxCrossEntropy(), "optimizer": SGD(learning_rate=0.1, momentum=0.9)}


@block
def pooled(x: Tensor, channels: int, kernel: int, stride: int, activate: bool = False) -> Tensor:
    x = conv2d(x, channels, kernel, stride=stride, pads=(1, 0, 2, 1), name="conv")
    if activate:
        x = relu(x, name="activation")
    return avg_pool(x, kernel, pads=(1, 0, 0, 1), count_padding=False, name="pool")


@model(**TRAINED)
def odd() -> Tensor:
    """Odd: uneven pads, an optional operation, a mixed chain, a name that Keras gives."""
    x = input("x", (3, 20, 20))
    x = pooled(x, 4, 2, 1, name="first")
    x = pooled(x, 6, 3, 2, activate=True, name="second")
    x = max_pool(conv2d(x, 4, 1, name="add"), 2, stride=1, pads=(0, 1, 0, 1))
    x = dense(flatten(x, name="head.0"), 5, name="head.1")
    x = dense(relu(x, name="head.2"), 5, name="head.3")
    return dense(x, 5, name="head.4")


SPECS = [models.mlp(), models.lenet5(), models.resnet20(), models.transformer(), odd()]
each_spec = pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])
BACKENDS = [b for b in plugins.backends().values() if b.package == "zoo_keras"]


def source_of(spec: Spec, mask_batch: int | None = None) -> str:
    return emit(spec, mask_batch=mask_batch, engine="jax").source


def test_a_backend_for_every_engine() -> None:
    assert {backend.engine for backend in BACKENDS} == set(EMITTERS) == {
        "jax", "tensorflow", "torch",
    }  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: str(backend.name))
def test_a_worker_starts_with_its_engine(backend: Backend) -> None:
    """It has the engine's environment, with Keras added and nothing else."""
    assert backend.settings == {"KERAS_BACKEND": backend.engine}
    assert backend.home == backend.engine
    pins = backend.pins({"python_version": "3.12"})
    assert [pin for pin in pins if pin not in WORKER_NEEDS] == ["keras==3.15.1"]


@each_spec
@pytest.mark.parametrize("mask_batch", [None, 8])
def test_engines_differ_in_the_first_lines_alone(spec: Spec, mask_batch: int | None) -> None:
    """And in GELU, which is written out on TensorFlow."""
    jax, torch, tensorflow = (
        emit(spec, mask_batch=mask_batch, engine=engine).parts
        for engine in ("jax", "torch", "tensorflow")
    )
    assert jax[1:] == torch[1:]
    assert '"KERAS_BACKEND", "torch"' in torch[0].text
    rest = [part for part in tensorflow[1:] if part.name != "gelu"]
    own, ours = "ops.gelu(y, approximate=False)", "layers.Activation(gelu)(y)"
    written_out = [part.text.replace(own, ours) for part in jax]
    assert [part.text for part in rest] == written_out[1:]


@each_spec
def test_every_class_and_function_is_used(spec: Spec) -> None:
    source = source_of(spec)
    kinds = (ast.ClassDef, ast.FunctionDef)
    defined = [node.name for node in ast.parse(source).body if isinstance(node, kinds)]
    assert spec.name in defined
    assert [name for name in defined if len(re.findall(rf"\b{name}\b", source)) < 2] == []


def test_resnet20_is_one_block_function_and_loops() -> None:
    source = source_of(models.resnet20())
    assert source.count("def basic_block(x, channels, stride=1, project=False, *, name):") == 1
    assert (
        "    for index in range(3):\n"
        '        x = basic_block(x, 16, name=f"layer1_{index}")\n' in source
    )


def test_an_optional_operation_is_a_condition() -> None:
    assert "    if activate:\n        x = ops.relu(x)\n" in source_of(odd())


def test_an_input_keeps_its_variable() -> None:
    """An input called x is not written over by the first layer."""
    assert 'inputs = keras.Input((20, 20, 3), name="x")' in source_of(odd())


def test_a_name_that_keras_gives_by_itself_gets_an_underscore() -> None:
    assert 'layers.Conv2D(4, 1, name="add_")' in source_of(odd())
    assert bindings(odd(), engine="jax").states["add.weight"].name == "add_/kernel"


def test_names_that_would_meet_are_refused() -> None:
    """Both layers are named, before anything is emitted."""

    @block
    def part(x: Tensor) -> Tensor:
        return dense(x, 2, name="b")

    @model(**TRAINED)
    def meeting() -> Tensor:
        """Meeting."""
        return dense(part(input("x", (3,)), name="a"), 2, name="a_b")

    with pytest.raises(UnsupportedError, match="rename this layer") as caught:
        emit(meeting(), engine="jax")
    assert [finding.partition(":")[0] for finding in caught.value.findings] == ["a.b", "a_b"]


def test_masked_source_has_a_mask_for_every_dropout() -> None:
    assert "layers.Dropout" not in source_of(models.transformer(), mask_batch=8)
    found = bindings(models.transformer(), mask_batch=8, engine="jax")
    assert set(found.masks) == set(models.transformer().masks)


def test_rows_of_a_dense_kernel_follow_the_flattened_image() -> None:
    """Pixel (c, i, j) of (16, 5, 5) moves from c * 25 + i * 5 + j to (i * 5 + j) * 16 + c."""
    weight = np.arange(120 * 400).reshape(120, 400)
    slot = bindings(models.lenet5(), engine="jax").states["fc1.weight"]
    kernel = slot.how.there(weight)
    c, i, j = 3, 1, 4
    np.testing.assert_array_equal(kernel[(i * 5 + j) * 16 + c], weight[:, c * 25 + i * 5 + j])
    np.testing.assert_array_equal(slot.how.back(kernel, weight.shape), weight)


@pytest.mark.parametrize("engine", EMITTERS)
def test_every_op_has_code(engine: str) -> None:
    assert set(EMITTERS[engine].table) == set(OPS) - {"input"}


def test_given_names_have_numbers() -> None:
    assert GIVEN.fullmatch("add_12")
    assert not GIVEN.fullmatch("add_x")


@block
def bottleneck(x: Tensor, y: Tensor, features: int) -> Tensor:
    down = dense(x, features, name="down")
    return add(dense(down, x.shape[-1], name="up"), dense(y, x.shape[-1], name="beside"))


def test_a_block_asks_its_input_for_its_features() -> None:
    """As Keras layers do; no argument and no number tells the same a second time."""

    @model(**TRAINED)
    def narrowed() -> Tensor:
        x = input("x", (5, 8))
        return bottleneck(x, bottleneck(x, x, 4), 2)

    *_, below = source_of(narrowed()).partition("def bottleneck(x, y, features, *, name):\n")
    first, *lines = below.partition("\n\n\n")[0].split("\n")
    assert first == "    features_ = x.shape[-1]"
    assert sum("layers.Dense(features_," in line for line in lines) == 2
    assert sum("layers.Dense(features," in line for line in lines) == 1
