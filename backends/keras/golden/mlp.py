"""MLP, a multilayer perceptron with batch normalisation (Ioffe and Szegedy 2015) and dropout.

Keras on JAX, written by parityzoo from the specification mlp
(0317d2764c6b4e98).
"""

import math
import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
from keras import layers, ops

# For float64: keras.config.set_floatx("float64"),
# jax.config.update("jax_enable_x64", True) and, as Keras on JAX narrows inside layers,
# keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64".


class BatchNorm(layers.BatchNormalization):
    """Batch norm with the unbiased running variance; Keras's keeps the biased one."""

    def call(self, x, training=None):
        kept = self.moving_variance * self.momentum
        y = super().call(x, training=training)
        if training:
            n = math.prod(ops.shape(x)[:-1])
            correction = ops.convert_to_tensor(n / (n - 1), kept.dtype)
            new = self.moving_variance - kept
            self.moving_variance.assign(kept + new * correction)
        return y


def hidden_layer(x, units, drop_rate, *, name):
    x = layers.Dense(units, use_bias=False, name=f"{name}_linear")(x)
    x = BatchNorm(momentum=0.9, epsilon=1e-05, name=f"{name}_norm")(x)
    x = ops.relu(x)
    return layers.Dropout(drop_rate)(x)


def mlp():
    inputs = keras.Input((784,), name="x")
    x = inputs
    for index in range(2):
        x = hidden_layer(x, 512, 0.5, name=f"hidden_{index}")
    outputs = layers.Dense(10, name="output")(x)
    return keras.Model(inputs, outputs, name="mlp")


def compile_model(model):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.05, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )


def train_step(model, x, targets):
    """One step on a batch; returns the loss before the step."""
    return model.train_on_batch(x, targets)


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    model = mlp()
    compile_model(model)
    x = keras.random.normal((8, 784))
    targets = keras.random.randint((8,), 0, 10)
    for step in range(5):
        loss = train_step(model, x, targets)
        print(f"step {step}: loss {loss:.4f}")
