"""Classes and functions that emitted Chainer modules contain when a model needs them, as text."""

from __future__ import annotations

_ATTENTION = """
class SelfAttention(chainer.Chain):
    def __init__(self, {arguments}):
        super().__init__()
        {kept}
        with self.init_scope():
            self.in_proj = Linear(features, 3 * features)
            self.out_proj = Linear(features, features){mask}

    def forward(self, x):
        batch, length, features = x.shape
        q, k, v = (
            F.transpose(F.reshape(part, (batch, length, self.heads, -1)), (0, 2, 1, 3))
            for part in F.split_axis(self.in_proj(x), 3, axis=-1)
        )
        scores = F.matmul(q, k, transb=True) / q.shape[-1] ** 0.5
{causal}\
        p = {probabilities}
        y = F.transpose(F.matmul(p, v), (0, 2, 1, 3))
        return self.out_proj(F.reshape(y, (batch, length, features)))
"""

_CAUSAL = """\
        if self.causal:
            later = np.triu(np.full((length, length), -np.inf, x.dtype), 1)
            scores = scores + later
"""

_MASKED = """
            self.dropout = (
                MaskedDropout(drop_rate, mask_shape) if mask_shape else F.identity
            )"""


def self_attention(*, causal: bool, drops: bool, masked: bool) -> str:
    """The class for models in which some layer is causal, drops or takes a given dropout mask."""
    arguments = ["features", "heads", *["causal=False"] * causal, *["drop_rate=0.0"] * drops]
    kept = ["heads", *["causal"] * causal, *["drop_rate"] * (drops and not masked)]
    probabilities = "F.softmax(scores, axis=-1)"
    if masked:
        arguments.append("mask_shape=()")
        probabilities = f"self.dropout({probabilities})"
    elif drops:
        probabilities = f"F.dropout({probabilities}, self.drop_rate)"
    return _ATTENTION.format(
        arguments=", ".join(arguments),
        kept=f"{', '.join(f'self.{name}' for name in kept)} = {', '.join(kept)}",
        mask=_MASKED if masked else "",
        causal=_CAUSAL if causal else "",
        probabilities=probabilities,
    )


LINEAR = '''
class Linear(L.Linear):
    """On the last axis; Chainer's own would join all axes after the first."""

    def forward(self, x):
        return super().forward(x, n_batch_axes=x.ndim - 1)
'''

LAYER_NORMALIZATION = '''
class LayerNormalization(L.LayerNormalization):
    """On the last axis; Chainer's own takes matrices alone."""

    def forward(self, x):
        rows = F.reshape(x, (-1, x.shape[-1]))
        return F.reshape(super().forward(rows), x.shape)
'''

ORIGINAL_DROPOUT = '''
def original_dropout(x, drop_rate):
    """Scaled in evaluation and not in training (Srivastava et al. 2014).

    In either mode that is 1 - drop_rate times Chainer's own, the inverted form.
    """
    return (1 - drop_rate) * F.dropout(x, drop_rate)
'''

MASKED_DROPOUT = '''
class MaskedDropout(chainer.Link):
    """Dropout with a given mask of zeros and ones instead of a random one."""

    def __init__(self, drop_rate, mask_shape):
        super().__init__()
        self.drop_rate = drop_rate
        self.add_persistent("mask", np.ones(mask_shape, chainer.get_dtype()))

    def forward(self, x):
        return F.dropout(x, mask=self.mask / (1 - self.drop_rate))
'''

ORIGINAL_MASKED_DROPOUT = '''
class OriginalMaskedDropout(MaskedDropout):
    """Scaled in evaluation and not in training (Srivastava et al. 2014)."""

    def forward(self, x):
        return x * self.mask if chainer.config.train else x * (1 - self.drop_rate)
'''

LEARNED_POSITIONS = """
class LearnedPositions(chainer.Link):
    def __init__(self, length, features):
        super().__init__()
        with self.init_scope():
            normal = chainer.initializers.Normal(0.02)
            self.W = chainer.Parameter(normal, (length, features))

    def forward(self, x):
        return x + self.W
"""

BIASED_BATCH_NORMALIZATION = '''
class BiasedBatchNormalization(L.BatchNormalization):
    """Batch norm with the biased running variance; Chainer's keeps the unbiased one.

    That is  v = decay * v + (1 - decay) * n / (n - 1) * biased.
    """

    def forward(self, x):
        if not chainer.config.train:
            return super().forward(x)
        n = x.size // self.avg_var.size
        unbiased = n / max(n - 1, 1)
        self.avg_var *= unbiased
        y = super().forward(x)
        self.avg_var /= unbiased
        return y
'''

PADDED_CONVOLUTION = '''
class PaddedConvolution2D(L.Convolution2D):
    """Convolution with a pad for each side: ((top, bottom), (left, right))."""

    def __init__(self, *args, pads, **kwargs):
        super().__init__(*args, **kwargs)
        self.pads = ((0, 0), (0, 0), *pads)

    def forward(self, x):
        return super().forward(F.pad(x, self.pads, "constant"))
'''

AVERAGE_INSIDE = '''
def average_inside(x, ksize, stride, pads):
    """Average pooling that does not count pads, ((top, bottom), (left, right)).

    F.average_pooling_nd with pad_value=None means the same for even pads, but its
    backward pass divides the gradient in place, which other functions may hold too.
    """
    pads = ((0, 0), (0, 0), *pads)
    ones = np.ones((1, 1, *x.shape[2:]), x.dtype)
    y = F.average_pooling_2d(F.pad(x, pads, "constant"), ksize, stride)
    return y / F.average_pooling_2d(np.pad(ones, pads), ksize, stride)
'''

GELU = """
def gelu(x):
    return x * F.ndtr(x)
"""

GELU_TANH = '''
def gelu_tanh(x):
    """The tanh form of GELU."""
    return 0.5 * x * (1 + F.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x * x * x)))
'''
