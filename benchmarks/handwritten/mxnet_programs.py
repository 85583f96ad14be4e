"""The models in MXNet Gluon 1.9.1, by hand, for speed on a CPU; see README.md."""

from __future__ import annotations

from typing import Callable, NamedTuple

import mxnet as mx
from mxnet import autograd, gluon
from mxnet.gluon import nn

MODES = ("hybrid",)


class Program(NamedTuple):
    model: gluon.HybridBlock
    train_step: Callable[[], float]
    inference: Callable[[], object]


def batch_norm() -> nn.BatchNorm:
    return nn.BatchNorm(epsilon=1e-5, momentum=0.9)


def mlp() -> gluon.HybridBlock:
    net = nn.HybridSequential()
    for _ in range(2):
        net.add(nn.Dense(512, use_bias=False), batch_norm(), nn.Activation("relu"), nn.Dropout(0.5))
    net.add(nn.Dense(10))
    return net


def lenet5() -> gluon.HybridBlock:
    net = nn.HybridSequential()
    for channels in (6, 16):
        net.add(nn.Conv2D(channels, 5, activation="tanh"), nn.AvgPool2D())
    net.add(nn.Dense(120, activation="tanh"), nn.Dense(84, activation="tanh"), nn.Dense(10))
    return net


def conv(channels: int, kernel: int, stride: int = 1) -> nn.Conv2D:
    return nn.Conv2D(channels, kernel, stride, kernel // 2, use_bias=False)


def batch_norm_relu() -> nn.BatchNormReLU:
    """One oneDNN pass over the images for both; float32 only."""
    return nn.BatchNormReLU(epsilon=1e-5, momentum=0.9)


class BasicBlock(gluon.HybridBlock):
    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.HybridSequential()
        self.residual.add(conv(channels, 3, stride), batch_norm_relu())
        self.residual.add(conv(channels, 3), batch_norm())
        self.shortcut = nn.HybridSequential()  # without children, the identity
        if stride > 1:
            self.shortcut.add(conv(channels, 1, stride), batch_norm())

    def hybrid_forward(self, F, x):
        return F.relu(self.residual(x) + self.shortcut(x))


def resnet20() -> gluon.HybridBlock:
    net = nn.HybridSequential()
    net.add(conv(16, 3), batch_norm_relu())
    for channels, stride in ((16, 1), (32, 2), (64, 2)):
        for block in range(3):
            net.add(BasicBlock(channels, stride if block == 0 else 1))
    net.add(nn.GlobalAvgPool2D(), nn.Dense(10))
    return net


class EncoderLayer(gluon.HybridBlock):
    """On (length, N, features), the layout of the interleaved attention products."""

    def __init__(self, features: int, heads: int, hidden: int, drop: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(epsilon=1e-5)
        self.qkv = nn.Dense(3 * features, flatten=False)
        self.out = nn.Dense(features, flatten=False)
        self.norm2 = nn.LayerNorm(epsilon=1e-5)
        self.dense1 = nn.Dense(hidden, flatten=False)
        self.dense2 = nn.Dense(features, flatten=False)
        self.dropout = nn.Dropout(drop)

    def attention(self, F, x):
        qkv = self.qkv(x)
        scores = F.contrib.interleaved_matmul_selfatt_qk(qkv, heads=self.heads)
        weights = self.dropout(F.softmax(scores, axis=-1))
        return self.out(F.contrib.interleaved_matmul_selfatt_valatt(qkv, weights, heads=self.heads))

    def hybrid_forward(self, F, x):
        x = x + self.dropout(self.attention(F, self.norm1(x)))
        hidden = F.LeakyReLU(self.dense1(self.norm2(x)), act_type="gelu")
        return x + self.dropout(self.dense2(hidden))


class Transformer(gluon.HybridBlock):
    def __init__(self, vocabulary: int = 1000, length: int = 64, features: int = 128) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, features, weight_initializer=mx.init.Normal(1))
        self.positions = self.params.get(
            "positions", shape=(length, 1, features), init=mx.init.Normal(0.02)
        )
        self.dropout = nn.Dropout(0.1)
        self.layers = nn.HybridSequential()
        for _ in range(4):
            self.layers.add(EncoderLayer(features, 4, 512, 0.1))
        self.norm = nn.LayerNorm(epsilon=1e-5)
        self.head = nn.Dense(10)

    def hybrid_forward(self, F, tokens, positions):
        x = F.broadcast_add(self.embedding(F.transpose(tokens)), positions)
        x = self.layers(self.dropout(x))
        return self.head(F.mean(self.norm(x), axis=0))


class TrainingLoss(gluon.HybridBlock):
    """Model and loss in one graph, so that one call runs the whole forward pass."""

    def __init__(self, model: gluon.HybridBlock) -> None:
        super().__init__()
        self.model = model
        self.loss = gluon.loss.SoftmaxCrossEntropyLoss()

    def hybrid_forward(self, F, x, labels):
        return F.mean(self.loss(self.model(x), labels))


def build(model: str, mode: str) -> Program:
    mx.random.seed(0)
    if model == "mlp":
        net, x = mlp(), mx.nd.random.normal(shape=(128, 784))
    elif model == "lenet5":
        net, x = lenet5(), mx.nd.random.normal(shape=(128, 1, 32, 32))
    elif model == "resnet20":
        net, x = resnet20(), mx.nd.random.normal(shape=(32, 3, 32, 32))
    else:
        net, x = Transformer(), mx.nd.random.randint(0, 1000, (16, 64)).astype("float32")
    labels = mx.nd.random.randint(0, 10, (len(x),)).astype("float32")
    net.initialize(mx.init.Xavier())
    training = TrainingLoss(net)
    net.hybridize(static_alloc=True, static_shape=True)
    training.hybridize(static_alloc=True, static_shape=True)
    net(x)
    trainer = gluon.Trainer(
        net.collect_params(), "sgd", {"learning_rate": 0.01, "momentum": 0.9}, kvstore=None
    )

    def train_step() -> float:
        with autograd.record():
            loss = training(x, labels)
        loss.backward()
        trainer.step(1)
        mx.nd.waitall()
        return loss.asscalar()

    def inference() -> object:
        y = net(x)
        y.wait_to_read()
        return y

    return Program(net, train_step, inference)
