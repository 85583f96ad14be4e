"""Classes and functions that emitted TensorFlow modules contain when needed, as text."""

from __future__ import annotations

_DENSE = """
class Dense(tf.Module):
    def __init__(self, in_features, units, bias=True):
        super().__init__()
        stddev = (2 / (in_features + units)) ** 0.5
        self.kernel = tf.Variable(
            tf.random.normal([in_features, units], stddev=stddev, dtype=DTYPE)
        )
        self.bias = tf.Variable(tf.zeros([units], DTYPE)) if bias else None

    def __call__(self, x):
{call}
"""

DENSE = _DENSE.format(
    call="""\
        y = tf.matmul(x, self.kernel)
        return y if self.bias is None else tf.nn.bias_add(y, self.bias)"""
)

# tf.matmul with a tensor of rank 3 would be a batched product, with a gradient for each example.
DENSE_ON_LAST_AXIS = _DENSE.format(
    call="""\
        # One product for all positions: the axes before the last are merged around it.
        y = tf.matmul(tf.reshape(x, [-1, x.shape[-1]]), self.kernel)
        y = y if self.bias is None else tf.nn.bias_add(y, self.bias)
        return tf.reshape(y, [-1, *x.shape[1:-1], y.shape[-1]])"""
)

CONV2D = '''
class Conv2D(tf.Module):
    """Convolution of (batch, height, width, channels) with pads on each side."""

    def __init__(self, in_channels, channels, kernel, stride=1, pads=0, bias=True):
        super().__init__()
        height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
        top, bottom, left, right = (pads,) * 4 if isinstance(pads, int) else pads
        self.stride, self.padding, self.pads = stride, "VALID", None
        half = ((height - 1) // 2, height // 2, (width - 1) // 2, width // 2)
        if stride == 1 and (top, bottom, left, right) == half:
            self.padding = "SAME"
        elif any([top, bottom, left, right]):
            self.pads = [[0, 0], [top, bottom], [left, right], [0, 0]]
        shape = [height, width, in_channels, channels]
        stddev = (2 / (in_channels * height * width)) ** 0.5
        self.kernel = tf.Variable(tf.random.normal(shape, stddev=stddev, dtype=DTYPE))
        self.bias = tf.Variable(tf.zeros([channels], DTYPE)) if bias else None

    def __call__(self, x):
        if self.pads:
            # Given to tf.nn.conv2d as numbers, they make its gradient slow on a CPU.
            x = tf.pad(x, self.pads)
        y = tf.nn.conv2d(x, self.kernel, self.stride, self.padding)
        return y if self.bias is None else tf.nn.bias_add(y, self.bias)
'''

GROUPED_CONV2D = '''
class GroupedConv2D(tf.Module):
    """Convolution of (batch, height, width, channels) with groups or dilation."""

    def __init__(
        self,
        in_channels,
        channels,
        kernel,
        stride=1,
        pads=0,
        dilation=1,
        groups=1,
        bias=True,
    ):
        super().__init__()
        height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
        top, bottom, left, right = (pads,) * 4 if isinstance(pads, int) else pads
        self.stride, self.groups = stride, groups
        self.dilation = (dilation,) * 2 if isinstance(dilation, int) else dilation
        self.padding = [[0, 0], [top, bottom], [left, right], [0, 0]]
        shape = [height, width, in_channels // groups, channels]
        stddev = (2 / (in_channels // groups * height * width)) ** 0.5
        self.kernel = tf.Variable(tf.random.normal(shape, stddev=stddev, dtype=DTYPE))
        self.bias = tf.Variable(tf.zeros([channels], DTYPE)) if bias else None

    def __call__(self, x):
        # Made of plain convolutions: for dilation or groups, on a CPU, tf.nn.conv2d has
        # a gradient in float32 alone, and there only on processors with oneDNN on.
        height, width, inputs, outputs = self.kernel.shape
        down, right = self.dilation
        kernel = tf.reshape(self.kernel, [height, 1, width, 1, inputs, outputs])
        kernel = tf.pad(kernel, [[0, 0], [0, down - 1], [0, 0], [0, right - 1], [0, 0], [0, 0]])
        kernel = tf.reshape(kernel, [height * down, width * right, inputs, outputs])
        kernel = kernel[: (height - 1) * down + 1, : (width - 1) * right + 1]
        parts = [
            tf.nn.conv2d(part, own, self.stride, "VALID")
            for part, own in zip(
                tf.split(tf.pad(x, self.padding), self.groups, axis=-1),
                tf.split(kernel, self.groups, axis=-1),
            )
        ]
        y = tf.concat(parts, axis=-1)
        return y if self.bias is None else tf.nn.bias_add(y, self.bias)
'''

