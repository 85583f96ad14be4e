"""The models in Keras 3, by hand, one text for all engines (`KERAS_BACKEND`); see README.md."""

from __future__ import annotations

from typing import Callable, NamedTuple

import keras
import numpy as np
from keras import layers, ops

# The first is what `compile` chooses by itself ("auto").
MODES = {"tensorflow": ("graph", "xla"), "jax": ("jit",), "torch": ("eager",)}[
    keras.backend.backend()
]
LENGTH = 64


class Program(NamedTuple):
    model: keras.Model
    train_step: Callable[[], float]
    inference: Callable[[], np.ndarray]


def batch_norm(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


def mlp() -> keras.Model:
    x = inputs = keras.Input((784,))
    for _ in range(2):
        x = batch_norm(layers.Dense(512, use_bias=False)(x))
        x = layers.Dropout(0.5)(layers.ReLU()(x))
    return keras.Model(inputs, layers.Dense(10)(x))


def lenet5() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="tanh"),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10),
        ]
    )


def conv_bn(x: keras.KerasTensor, channels: int, kernel: int, stride: int) -> keras.KerasTensor:
    padding = "same"
    if kernel > 1 and stride > 1:
        # "same" pads a strided convolution on one side only, the paper's form on both.
        x, padding = layers.ZeroPadding2D(kernel // 2)(x), "valid"
    x = layers.Conv2D(channels, kernel, stride, padding=padding, use_bias=False)(x)
    return batch_norm(x)


def basic_block(x: keras.KerasTensor, channels: int, stride: int) -> keras.KerasTensor:
    y = layers.ReLU()(conv_bn(x, channels, 3, stride))
    y = conv_bn(y, channels, 3, 1)
    if stride > 1:
        x = conv_bn(x, channels, 1, stride)
    return layers.ReLU()(layers.add([x, y]))


def resnet20() -> keras.Model:
    inputs = keras.Input((32, 32, 3))
    x = layers.ReLU()(conv_bn(inputs, 16, 3, 1))
    for channels, stride in ((16, 1), (32, 2), (64, 2)):
        for block in range(3):
            x = basic_block(x, channels, stride if block == 0 else 1)
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


class Positions(layers.Layer):
    def build(self, shape: tuple[int, ...]) -> None:
        normal = keras.initializers.RandomNormal(stddev=0.02)
        self.positions = self.add_weight(shape=shape[1:], initializer=normal)

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        return x + self.positions


class SelfAttention(layers.Layer):
    """Queries, keys and values from one product; MultiHeadAttention makes three, by einsum."""

    def __init__(self, heads: int, size: int, drop: float) -> None:
        super().__init__()
        self.heads, self.size = heads, size
        self.qkv = layers.Dense(3 * heads * size)
        self.out = layers.Dense(heads * size)
        self.dropout = layers.Dropout(drop)

    def build(self, shape: tuple[int, ...]) -> None:
        self.qkv.build(shape)
        self.out.build(shape)

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        qkv = ops.reshape(self.qkv(x), (-1, LENGTH, 3, self.heads, self.size))
        q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)), 3)
        scores = ops.matmul(q * self.size**-0.5, ops.swapaxes(k, -1, -2))
        y = ops.matmul(self.dropout(ops.softmax(scores)), v)
        y = ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, LENGTH, self.heads * self.size))
        return self.out(y)


def encoder_layer(x: keras.KerasTensor, heads: int, hidden: int, drop: float) -> keras.KerasTensor:
    features = x.shape[-1]
    y = layers.LayerNormalization(epsilon=1e-5)(x)
    y = SelfAttention(heads, features // heads, drop)(y)
    x = layers.add([x, layers.Dropout(drop)(y)])
    y = layers.LayerNormalization(epsilon=1e-5)(x)
    y = layers.Dense(features)(layers.Dense(hidden, activation="gelu")(y))
    return layers.add([x, layers.Dropout(drop)(y)])


def transformer(vocabulary: int = 1000, features: int = 128) -> keras.Model:
    tokens = keras.Input((LENGTH,), dtype="int32")
    x = layers.Embedding(vocabulary, features, embeddings_initializer="random_normal")(tokens)
    x = layers.Dropout(0.1)(Positions()(x))
    for _ in range(4):
        x = encoder_layer(x, 4, 512, 0.1)
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization(epsilon=1e-5)(x))
    return keras.Model(tokens, layers.Dense(10)(x))


def build(model: str, mode: str) -> Program:
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    if model == "mlp":
        net, x = mlp(), random.standard_normal((128, 784), "float32")
    elif model == "lenet5":
        net, x = lenet5(), random.standard_normal((128, 32, 32, 1), "float32")
    elif model == "resnet20":
        net, x = resnet20(), random.standard_normal((32, 32, 32, 3), "float32")
    else:
        net, x = transformer(), random.integers(1000, size=(16, LENGTH), dtype="int32")
    labels = ops.convert_to_tensor(random.integers(10, size=len(x), dtype="int32"))
    x = ops.convert_to_tensor(x)
    net.compile(
        optimizer=keras.optimizers.SGD(0.01, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile="auto" if mode == MODES[0] else True,
    )
    return Program(
        net, lambda: float(net.train_on_batch(x, labels)), lambda: net.predict_on_batch(x)
    )
