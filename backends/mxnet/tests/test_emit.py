"""The MXNet emitter: what all emitted modules have in common, and what it writes for odd ops."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from zoo.errors import UnsupportedError
from zoo.models import registry
from zoo.ops import (
    avg_pool,
    batch_norm,
    concatenate,
    conv2d,
    dense,
    embedding,
    flatten,
    gelu_tanh,
    global_avg_pool,
    input,
    layer_norm,
    max_pool,
    relu,
    self_attention,
    softmax,
    tanh,
    transpose,
)
from zoo.spec import Tensor, block, model
from zoo.spec.graph import Spec
from zoo.training import SGD, MeanSquaredError, SoftmaxCrossEntropy
from zoo_mxnet.emit import MXNetEmitter, emit
from zoo_mxnet.weights import bindings

LOSS, OPTIMIZER = MeanSquaredError(), SGD(learning_rate=0.1)


@model(loss=LOSS, optimizer=OPTIMIZER)
def images() -> Tensor:
    x = input("x", (4, 9, 9))
    x = conv2d(x, 6, 3, pads=(0, 1, 1, 2), groups=2, dilation=(1, 2), name="conv")
    x = batch_norm(x, kept_fraction=0.8, running_variance="biased", name="bn")
    x = max_pool(relu(x), 3, stride=2, pads=(1, 0, 1, 0))
    y = avg_pool(x, 3, stride=1, pads=(1, 1, 2, 0), count_padding=False)
    z = avg_pool(x, 3, stride=1, pads=1, count_padding=False)
    return global_avg_pool(concatenate(y, z, axis=1))


@model(loss=SoftmaxCrossEntropy(), optimizer=OPTIMIZER)
def sequences() -> Tensor:
    x = input("tokens", (5,), dtype="int", below=7)
    x = embedding(x, 7, 8, name="embedding")
    x = self_attention(x, 2, causal=True, drop_rate=0.2, name="causal")
    x = self_attention(x, 2, name="plain")
    return dense(gelu_tanh(layer_norm(x, name="norm")), 3, name="out")


@block
def pooled(x: Tensor, size: int) -> Tensor:
    return softmax(flatten(max_pool(x, size, pads=(0, 0, 0, 1))), axis=1)


@model(loss=LOSS, optimizer=OPTIMIZER)
def names() -> Tensor:
    x = input("F", (2, 6, 6))
    a, b = pooled(x, 2, name="forward"), pooled(x, 3, name="name")
    a, b = dense(a, 3, name="params"), dense(b, 3, name="weight")
    x = tanh(concatenate(a, b, axis=1), name="chain.0")
    x = dense(x, 4, name="chain.1")
    return relu(x, name="chain.2")


@pytest.fixture(params=[*registry.MODELS, images, sequences, names], ids=str)
def spec(request: pytest.FixtureRequest) -> Spec:
    made: Spec = (
        registry.build(request.param) if isinstance(request.param, str) else request.param()
    )
    return made


@pytest.fixture(params=[None, 8], ids=["plain", "masked"])
def source(request: pytest.FixtureRequest, spec: Spec) -> str:
    return emit(spec, mask_batch=request.param).source


def test_source_compiles_and_imports_only_mxnet(source: str) -> None:
    """An emitted module needs MXNet and the standard library's math."""
    compile(source, "<emitted>", "exec")
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            modules.add(str(node.module))
    assert modules <= {"math", "mxnet", "mxnet.gluon"}


def test_source_is_as_the_formatter_writes_it(source: str) -> None:
    """Emitted code is stable under ruff format, and ruff finds no unused import or name."""
    for command in (["format", "--check"], ["check", "--quiet"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "-"]
        done = subprocess.run(ruff, input=source, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_helper_is_unused(source: str) -> None:
    """Every class and function at the top of the module is used in it."""
    tree = ast.parse(source)
    defined = {n.name for n in tree.body if isinstance(n, (ast.ClassDef, ast.FunctionDef))}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert defined <= used


def test_same_specification_gives_the_same_source(spec: Spec) -> None:
    assert emit(spec) == emit(Spec.from_json(spec.to_json()))


def test_every_state_and_mask_has_its_own_slot(spec: Spec) -> None:
    slots = bindings(spec, mask_batch=8)
    assert set(slots.states) == set(spec.states)
    assert set(slots.masks) == set(spec.masks)
    found = [slot.name for slot in (*slots.states.values(), *slots.masks.values())]
    assert len(set(found)) == len(found)


def test_layer_keeps_off_the_attributes_of_a_block() -> None:
    """A layer called like an attribute of HybridBlock gets an underscore, in the weight map too."""
    source = emit(names()).source
    assert "self.params_ = nn.Dense(3" in source
    assert bindings(names()).states["params.weight"].name == "params_.weight"


def test_input_does_not_hide_the_operators() -> None:
    """An input called F leaves F to the operators."""
    assert "def hybrid_forward(self, F, F_):" in emit(names()).source


def test_unbiased_running_variance_brings_its_own_backward() -> None:
    """MXNet's own batch norm serves where the specification wants the biased variance."""
    resnet, biased = emit(registry.build("resnet20")).source, emit(images()).source
    assert "backward(loss, model, image)" in resnet
    assert "nn.BatchNorm(momentum=0.8, in_channels=6)" in biased
    assert "class BatchNorm" not in biased


def test_attention_is_causal_only_where_a_layer_is() -> None:
    assert "causal" not in emit(registry.build("transformer")).source
    assert "SelfAttention(8, 2, causal=True, drop_rate=0.2)" in emit(sequences()).source


def test_too_many_axes_are_refused_with_a_way_out() -> None:
    @model(loss=LOSS, optimizer=OPTIMIZER)
    def deep() -> Tensor:
        x = transpose(input("x", (2, 1, 1, 1, 1, 3)), (6, 5, 4, 3, 2, 1), name="turn")
        return layer_norm(concatenate(x, x, axis=1, name="join"), name="norm")

    with pytest.raises(UnsupportedError) as caught:
        MXNetEmitter(deep())
    assert [text.partition(":")[0] for text in caught.value.findings] == ["turn", "join", "norm"]
    assert "reshape neighbouring axes" in str(caught.value)