GELU = """
def gelu(x):
    # tf.nn.gelu rounds its constants to float32, whatever the dtype of x. On two axes,
    # TensorFlow fuses this with the matrix product before it.
    y = tf.reshape(x, [-1, x.shape[-1]])
    return tf.reshape(0.5 * y * (1 + tf.math.erf(y / 2**0.5)), [-1, *x.shape[1:]])
"""

GELU_TANH = """
def gelu_tanh(x):
    # tf.nn.gelu rounds its constants to float32, whatever the dtype of x.
    inner = 0.7978845608028654 * (x + 0.044715 * x * x * x)  # sqrt(2 / pi) * ...
    return 0.5 * x * (1 + tf.tanh(inner))
"""

AVERAGE_INSIDE = '''
def average_inside(x, kernel, stride, paddings):
    """Average pooling with pads, which are left out of the count."""
    total = tf.nn.avg_pool2d(tf.pad(x, paddings), kernel, stride, "VALID")
    inside = tf.pad(tf.ones_like(x[:1, :, :, :1]), paddings)
    return total / tf.nn.avg_pool2d(inside, kernel, stride, "VALID")
'''

_BATCH_NORM = '''
class {prefix}BatchNorm(tf.Module):
    """Batch norm over all axes but the last, with the {kind} moving variance."""

    def __init__(self, channels, epsilon=1e-05, kept_fraction=0.9):
        super().__init__()
        self.epsilon, self.kept_fraction = epsilon, kept_fraction
        self.scale = tf.Variable(tf.ones([channels], DTYPE))
        self.offset = tf.Variable(tf.zeros([channels], DTYPE))
        self.moving_mean = tf.Variable(tf.zeros([channels], DTYPE), trainable=False)
        self.moving_variance = tf.Variable(tf.ones([channels], DTYPE), trainable=False)

    def __call__(self, x, training=False):
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            mean, variance = tf.nn.moments(x, axes=list(range(len(x.shape) - 1)))
            self.move(mean, {moments_kept})
        return tf.nn.batch_normalization(
            x, mean, variance, self.offset, self.scale, self.epsilon
        )

    def move(self, mean, variance):
        kept = self.kept_fraction
        self.moving_mean.assign(kept * self.moving_mean + (1 - kept) * mean)
        self.moving_variance.assign(kept * self.moving_variance + (1 - kept) * variance)

    def correction(self, x):
        """From the biased variance to the unbiased: n / (n - 1), n values a channel."""
        count = tf.cast(tf.size(x) // x.shape[-1], tf.float64)
        return tf.cast(count / (count - 1), x.dtype)
'''

_BATCH_NORM_2D = '''
class {prefix}BatchNorm2D({prefix}BatchNorm):
    """The same for images by the fused op, which is faster but wants float32."""

    def __call__(self, x, training=False):
        if x.dtype != tf.float32:
            return super().__call__(x, training)
        # Not tf.compat.v1.nn.fused_batch_norm, which silently raises epsilons of 1e-5.
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=x,
            scale=self.scale,
            offset=self.offset,
            mean={mean},
            variance={variance},
            epsilon=self.epsilon,{factor}
            is_training=training,
        )
        if training:
{update}
        return y
'''

_UNBIASED = {
    "prefix": "",
    "kind": "unbiased",
    "moments_kept": "variance * self.correction(x)",
    "mean": "self.moving_mean",
    "variance": "self.moving_variance",
    "factor": "\n            exponential_avg_factor=1 - self.kept_fraction,",
    "update": """\
            # The fused op has averaged already, with the unbiased variance.
            self.moving_mean.assign(mean)
            self.moving_variance.assign(variance)""",
}
_BIASED = {
    "prefix": "Biased",
    "kind": "biased",
    "moments_kept": "variance",
    "mean": "[] if training else self.moving_mean",
    "variance": "[] if training else self.moving_variance",
    "factor": "",
    "update": """\
            # The fused op gives the unbiased variance back.
            self.move(mean, variance / self.correction(x))""",
}
BATCH_NORM = _BATCH_NORM.format(**_UNBIASED)
BATCH_NORM_2D = _BATCH_NORM_2D.format(**_UNBIASED)
BIASED_BATCH_NORM = _BATCH_NORM.format(**_BIASED)
BIASED_BATCH_NORM_2D = _BATCH_NORM_2D.format(**_BIASED)

LAYER_NORM = """
class LayerNorm(tf.Module):
    def __init__(self, features, epsilon=1e-05):
        super().__init__()
        self.epsilon = epsilon
        self.scale = tf.Variable(tf.ones([features], DTYPE))
        self.offset = tf.Variable(tf.zeros([features], DTYPE))

    def __call__(self, x):
        mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
        return tf.nn.batch_normalization(
            x, mean, variance, self.offset, self.scale, self.epsilon
        )
"""

DROPOUT = """
class Dropout(tf.Module):
    def __init__(self, drop_rate):
        super().__init__()
        self.drop_rate = drop_rate

    def __call__(self, x, training=False):
        return tf.nn.dropout(x, self.drop_rate) if training else x
"""

