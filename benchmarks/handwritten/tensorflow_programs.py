"""The models in plain TensorFlow (no Keras), by hand, for speed on a CPU; see README.md."""

from __future__ import annotations

from typing import Callable, NamedTuple

import numpy as np
import tensorflow as tf

MODES = ("graph", "xla")
LENGTH = 64
EPSILON = 1e-5
KEEP = 0.9  # the share of a running statistic that a training step keeps


class Program(NamedTuple):
    model: tf.Module
    train_step: Callable[[], float]
    inference: Callable[[], np.ndarray]


class Dense(tf.Module):
    def __init__(self, inputs: int, outputs: int, bias: bool = True) -> None:
        super().__init__()
        limit = (6 / (inputs + outputs)) ** 0.5
        self.weight = tf.Variable(tf.random.uniform([inputs, outputs], -limit, limit))
        self.bias = tf.Variable(tf.zeros(outputs)) if bias else None

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        y = tf.matmul(x, self.weight)
        return y if self.bias is None else tf.nn.bias_add(y, self.bias)


class Conv(tf.Module):
    """Of images padded by half the kernel."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        deviation = (2 / (kernel * kernel * outputs)) ** 0.5
        self.weight = tf.Variable(
            tf.random.normal([kernel, kernel, inputs, outputs], stddev=deviation)
        )
        self.stride = stride

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        # SAME pads a strided convolution on one side only, the paper's form on both. Padding given
        # to conv2d as numbers would do, but its gradient is slow on a CPU: it misses oneDNN.
        pad = self.weight.shape[0] // 2
        if pad and self.stride > 1:
            x = tf.pad(x, [[0, 0], [pad, pad], [pad, pad], [0, 0]])
            return tf.nn.conv2d(x, self.weight, self.stride, "VALID")
        return tf.nn.conv2d(x, self.weight, self.stride, "SAME")


class BatchNorm(tf.Module):
    """Over all axes but the last, for (N, C) and (N, H, W, C); the running variance is unbiased."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.scale = tf.Variable(tf.ones(features))
        self.offset = tf.Variable(tf.zeros(features))
        self.mean = tf.Variable(tf.zeros(features), trainable=False)
        self.variance = tf.Variable(tf.ones(features), trainable=False)

    def __call__(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        if len(x.shape) == 4:
            y, mean, variance = tf.compat.v1.nn.fused_batch_norm(
                x,
                self.scale,
                self.offset,
                self.mean,
                self.variance,
                epsilon=EPSILON,
                is_training=training,
                exponential_avg_factor=1 - KEEP,
            )
            if training:
                self.mean.assign(mean)
                self.variance.assign(variance)
            return y
        # On plain features the fused operator, made for images, is the slower one.
        mean, variance = self.mean, self.variance
        if training:
            mean, variance = tf.nn.moments(x, 0)
            n = x.shape[0]
            self.mean.assign(KEEP * self.mean + (1 - KEEP) * mean)
            self.variance.assign(KEEP * self.variance + (1 - KEEP) * n / (n - 1) * variance)
        return tf.nn.batch_normalization(x, mean, variance, self.offset, self.scale, EPSILON)


class LayerNorm(tf.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.scale = tf.Variable(tf.ones(features))
        self.offset = tf.Variable(tf.zeros(features))

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        mean, variance = tf.nn.moments(x, -1, keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, self.offset, self.scale, EPSILON)


class MLP(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.dense1, self.norm1 = Dense(784, 512, bias=False), BatchNorm(512)
        self.dense2, self.norm2 = Dense(512, 512, bias=False), BatchNorm(512)
        self.dense3 = Dense(512, 10)

    def __call__(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        for dense, norm in ((self.dense1, self.norm1), (self.dense2, self.norm2)):
            x = tf.nn.relu(norm(dense(x), training))
            if training:
                x = tf.nn.dropout(x, 0.5)
        return self.dense3(x)


class LeNet5(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convs = [
            (tf.Variable(tf.random.normal([5, 5, i, o], stddev=0.1)), tf.Variable(tf.zeros(o)))
            for i, o in ((1, 6), (6, 16))
        ]
        self.dense1, self.dense2, self.dense3 = Dense(400, 120), Dense(120, 84), Dense(84, 10)

    def __call__(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        for weight, bias in self.convs:
            x = tf.tanh(tf.nn.bias_add(tf.nn.conv2d(x, weight, 1, "VALID"), bias))
            x = tf.nn.avg_pool2d(x, 2, 2, "VALID")
        x = tf.reshape(x, [len(x), -1])
        return self.dense3(tf.tanh(self.dense2(tf.tanh(self.dense1(x)))))


class BasicBlock(tf.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.norm1 = Conv(inputs, outputs, 3, stride), BatchNorm(outputs)
        self.conv2, self.norm2 = Conv(outputs, outputs, 3), BatchNorm(outputs)
        self.projection = None
        if stride > 1:
            self.projection = Conv(inputs, outputs, 1, stride)
            self.projection_norm = BatchNorm(outputs)

    def __call__(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        y = tf.nn.relu(self.norm1(self.conv1(x), training))
        y = self.norm2(self.conv2(y), training)
        if self.projection is not None:
            x = self.projection_norm(self.projection(x), training)
        return tf.nn.relu(x + y)


class ResNet20(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = Conv(3, 16, 3), BatchNorm(16)
        self.blocks = []
        channels = 16
        for width in (16, 32, 64):
            for _ in range(3):
                self.blocks.append(BasicBlock(channels, width, stride=width // channels))
                channels = width
        self.dense = Dense(64, 10)

    def __call__(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        x = tf.nn.relu(self.norm(self.conv(x), training))
        for block in self.blocks:
            x = block(x, training)
        return self.dense(tf.reduce_mean(x, [1, 2]))


def dropout(x: tf.Tensor, training: bool) -> tf.Tensor:
    return tf.nn.dropout(x, 0.1) if training else x


class EncoderLayer(tf.Module):
    def __init__(self, features: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1 = LayerNorm(features)
        self.qkv, self.out = Dense(features, 3 * features), Dense(features, features)
        self.norm2 = LayerNorm(features)
        self.dense1, self.dense2 = Dense(features, hidden), Dense(hidden, features)

    def attention(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        rows, features = x.shape
        size = features // self.heads
        qkv = tf.reshape(self.qkv(x), [-1, LENGTH, 3, self.heads, size])
        q, k, v = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4]))
        weights = tf.nn.softmax(tf.matmul(q * size**-0.5, k, transpose_b=True))
        y = tf.transpose(tf.matmul(dropout(weights, training), v), [0, 2, 1, 3])
        return self.out(tf.reshape(y, [rows, features]))

    def __call__(self, x: tf.Tensor, training: bool) -> tf.Tensor:
        x += dropout(self.attention(self.norm1(x), training), training)
        hidden = tf.nn.gelu(self.dense1(self.norm2(x)), approximate=False)
        return x + dropout(self.dense2(hidden), training)


class Transformer(tf.Module):
    """Tokens are kept as (N * length, features), so that every product is of two matrices."""

    def __init__(self, vocabulary: int = 1000, features: int = 128) -> None:
        super().__init__()
        self.embedding = tf.Variable(tf.random.normal([vocabulary, features]))
        self.positions = tf.Variable(tf.random.normal([LENGTH, features], stddev=0.02))
        self.layers = [EncoderLayer(features, 4, 512) for _ in range(4)]
        self.norm = LayerNorm(features)
        self.dense = Dense(features, 10)

    def __call__(self, tokens: tf.Tensor, training: bool) -> tf.Tensor:
        x = dropout(tf.gather(self.embedding, tokens) + self.positions, training)
        shape = x.shape
        x = tf.reshape(x, [-1, shape[-1]])
        for layer in self.layers:
            x = layer(x, training)
        return self.dense(tf.reduce_mean(tf.reshape(self.norm(x), shape), 1))


def build(model: str, mode: str) -> Program:
    tf.random.set_seed(0)
    if model == "mlp":
        net, x = MLP(), tf.random.normal([128, 784])
    elif model == "lenet5":
        net, x = LeNet5(), tf.random.normal([128, 32, 32, 1])
    elif model == "resnet20":
        net, x = ResNet20(), tf.random.normal([32, 32, 32, 3])
    else:
        net, x = Transformer(), tf.random.uniform([16, LENGTH], maxval=1000, dtype=tf.int32)
    labels = tf.random.uniform([len(x)], maxval=10, dtype=tf.int32)
    velocities = [tf.Variable(tf.zeros_like(v)) for v in net.trainable_variables]
    xla = mode == "xla"

    @tf.function(jit_compile=xla)
    def train(x: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels, net(x, training=True))
            )
        gradients = tape.gradient(loss, net.trainable_variables)
        for variable, velocity, gradient in zip(net.trainable_variables, velocities, gradients):
            tf.raw_ops.ResourceApplyMomentum(
                var=variable.handle,
                accum=velocity.handle,
                lr=0.01,
                grad=tf.convert_to_tensor(gradient),
                momentum=0.9,
            )
        return loss

    @tf.function(jit_compile=xla)
    def infer(x: tf.Tensor) -> tf.Tensor:
        return net(x, training=False)

    return Program(net, lambda: float(train(x, labels).numpy()), lambda: infer(x).numpy())
