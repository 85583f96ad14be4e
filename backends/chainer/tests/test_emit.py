"""The Chainer emitter: what it writes where Chainer has a convention of its own."""

from __future__ import annotations

import pytest

from zoo.models import registry
from zoo.ops import (
    avg_pool,
    batch_norm,
    conv2d,
    dense,
    dropout,
    flatten,
    global_avg_pool,
    input,
    layer_norm,
    max_pool,
    relu,
    self_attention,
    tanh,
)
from zoo.spec import Tensor, model
from zoo.spec.graph import Spec
from zoo.training import SGD, MeanSquaredError, SoftmaxCrossEntropy
from zoo_chainer.emit import emit
from zoo_chainer.weights import bindings

LOSS, OPTIMIZER = MeanSquaredError(), SGD(learning_rate=0.1)


@model(loss=LOSS, optimizer=OPTIMIZER)
def images() -> Tensor:
    x = input("x", (4, 9, 9))
    x = conv2d(x, 6, 3, pads=(0, 1, 1, 2), groups=2, dilation=(1, 2), name="conv")
    x = batch_norm(x, kept_fraction=0.8, running_variance="biased", name="bn")
    x = max_pool(relu(x), 3, stride=2, pads=1)
    x = avg_pool(x, 3, stride=1, pads=(1, 1, 2, 0), count_padding=False)
    return global_avg_pool(batch_norm(x, epsilon=2e-5, name="last"))


@model(loss=SoftmaxCrossEntropy(), optimizer=OPTIMIZER)
def sequences() -> Tensor:
    x = input("x", (5, 8))
    x = self_attention(x, 2, causal=True, drop_rate=0.2, name="causal")
    x = dense(layer_norm(x, epsilon=1e-6, name="norm"), 3, name="wide")
    return dense(layer_norm(flatten(x)), 3, name="out")


@model(loss=LOSS, optimizer=OPTIMIZER)
def names() -> Tensor:
    x = dense(input("F", (4,)), 4, name="params")
    x = dense(x, 4, name="chain.0")
    x = relu(x, name="chain.1")
    x = dropout(dense(x, 3, name="chain.2"), 0.5, name="chain.3")
    return tanh(x, name="chain.4")


def source_of(spec: Spec) -> str:
    return emit(spec).source


def test_epsilons_are_written_where_they_are_not_chainers() -> None:
    """2e-5 is that of its batch norm, 1e-6 that of its layer norm."""
    assert "L.BatchNormalization(6)" in source_of(images())
    assert "BiasedBatchNormalization(6, decay=0.8, eps=1e-05)" in source_of(images())
    assert "LayerNormalization(8)" in source_of(sequences())
    assert "LayerNormalization(15, eps=1e-05)" in source_of(sequences())


def test_pooling_never_covers_all() -> None:
    """Chainer rounds the sizes of max pooling up unless told otherwise."""
    assert "F.max_pooling_2d(x, 3, stride=2, pad=1, cover_all=False)" in source_of(images())


def test_vectors_keep_chainers_own_links() -> None:
    """Classes that act on the last axis stand in for higher ranks alone."""
    source = source_of(sequences())
    assert "self.wide = Linear(8, 3)" in source
    assert "self.out = L.Linear(15, 3)" in source
    assert "self.norm = LayerNormalization(8)" in source
    assert "L.LayerNormalization(15" in source
    assert "class Linear" not in source_of(registry.build("mlp"))


def test_attention_is_causal_only_where_a_layer_is() -> None:
    assert "causal" not in source_of(registry.build("transformer"))
    assert "SelfAttention(8, 2, causal=True, drop_rate=0.2)" in source_of(sequences())


def test_functions_stand_in_a_sequential_as_they_are() -> None:
    """A lambda is written only where there are further arguments."""
    rows = [line.strip(" ,") for line in source_of(names()).splitlines()]
    first = rows.index("self.chain = chainer.Sequential(") + 1
    wanted = ["L.Linear(4, 4)", "F.relu", "L.Linear(4, 3)", "lambda x: F.dropout(x, 0.5)", "F.tanh"]
    assert rows[first : first + 5] == wanted


def test_names_keep_off_chainers_own() -> None:
    """A layer called like an attribute of Chain gets an underscore, in the weight map too."""
    source = source_of(names())
    assert "self.params_ = L.Linear(4, 4)" in source
    assert "def forward(self, F_):" in source
    assert bindings(names()).states["params.weight"].name == "params_.W"
    assert bindings(names()).states["chain.2.bias"].name == "chain.2.b"


@pytest.mark.parametrize(
    ("momentum", "written"), [(0.0, "SGD(lr=0.1)"), (0.9, "MomentumSGD(lr=0.1, momentum=0.9)")]
)
def test_the_optimizer_is_chainers_own(momentum: float, written: str) -> None:
    """With momentum it is MomentumSGD."""

    @model(loss=LOSS, optimizer=SGD(learning_rate=0.1, momentum=momentum))
    def small() -> Tensor:
        return dense(input("x", (2,)), 1)

    assert f"return chainer.optimizers.{written}.setup(model)" in source_of(small())
