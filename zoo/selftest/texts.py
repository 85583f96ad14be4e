"""Faults that are written into the emitted source, in each framework's idiom.

A layer is replaced by a function or class that stands below the imports, so that the fault is in
every program that has the layer, a part of the model among them.
"""

from __future__ import annotations

from typing import Mapping

from zoo.ops import tanh
from zoo.selftest import models
from zoo.selftest.fault import Rewritten
from zoo.selftest.models import spec_of
from zoo.training import SGD

Texts = Mapping[str, str]


def below(line: str, layer: str, other: str, definition: str) -> Texts:
    """`other` is written for `layer`, and defined below a line of the imports."""
    return {layer: other, line: f"{line}\n\n\n{definition}"}


TORCH, MXNET, CHAINER = "from torch import nn", "from mxnet.gluon import nn", "import numpy as np"
TENSORFLOW, JAX = "import tensorflow as tf", "import jax.numpy as jnp"
KERAS = "from keras import layers, ops"

TEXT_FAULTS = (
    Rewritten(
        "gradient halved",
        "An activation is right, and its gradient is half of what it should be.",
        spec_of(models.activated, activation=tanh),
        ("act",),
        {
            "torch": below(
                TORCH, "torch.tanh(", "half(",
                "def half(x):\n    y = torch.tanh(x)\n    return (y + y.detach()) / 2",
            ),
            "mxnet": below(
                MXNET, "F.tanh(", "half(F, ",
                "def half(F, x):\n    y = F.tanh(x)\n    return (y + F.BlockGrad(y)) / 2",
            ),
            "chainer": below(
                CHAINER, "F.tanh(", "half(",
                "def half(x):\n    y = F.tanh(x)\n    return (y + y.array) / 2",
            ),
            "tensorflow": below(
                TENSORFLOW, "tf.tanh(", "half(",
                "def half(x):\n    y = tf.tanh(x)\n    return (y + tf.stop_gradient(y)) / 2",
            ),
            "jax": below(
                JAX, "jnp.tanh(", "half(",
                "def half(x):\n    y = jnp.tanh(x)\n    return (y + jax.lax.stop_gradient(y)) / 2",
            ),
            "keras": below(
                KERAS, "ops.tanh(", "half(",
                "def half(x):\n    y = ops.tanh(x)\n    return (y + ops.stop_gradient(y)) / 2",
            ),
        },
    ),
    Rewritten(
        "activation in float32",
        "An activation is computed in float32 where all else is float64.",
        spec_of(models.activated, activation=tanh),
        ("act",),
        {
            "torch": below(
                TORCH, "torch.tanh(", "narrow(",
                "def narrow(x):\n    return torch.tanh(x.float()).to(x.dtype)",
            ),
            "mxnet": below(
                MXNET, "F.tanh(", "narrow(F, ",
                "def narrow(F, x):\n"
                '    return F.cast(F.tanh(F.cast(x, "float32")), "float64")',
            ),
            "chainer": below(
                CHAINER, "F.tanh(", "narrow(",
                'def narrow(x):\n    return F.cast(F.tanh(F.cast(x, "float32")), x.dtype)',
            ),
            "tensorflow": below(
                TENSORFLOW, "tf.tanh(", "narrow(",
                "def narrow(x):\n    return tf.cast(tf.tanh(tf.cast(x, tf.float32)), x.dtype)",
            ),
            "jax": below(
                JAX, "jnp.tanh(", "narrow(",
                'def narrow(x):\n    return jnp.tanh(x.astype("float32")).astype(x.dtype)',
            ),
            "keras": below(
                KERAS, "ops.tanh(", "narrow(",
                'def narrow(x):\n    return ops.cast(ops.tanh(ops.cast(x, "float32")), x.dtype)',
            ),
        },
        dtypes=("float64",),
    ),
    Rewritten(
        "batch norm not in training",
        "Batch norm takes the running statistics in training too.",
        spec_of(models.normalized),
        ("norm",),
        {
            "torch": below(
                TORCH, "nn.BatchNorm2d(", "Fixed(",
                "class Fixed(nn.BatchNorm2d):\n"
                "    def forward(self, x):\n"
                "        states = self.running_mean, self.running_var, self.weight, self.bias\n"
                "        return F.batch_norm(x, *states, eps=self.eps)",
            ),
            "mxnet": {"BatchNorm(in_channels": "BatchNorm(use_global_stats=True, in_channels"},
            "chainer": below(
                CHAINER, "L.BatchNormalization(", "Fixed(",
                "class Fixed(L.BatchNormalization):\n"
                "    def forward(self, x):\n"
                "        states = self.gamma, self.beta, self.avg_mean, self.avg_var\n"
                "        return F.fixed_batch_normalization(x, *states, self.eps)",
            ),
            "tensorflow": {
                "if training:\n            mean, ": "if False:\n            mean, ",
                "is_training=training": "is_training=False",
            },
            "jax": {"if training:\n        axes": "if False:\n        axes"},
            "keras": {"super().call(x, training=training)": "super().call(x, training=False)"},
        },
    ),
    Rewritten(
        "dropout in evaluation",
        "Dropout drops in evaluation too: Chainer's mode unless it is told otherwise.",
        spec_of(models.dropped),
        ("drop",),
        {
            "torch": below(
                TORCH, "nn.Dropout(", "Always(",
                "class Always(nn.Dropout):\n"
                "    def forward(self, x):\n"
                "        return F.dropout(x, self.p)",
            ),
            "mxnet": below(
                MXNET, "nn.Dropout(", "Always(",
                "class Always(nn.Dropout):\n"
                "    def hybrid_forward(self, F, x):\n"
                '        return F.Dropout(x, p=self._rate, mode="always")',
            ),
            "chainer": below(
                CHAINER, "F.dropout(", "always(",
                "def always(*arguments, **options):\n"
                '    with chainer.using_config("train", True):\n'
                "        return F.dropout(*arguments, **options)",
            ),
            "tensorflow": {"tf.nn.dropout(x, self.drop_rate) if training else x":
                           "tf.nn.dropout(x, self.drop_rate)"},
            "jax": {"if key is None:\n        return x":
                    "if key is None:\n        key = jax.random.key(0)"},
            "keras": {
                "layers.Dropout(0.4)": (
                    "layers.Lambda(lambda x: keras.random.dropout(x, 0.4, seed=1))"
                )
            },
        },
    ),
    Rewritten(
        "loss summed",
        "The loss is a sum over the batch where it should be a mean.",
        spec_of(models.trained),
        ("loss",),
        {
            "torch": {"mse_loss(output, targets)": 'mse_loss(output, targets, reduction="sum")'},
            "mxnet": {"F.mean(F.square(": "F.sum(F.square("},
            "chainer": {"F.mean_squared_error(output, targets)": "F.sum((output - targets) ** 2)"},
            "tensorflow": {"tf.reduce_mean(tf.math.squ": "tf.reduce_sum(tf.math.squ"},
            "jax": {"jnp.mean(jnp.square(": "jnp.sum(jnp.square("},
            "keras": {"MeanSquaredError()": 'MeanSquaredError(reduction="sum")'},
        },
    ),
    Rewritten(
        "loss halved",
        "The loss is half the squared error: Gluon's L2Loss.",
        spec_of(models.trained),
        ("loss",),
        {
            "torch": {"mse_loss(output, targets)": "mse_loss(output, targets) / 2"},
            "mxnet": {"F.mean(F.square(": "0.5 * F.mean(F.square("},
            "chainer": {"F.mean_squared_error(": "0.5 * F.mean_squared_error("},
            "tensorflow": {"tf.reduce_mean(tf.math.squ": "0.5 * tf.reduce_mean(tf.math.squ"},
            "jax": {"jnp.mean(jnp.square(": "0.5 * jnp.mean(jnp.square("},
            "keras": {"MeanSquaredError()": "Huber(delta=1e9)"},
        },
    ),
    Rewritten(
        "weight decay the wrong way round",
        "Weights grow where they should decay.",
        spec_of(models.trained).replace(optimizer=SGD(learning_rate=0.05, weight_decay=0.1)),
        ("optimizer",),
        {
            "torch": {
                ", weight_decay=0.1": "",
                "    optimizer.step()": (
                    "    for parameter in model.parameters():\n"
                    "        parameter.grad -= 0.1 * parameter.detach()\n"
                    "    optimizer.step()"
                ),
            },
            "mxnet": {'"wd": 0.1': '"wd": -0.1'},
            "chainer": {"WeightDecay(0.1)": "WeightDecay(-0.1)"},
            "tensorflow": {"gradient + 0.1 * variable": "gradient - 0.1 * variable"},
            "jax": {"gradient + 0.1 * parameter": "gradient - 0.1 * parameter"},
            "keras": {"gradient + 0.1 * variable": "gradient - 0.1 * variable"},
        },
    ),
    Rewritten(
        "stale gradients",
        "Gradients of the step before are still there and are added to.",
        spec_of(models.trained),
        ("optimizer",),
        {
            "torch": {"    optimizer.zero_grad()\n": ""},
            "chainer": {"    model.cleargrads()\n": ""},
        },
    ),
)  # fmt: skip
