"""LeNet-5 (LeCun et al. 1998) with full connections between C3 and S2 and a softmax output.

Keras on JAX, written by parityzoo from the specification lenet5
(6ac59922ad22d851).
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
from keras import layers, ops

# For float64: keras.config.set_floatx("float64"),
# jax.config.update("jax_enable_x64", True) and, as Keras on JAX narrows inside layers,
# keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64".


def lenet5():
    inputs = keras.Input((32, 32, 1), name="image")
    x = layers.Conv2D(6, 5, name="conv1")(inputs)
    x = ops.tanh(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(16, 5, name="conv2")(x)
    x = ops.tanh(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, name="fc1")(x)
    x = ops.tanh(x)
    x = layers.Dense(84, name="fc2")(x)
    x = ops.tanh(x)
    outputs = layers.Dense(10, name="fc3")(x)
    return keras.Model(inputs, outputs, name="lenet5")


def compile_model(model):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.05, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )


def train_step(model, image, targets):
    """One step on a batch; returns the loss before the step."""
    return model.train_on_batch(image, targets)


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    model = lenet5()
    compile_model(model)
    image = keras.random.normal((8, 32, 32, 1))
    targets = keras.random.randint((8,), 0, 10)
    for step in range(5):
        loss = train_step(model, image, targets)
        print(f"step {step}: loss {loss:.4f}")