ORIGINAL_DROPOUT = '''
class OriginalDropout(tf.Module):
    """Scaled in evaluation and not in training (Srivastava et al. 2014).

    In either mode that is 1 - drop_rate times tf.nn.dropout, the inverted form.
    """

    def __init__(self, drop_rate):
        super().__init__()
        self.drop_rate = drop_rate

    def __call__(self, x, training=False):
        y = tf.nn.dropout(x, self.drop_rate) if training else x
        return (1 - self.drop_rate) * y
'''

MASKED_DROPOUT = '''
class MaskedDropout(tf.Module):
    """Dropout with a given mask of zeros and ones instead of a random one."""

    def __init__(self, drop_rate, mask_shape):
        super().__init__()
        self.drop_rate = drop_rate
        self.mask = tf.Variable(tf.ones(mask_shape, DTYPE), trainable=False)

    def __call__(self, x, training=False):
        return x * self.mask / (1 - self.drop_rate) if training else x
'''

ORIGINAL_MASKED_DROPOUT = '''
class OriginalMaskedDropout(MaskedDropout):
    """Scaled in evaluation and not in training (Srivastava et al. 2014)."""

    def __call__(self, x, training=False):
        return x * self.mask if training else x * (1 - self.drop_rate)
'''

EMBEDDING = """
class Embedding(tf.Module):
    def __init__(self, vocabulary, features):
        super().__init__()
        self.table = tf.Variable(
            tf.random.normal([vocabulary, features], stddev=0.02, dtype=DTYPE)
        )

    def __call__(self, x):
        return tf.gather(self.table, x)
"""

LEARNED_POSITIONS = """
class LearnedPositions(tf.Module):
    def __init__(self, length, features):
        super().__init__()
        self.table = tf.Variable(
            tf.random.normal([length, features], stddev=0.02, dtype=DTYPE)
        )

    def __call__(self, x):
        return x + self.table
"""

_ATTENTION = """
class SelfAttention(tf.Module):
    def __init__(self, features, heads, {parameters}):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.in_proj = Dense(features, 3 * features)
        self.out_proj = Dense(features, features){dropout}

    def __call__(self, x{training}):
        length, features = x.shape[1:]
        size = features // self.heads
        qkv = tf.reshape(self.in_proj(x), [-1, length, 3, self.heads, size])
        q, k, v = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4]))
        scores = tf.matmul(q * size**-0.5, k, transpose_b=True)
        if self.causal:
            seen = tf.linalg.band_part(tf.ones([length, length], tf.bool), -1, 0)
            scores = tf.where(seen, scores, scores.dtype.min)
        y = tf.matmul({weights}, v)
        y = tf.reshape(tf.transpose(y, [0, 2, 1, 3]), [-1, length, features])
        return self.out_proj(y)
"""

SELF_ATTENTION = _ATTENTION.format(
    parameters="causal=False", dropout="", training="", weights="tf.nn.softmax(scores)"
)
_WITH_DROPOUT = {
    "training": ", training=False",
    "weights": "self.dropout(tf.nn.softmax(scores), training)",
}
DROPOUT_SELF_ATTENTION = _ATTENTION.format(
    parameters="causal=False, drop_rate=0.0",
    dropout="\n        self.dropout = Dropout(drop_rate)",
    **_WITH_DROPOUT,
)
MASKED_SELF_ATTENTION = _ATTENTION.format(
    parameters="causal=False, drop_rate=0.0, mask_shape=()",
    dropout="\n        self.dropout = MaskedDropout(drop_rate, mask_shape)",
    **_WITH_DROPOUT,
)

SGD = """
class SGD(tf.Module):
    def __init__(self, variables, learning_rate):
        super().__init__()
        self.learning_rate, self.trained = learning_rate, list(variables)

    def apply(self, gradients):
        for variable, gradient in zip(self.trained, gradients):
            variable.assign_sub(self.learning_rate * tf.convert_to_tensor(gradient))
"""

MOMENTUM_SGD = """
class SGD(tf.Module):
    def __init__(self, variables, learning_rate, momentum):
        super().__init__()
        self.learning_rate, self.momentum = learning_rate, momentum
        self.trained = list(variables)
        self.velocities = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]

    def apply(self, gradients):
        for variable, velocity, gradient in zip(self.trained, self.velocities, gradients):
            # One fused pass over each parameter, where plain operations are several:
            # velocity = momentum * velocity + gradient; variable -= rate * velocity.
            tf.raw_ops.ResourceApplyMomentum(
                var=variable.handle,
                accum=velocity.handle,
                lr=tf.constant(self.learning_rate, variable.dtype),
                grad=tf.convert_to_tensor(gradient),
                momentum=tf.constant(self.momentum, variable.dtype),
            )
"""
