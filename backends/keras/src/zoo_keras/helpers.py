"""Layers and functions that emitted Keras modules contain when a model needs them, as text."""

from __future__ import annotations

GELU = """
def gelu(x):
    # tf.nn.gelu rounds its constants to float32, whatever the dtype of x.
    return 0.5 * x * (1 + ops.erf(x * 2**-0.5))
"""

GELU_TANH = """
def gelu_tanh(x):
    # tf.nn.gelu rounds its constants to float32, whatever the dtype of x.
    inner = 0.7978845608028654 * (x + 0.044715 * x * x * x)  # sqrt(2 / pi) * ...
    return 0.5 * x * (1 + ops.tanh(inner))
"""

CONV2D = '''
def conv2d(x, filters, kernel_size, strides, pads, **options):
    """Convolution with given pads; "same" pads unevenly where strides are above 1."""
    if strides == 1 and kernel_size == 2 * pads + 1:
        return layers.Conv2D(filters, kernel_size, padding="same", **options)(x)
    x = layers.ZeroPadding2D(pads)(x)
    return layers.Conv2D(filters, kernel_size, strides=strides, **options)(x)
'''

EVERY = '''
def every(x, strides):
    """Each strides-th place of an image: no Conv2D has both strides and dilation."""
    down, right = (strides, strides) if isinstance(strides, int) else strides
    return x[:, ::down, ::right]
'''

AVERAGE_INSIDE = '''
def average_inside(x, pool_size, strides, pads):
    """Average pooling with given pads, which are left out of the count."""
    total = ops.average_pool(ops.pad(x, pads), pool_size, strides)
    inside = ops.pad(ops.ones((1, *x.shape[1:3], 1), x.dtype), pads)
    return total / ops.average_pool(inside, pool_size, strides)
'''

BATCH_NORM = '''
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
'''

ORIGINAL_DROPOUT = '''
class OriginalDropout(layers.Dropout):
    """Scaled in evaluation and not in training (Srivastava et al. 2014).

    In either mode that is 1 - rate times Keras's own, the inverted form.
    """

    def call(self, x, training=False):
        return (1 - self.rate) * super().call(x, training=training)
'''

MASKED_DROPOUT = '''
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
'''

ORIGINAL_MASKED_DROPOUT = '''
class OriginalMaskedDropout(MaskedDropout):
    """Scaled in evaluation and not in training (Srivastava et al. 2014)."""

    def call(self, x, training=False):
        return x * self.mask if training else x * (1 - self.drop_rate)
'''

LEARNED_POSITIONS = """
class LearnedPositions(layers.Layer):
    def build(self, input_shape):
        self.embeddings = self.add_weight(
            shape=input_shape[1:],
            initializer=keras.initializers.RandomNormal(stddev=0.02),
            name="embeddings",
        )

    def call(self, x):
        return x + self.embeddings
"""

_ATTENTION = '''
class SelfAttention(layers.Layer):
    """Self-attention with one kernel for queries, keys and values.

    layers.MultiHeadAttention has three, and without dropout its softmax is float32 on
    TensorFlow and JAX even in float64.
    """

    def __init__(self, heads, {parameters}, **options):
        super().__init__(**options)
        self.heads, self.causal = heads, causal{dropout}

    def build(self, input_shape):
        features = input_shape[-1]
        self.in_proj = layers.Dense(3 * features, name="in_proj")
        self.out_proj = layers.Dense(features, name="out_proj")
        self.in_proj.build(input_shape)
        self.out_proj.build(input_shape){build}

    def call(self, x{training}):
        length, features = x.shape[1:]
        size = features // self.heads
        qkv = ops.reshape(self.in_proj(x), (-1, length, 3, self.heads, size))
        q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)))
        scores = ops.matmul(q * size**-0.5, ops.transpose(k, (0, 1, 3, 2)))
        if self.causal:
            seen = ops.tril(ops.ones((length, length), "bool"))
            scores = ops.where(seen, scores, float("-inf"))
        y = ops.matmul({weights}, v)
        y = ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, length, features))
        return self.out_proj(y)
'''

SELF_ATTENTION = _ATTENTION.format(
    parameters="causal=False", dropout="", build="", training="", weights="ops.softmax(scores)"
)
_WITH_DROPOUT = {
    "training": ", training=False",
    "weights": "self.dropout(ops.softmax(scores), training=training)",
}
DROPOUT_SELF_ATTENTION = _ATTENTION.format(
    parameters="causal=False, drop_rate=0.0",
    dropout="\n        self.dropout = layers.Dropout(drop_rate)",
    build="",
    **_WITH_DROPOUT,
)
MASKED_SELF_ATTENTION = _ATTENTION.format(
    parameters="causal=False, drop_rate=0.0, mask_shape=()",
    dropout='\n        self.dropout = MaskedDropout(drop_rate, mask_shape, name="dropout")',
    build="\n        self.dropout.build(input_shape)",
    **_WITH_DROPOUT,
)
