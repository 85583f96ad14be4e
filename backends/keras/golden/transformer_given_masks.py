"""Transformer encoder (Vaswani et al. 2017), pre-norm (Xiong et al. 2020), as a classifier.

Keras on JAX, with given dropout masks, written by parityzoo from the specification transformer
(75c2b3bf75e76e78).
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
from keras import layers, ops

# For float64: keras.config.set_floatx("float64"),
# jax.config.update("jax_enable_x64", True) and, as Keras on JAX narrows inside layers,
# keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64".


class MaskedDropout(layers.Layer):
    """Dropout with a given mask of zeros and ones instead of a random one."""

    def __init__(self, drop_rate, mask_shape, **options):
        super().__init__(**options)
        self.drop_rate, self.mask_shape = drop_rate, mask_shape

    def build(self, input_shape):
        self.mask = self.add_weight(
            shape=self.mask_shape, initializer="ones", trainable=False, name="mask"
        )

    def call(self, x, training=False):
        return x * self.mask / (1 - self.drop_rate) if training else x


class LearnedPositions(layers.Layer):
    def build(self, input_shape):
        self.embeddings = self.add_weight(
            shape=input_shape[1:],
            initializer=keras.initializers.RandomNormal(stddev=0.02),
            name="embeddings",
        )

    def call(self, x):
        return x + self.embeddings


class SelfAttention(layers.Layer):
    """Self-attention with one kernel for queries, keys and values.

    layers.MultiHeadAttention has three, and without dropout its softmax is float32 on
    TensorFlow and JAX even in float64.
    """

    def __init__(self, heads, causal=False, drop_rate=0.0, mask_shape=(), **options):
        super().__init__(**options)
        self.heads, self.causal = heads, causal
        self.dropout = MaskedDropout(drop_rate, mask_shape, name="dropout")

    def build(self, input_shape):
        features = input_shape[-1]
        self.in_proj = layers.Dense(3 * features, name="in_proj")
        self.out_proj = layers.Dense(features, name="out_proj")
        self.in_proj.build(input_shape)
        self.out_proj.build(input_shape)
        self.dropout.build(input_shape)

    def call(self, x, training=False):
        length, features = x.shape[1:]
        size = features // self.heads
        qkv = ops.reshape(self.in_proj(x), (-1, length, 3, self.heads, size))
        q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)))
        scores = ops.matmul(q * size**-0.5, ops.transpose(k, (0, 1, 3, 2)))
        if self.causal:
            seen = ops.tril(ops.ones((length, length), "bool"))
            scores = ops.where(seen, scores, float("-inf"))
        y = ops.matmul(self.dropout(ops.softmax(scores), training=training), v)
        y = ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, length, features))
        return self.out_proj(y)


def encoder_layer(x, heads, feed_forward, drop_rate, *, name):
    features = x.shape[-1]
    y = layers.LayerNormalization(epsilon=1e-05, name=f"{name}_norm1")(x)
    y = SelfAttention(
        heads, drop_rate=drop_rate, mask_shape=(16, 4, 64, 64), name=f"{name}_attention"
    )(y)
    y = MaskedDropout(drop_rate, (16, 64, 128), name=f"{name}_dropout1")(y)
    x = x + y
    y = layers.LayerNormalization(epsilon=1e-05, name=f"{name}_norm2")(x)
    y = layers.Dense(feed_forward, name=f"{name}_linear1")(y)
    y = ops.gelu(y, approximate=False)
    y = layers.Dense(features, name=f"{name}_linear2")(y)
    y = MaskedDropout(drop_rate, (16, 64, 128), name=f"{name}_dropout2")(y)
    return x + y


def transformer():
    inputs = keras.Input((64,), dtype="int32", name="tokens")
    x = layers.Embedding(
        1000,
        128,
        embeddings_initializer=keras.initializers.RandomNormal(stddev=0.02),
        name="embedding",
    )(inputs)
    x = LearnedPositions(name="positions")(x)
    x = MaskedDropout(0.1, (16, 64, 128), name="dropout_")(x)
    for index in range(4):
        x = encoder_layer(x, 4, 512, drop_rate=0.1, name=f"layers_{index}")
    x = layers.LayerNormalization(epsilon=1e-05, name="norm")(x)
    x = ops.mean(x, axis=1)
    outputs = layers.Dense(10, name="output")(x)
    return keras.Model(inputs, outputs, name="transformer")


def compile_model(model):
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )


def train_step(model, tokens, targets):
    """One step on a batch; returns the loss before the step."""
    return model.train_on_batch(tokens, targets)


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    model = transformer()
    compile_model(model)
    tokens = keras.random.randint((8, 64), 0, 1000)
    targets = keras.random.randint((8,), 0, 10)
    for step in range(5):
        loss = train_step(model, tokens, targets)
        print(f"step {step}: loss {loss:.4f}")
