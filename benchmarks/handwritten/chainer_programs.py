"""The models in Chainer 7.8.1 on NumPy, by hand, for speed on a CPU; see README.md."""

from __future__ import annotations

from typing import Callable, NamedTuple

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np

MODES = ("eager",)


class Program(NamedTuple):
    model: chainer.Chain
    train_step: Callable[[], float]
    inference: Callable[[], np.ndarray]


def batch_norm(features: int) -> L.BatchNormalization:
    return L.BatchNormalization(features, decay=0.9, eps=1e-5)


def mlp() -> chainer.Sequential:
    return chainer.Sequential(
        L.Linear(784, 512, nobias=True),
        batch_norm(512),
        F.relu,
        F.dropout,
        L.Linear(512, 512, nobias=True),
        batch_norm(512),
        F.relu,
        F.dropout,
        L.Linear(512, 10),
    )


def halve(x: chainer.Variable) -> chainer.Variable:
    return F.average_pooling_2d(x, 2)


def lenet5() -> chainer.Sequential:
    return chainer.Sequential(
        L.Convolution2D(1, 6, 5),
        F.tanh,
        halve,
        L.Convolution2D(6, 16, 5),
        F.tanh,
        halve,
        L.Linear(400, 120),
        F.tanh,
        L.Linear(120, 84),
        F.tanh,
        L.Linear(84, 10),
    )


class ConvBN(chainer.Chain):
    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        with self.init_scope():
            self.conv = L.Convolution2D(
                inputs, outputs, kernel, stride, pad=kernel // 2, nobias=True
            )
            self.norm = batch_norm(outputs)

    def forward(self, x: chainer.Variable) -> chainer.Variable:
        return self.norm(self.conv(x))


class BasicBlock(chainer.Chain):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        with self.init_scope():
            self.conv1 = ConvBN(inputs, outputs, 3, stride)
            self.conv2 = ConvBN(outputs, outputs, 3)
            if stride > 1:
                self.shortcut = ConvBN(inputs, outputs, 1, stride)
        self.project = stride > 1

    def forward(self, x: chainer.Variable) -> chainer.Variable:
        y = self.conv2(F.relu(self.conv1(x)))
        return F.relu(y + (self.shortcut(x) if self.project else x))


def global_average(x: chainer.Variable) -> chainer.Variable:
    return F.average(x, axis=(2, 3))


def resnet20() -> chainer.Sequential:
    net = chainer.Sequential(ConvBN(3, 16, 3), F.relu)
    channels = 16
    for width in (16, 32, 64):
        for _ in range(3):
            net.append(BasicBlock(channels, width, stride=width // channels))
            channels = width
    net.append(global_average)
    net.append(L.Linear(64, 10))
    return net


class EncoderLayer(chainer.Chain):
    def __init__(self, features: int, heads: int, hidden: int, drop: float) -> None:
        super().__init__()
        self.heads, self.drop = heads, drop
        with self.init_scope():
            self.norm1 = L.LayerNormalization(features, eps=1e-5)
            self.qkv = L.Linear(features, 3 * features)
            self.out = L.Linear(features, features)
            self.norm2 = L.LayerNormalization(features, eps=1e-5)
            self.linear1 = L.Linear(features, hidden)
            self.linear2 = L.Linear(hidden, features)

    def attention(self, x: chainer.Variable, length: int) -> chainer.Variable:
        rows, features = x.shape
        size = features // self.heads
        qkv = F.reshape(self.qkv(x), (-1, length, 3, self.heads, size))
        q, k, v = F.separate(F.transpose(qkv, (2, 0, 3, 1, 4)), axis=0)
        weights = F.softmax(F.matmul(q * size**-0.5, k, transb=True), axis=-1)
        y = F.matmul(F.dropout(weights, self.drop), v)
        return self.out(F.reshape(F.transpose(y, (0, 2, 1, 3)), (rows, features)))

    def forward(self, x: chainer.Variable, length: int) -> chainer.Variable:
        x = x + F.dropout(self.attention(self.norm1(x), length), self.drop)
        y = self.linear1(self.norm2(x))
        # GELU is x times the normal distribution's cumulative function: one node instead of five.
        return x + F.dropout(self.linear2(y * F.ndtr(y)), self.drop)


class Transformer(chainer.Chain):
    """Tokens are kept as (N * length, features): links and layer norms take matrices."""

    def __init__(self, vocabulary: int = 1000, length: int = 64, features: int = 128) -> None:
        super().__init__()
        self.length = length
        with self.init_scope():
            self.embedding = L.EmbedID(vocabulary, features)
            self.positions = chainer.Parameter(
                chainer.initializers.Normal(0.02), (length, features)
            )
            self.layers = chainer.ChainList(
                *(EncoderLayer(features, 4, 512, 0.1) for _ in range(4))
            )
            self.norm = L.LayerNormalization(features, eps=1e-5)
            self.head = L.Linear(features, 10)

    def forward(self, tokens: np.ndarray) -> chainer.Variable:
        x = self.embedding(tokens)
        shape = x.shape
        x = F.dropout(x + F.broadcast_to(self.positions, shape), 0.1)
        x = F.reshape(x, (-1, shape[-1]))
        for layer in self.layers:
            x = layer(x, self.length)
        return self.head(F.average(F.reshape(self.norm(x), shape), axis=1))


def build(model: str, mode: str) -> Program:
    random = np.random.RandomState(0)
    np.random.seed(0)  # initial weights and dropout
    if model == "mlp":
        net, x = mlp(), random.randn(128, 784).astype("float32")
    elif model == "lenet5":
        net, x = lenet5(), random.randn(128, 1, 32, 32).astype("float32")
    elif model == "resnet20":
        net, x = resnet20(), random.randn(32, 3, 32, 32).astype("float32")
    else:
        net, x = Transformer(), random.randint(1000, size=(16, 64)).astype("int32")
    labels = random.randint(10, size=len(x)).astype("int32")
    optimizer = chainer.optimizers.MomentumSGD(lr=0.01, momentum=0.9).setup(net)

    def train_step() -> float:
        loss = F.softmax_cross_entropy(net(x), labels)
        net.cleargrads()
        loss.backward()
        optimizer.update()
        return float(loss.array)

    def inference() -> np.ndarray:
        with chainer.using_config("train", False), chainer.no_backprop_mode():
            return net(x).array

    return Program(net, train_step, inference)
