"""Classes and functions that emitted MXNet modules contain when a model needs them, as text."""

from __future__ import annotations

_ATTENTION = """
class SelfAttention(nn.HybridBlock):
    def __init__(self, features, heads, {arguments}):
        super().__init__()
        self.heads, self.scale = heads, (features / heads) ** -0.5{keep}
        self.in_proj = nn.Dense(3 * features, flatten=False, in_units=features)
        self.out_proj = nn.Dense(features, flatten=False, in_units=features)
        self.dropout = {dropout}

    def hybrid_forward(self, F, x):
        # q, k and v have the axes batch, length, head, and the features of one head.
        x = F.reshape(self.in_proj(x), shape=(0, 0, 3 * self.heads, -1))
        q, k, v = F.split(x, 3, axis=2)
        scores = F.linalg.gemm2(q, k, transpose_b=True, alpha=self.scale, axis=1)
{softmax}
        y = F.linalg.gemm2(self.dropout(p), v, axis=1)
        return self.out_proj(F.reshape(y, shape=(0, 0, -3)))
"""

_CAUSAL = """\
        if self.causal:
            seen = F.contrib.arange_like(scores, start=1, axis=1)  # 1, 2, 3, ...
            seen = F.reshape(seen, shape=(1, -1, 1))
            seen = F.broadcast_like(seen, scores, lhs_axes=(0, 2), rhs_axes=(0, 2))
            p = F.softmax(scores, F.cast(seen, "int32"), use_length=True, axis=-1)
        else:
            p = F.softmax(scores, axis=-1)"""

_MASKED = """(
            MaskedDropout(drop_rate, mask_shape)
            if mask_shape
            else nn.Dropout(drop_rate)
        )"""


def self_attention(*, causal: bool, masked: bool) -> str:
    """The class for models with a causal layer or none, with given dropout masks or without."""
    arguments = ["causal=False"] * causal + ["drop_rate=0.0"] + ["mask_shape=()"] * masked
    return _ATTENTION.format(
        arguments=", ".join(arguments),
        keep="\n        self.causal = causal" if causal else "",
        softmax=_CAUSAL if causal else "        p = F.softmax(scores, axis=-1)",
        dropout=_MASKED if masked else "nn.Dropout(drop_rate)",
    )


ORIGINAL_DROPOUT = '''
class OriginalDropout(nn.Dropout):
    """Scaled in evaluation and not in training (Srivastava et al. 2014).

    In either mode that is 1 - rate times MXNet's own, the inverted form.
    """

    def hybrid_forward(self, F, x):
        return (1 - self._rate) * super().hybrid_forward(F, x)
'''

MASKED_DROPOUT = '''
class MaskedDropout(nn.HybridBlock):
    """Dropout with a given mask of zeros and ones instead of a random one.

    A hybridized model keeps the mode of its first call; hybridize it anew for another.
    """

    def __init__(self, drop_rate, mask_shape):
        super().__init__()
        self.drop_rate = drop_rate
        self.mask = self.params.get(
            "mask", shape=mask_shape, init="ones", grad_req="null"
        )

    def hybrid_forward(self, F, x, mask):
        return x * mask / (1 - self.drop_rate) if autograd.is_training() else x
'''

ORIGINAL_MASKED_DROPOUT = '''
class OriginalMaskedDropout(MaskedDropout):
    """Scaled in evaluation and not in training (Srivastava et al. 2014)."""

    def hybrid_forward(self, F, x, mask):
        return x * mask if autograd.is_training() else x * (1 - self.drop_rate)
'''

LEARNED_POSITIONS = """
class LearnedPositions(nn.HybridBlock):
    def __init__(self, length, features):
        super().__init__()
        self.weight = self.params.get(
            "weight", shape=(length, features), init=mx.init.Normal(0.02)
        )

    def hybrid_forward(self, F, x, weight):
        return F.broadcast_add(x, F.expand_dims(weight, axis=0))
"""

BATCH_NORM = '''
class BatchNorm(nn.BatchNorm):
    """Batch norm whose running variance is the unbiased one, by way of `backward`."""

    def hybrid_forward(self, F, x, **states):
        self.x, self.counts = x, {}
        return super().hybrid_forward(F, x, **states)

    def count(self, shapes):
        """How many values each channel has if the model's inputs have these shapes."""
        if shapes not in self.counts:
            shape = self.x.shape if isinstance(self.x, mx.nd.NDArray) else None
            if shape is None:  # a symbol: the model is hybridized
                names = set(self.x.list_inputs())
                known = {name: shape for name, shape in shapes if name in names}
                shape = self.x.infer_shape(**known)[1][0]
            self.counts[shapes] = math.prod(shape) // shape[1]
        return self.counts[shapes]


def backward(loss, model, *inputs):
    """Backward pass, in which MXNet's own batch norm moves its running variance.

    It does v = k * v + (1 - k) * biased. With v scaled by (n - 1) / n before and by
    n / (n - 1) after, v moves by the unbiased variance, n / (n - 1) * biased.
    """
    norms = []
    model.apply(lambda b: norms.append(b) if isinstance(b, BatchNorm) else None)
    names = ["data"] if len(inputs) == 1 else [f"data{i}" for i in range(len(inputs))]
    shapes = tuple((name, x.shape) for name, x in zip(names, inputs))
    scales = [(norm.running_var.data(), norm.count(shapes)) for norm in norms]
    for variance, n in scales:
        variance *= (n - 1) / n
    loss.backward()
    for variance, n in scales:
        variance *= n / (n - 1)
'''

GELU_TANH = '''
def gelu_tanh(F, x):
    """The tanh form of GELU; MXNet's own is the erf form."""
    return 0.5 * x * (1 + F.tanh((2 / math.pi) ** 0.5 * (x + 0.044715 * x * x * x)))
'''

PADDED_CONV2D = '''
class PaddedConv2D(nn.Conv2D):
    """Convolution with uneven pads: (top, bottom, left, right)."""

    def __init__(self, *args, pads, **kwargs):
        super().__init__(*args, **kwargs)
        self.pads = pads

    def hybrid_forward(self, F, x, *states, **named):
        pads = (0, 0, 0, 0, *self.pads)
        x = F.pad(x, mode="constant", pad_width=pads, constant_value=0)
        return super().hybrid_forward(F, x, *states, **named)
'''

MAX_POOL = '''
def max_pool(F, x, kernel, stride, pads):
    """Max pooling with uneven pads: (top, bottom, left, right)."""
    lowest = float("-inf")
    pads = (0, 0, 0, 0, *pads)
    x = F.pad(x, mode="constant", pad_width=pads, constant_value=lowest)
    return F.Pooling(x, kernel=kernel, stride=stride, pool_type="max")
'''

AVG_POOL = '''
def avg_pool(F, x, kernel, stride, pads, count_padding=True):
    """Average pooling with uneven pads: (top, bottom, left, right)."""

    def average(x):
        width = (0, 0, 0, 0, *pads)
        x = F.pad(x, mode="constant", pad_width=width, constant_value=0)
        return F.Pooling(x, kernel=kernel, stride=stride, pool_type="avg")

    if count_padding:
        return average(x)
    inside = average(F.ones_like(F.slice(x, begin=(0, 0), end=(1, 1))))
    return F.broadcast_div(average(x), inside)
'''
