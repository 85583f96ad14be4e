"""ResNet-20 for CIFAR (He et al. 2015, section 4.2) with projection shortcuts (option B).

Keras on JAX, written by parityzoo from the specification resnet20
(42c9d84cea8d10d3).
"""

import math
import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
from keras import layers, ops

# For float64: keras.config.set_floatx("float64"),
# jax.config.update("jax_enable_x64", True) and, as Keras on JAX narrows inside layers,
# keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64".


def conv2d(x, filters, kernel_size, strides, pads, **options):
    """Convolution with given pads; "same" pads unevenly where strides are above 1."""
    if strides == 1 and kernel_size == 2 * pads + 1:
        return layers.Conv2D(filters, kernel_size, padding="same", **options)(x)
    x = layers.ZeroPadding2D(pads)(x)
    return layers.Conv2D(filters, kernel_size, strides=strides, **options)(x)


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


def projection_shortcut(x, channels, stride, *, name):
    x = layers.Conv2D(channels, 1, strides=stride, use_bias=False, name=f"{name}_conv")(
        x
    )
    return BatchNorm(momentum=0.9, epsilon=1e-05, name=f"{name}_bn")(x)


def basic_block(x, channels, stride=1, project=False, *, name):
    y = conv2d(x, channels, 3, stride, 1, use_bias=False, name=f"{name}_conv1")
    y = BatchNorm(momentum=0.9, epsilon=1e-05, name=f"{name}_bn1")(y)
    y = ops.relu(y)
    y = layers.Conv2D(
        channels, 3, padding="same", use_bias=False, name=f"{name}_conv2"
    )(y)
    y = BatchNorm(momentum=0.9, epsilon=1e-05, name=f"{name}_bn2")(y)
    if project:
        x = projection_shortcut(x, channels, stride, name=f"{name}_shortcut")
    return ops.relu(y + x)


def resnet20():
    inputs = keras.Input((32, 32, 3), name="image")
    x = layers.Conv2D(16, 3, padding="same", use_bias=False, name="conv1")(inputs)
    x = BatchNorm(momentum=0.9, epsilon=1e-05, name="bn1")(x)
    x = ops.relu(x)
    for index in range(3):
        x = basic_block(x, 16, name=f"layer1_{index}")
    x = basic_block(x, 32, stride=2, project=True, name="layer2_0")
    for index in range(1, 3):
        x = basic_block(x, 32, name=f"layer2_{index}")
    x = basic_block(x, 64, stride=2, project=True, name="layer3_0")
    for index in range(1, 3):
        x = basic_block(x, 64, name=f"layer3_{index}")
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(10, name="fc")(x)
    return keras.Model(inputs, outputs, name="resnet20")


def compile_model(model):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.025, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )


def train_step(model, image, targets):
    """One step on a batch; returns the loss before the step."""
    return model.train_on_batch(image, targets)


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    model = resnet20()
    compile_model(model)
    image = keras.random.normal((8, 32, 32, 3))
    targets = keras.random.randint((8,), 0, 10)
    for step in range(5):
        loss = train_step(model, image, targets)
        print(f"step {step}: loss {loss:.4f}")
