"""Classes that emitted PyTorch modules contain when a model needs them, as text."""

from __future__ import annotations

_ATTENTION = """
class {name}(nn.Module):
    def __init__(self, features, heads, {extra}):
        super().__init__()
        self.heads, self.causal, self.drop_rate = heads, causal, drop_rate
        self.in_proj = nn.Linear(features, 3 * features)
        self.out_proj = nn.Linear(features, features){mask}

    def forward(self, x):
        batch, length, features = x.shape
        q, k, v = (
            part.reshape(batch, length, self.heads, -1).transpose(1, 2)
            for part in self.in_proj(x).chunk(3, dim=-1)
        )
{core}
        return self.out_proj(y.transpose(1, 2).reshape(batch, length, features))
"""

SELF_ATTENTION = _ATTENTION.format(
    name="SelfAttention",
    extra="causal=False, drop_rate=0.0",
    mask="",
    core="""\
        drop_rate = self.drop_rate if self.training else 0.0
        y = F.scaled_dot_product_attention(
            q, k, v, dropout_p=drop_rate, is_causal=self.causal
        )""",
)

MASKED_SELF_ATTENTION = _ATTENTION.format(
    name="MaskedSelfAttention",
    extra="mask_shape, causal=False, drop_rate=0.0",
    mask="""
        self.dropout = MaskedDropout(drop_rate, mask_shape)""",
    core="""\
        scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
        if self.causal:
            later = torch.ones(length, length, dtype=torch.bool).triu(1)
            scores = scores.masked_fill(later, -torch.inf)
        y = self.dropout(scores.softmax(dim=-1)) @ v""",
)

ORIGINAL_DROPOUT = '''
class OriginalDropout(nn.Dropout):
    """Scaled in evaluation and not in training (Srivastava et al. 2014).

    In either mode that is 1 - p times PyTorch's own, the inverted form.
    """

    def forward(self, x):
        return (1 - self.p) * super().forward(x)
'''

MASKED_DROPOUT = '''
class MaskedDropout(nn.Module):
    """Dropout with a given mask of zeros and ones instead of a random one."""

    def __init__(self, drop_rate, mask_shape):
        super().__init__()
        self.drop_rate = drop_rate
        self.register_buffer("mask", torch.ones(mask_shape))

    def forward(self, x):
        return x * self.mask / (1 - self.drop_rate) if self.training else x
'''

ORIGINAL_MASKED_DROPOUT = '''
class OriginalMaskedDropout(MaskedDropout):
    """Scaled in evaluation and not in training (Srivastava et al. 2014)."""

    def forward(self, x):
        return x * self.mask if self.training else x * (1 - self.drop_rate)
'''

LEARNED_POSITIONS = """
class LearnedPositions(nn.Module):
    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(0.02 * torch.randn(length, features))

    def forward(self, x):
        return x + self.weight
"""

BIASED_BATCH_NORM = '''
class BiasedBatchNorm(nn.modules.batchnorm._BatchNorm):
    """Batch norm with the biased running variance; PyTorch's keeps the unbiased one."""

    def _check_input_dim(self, x):
        pass

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        with torch.no_grad():
            axes = [axis for axis in range(x.dim()) if axis != 1]
            var, mean = torch.var_mean(x, axes, correction=0)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var, self.momentum)
        return F.batch_norm(
            x, None, None, self.weight, self.bias, training=True, eps=self.eps
        )
'''

AVERAGE_INSIDE = '''
def average_inside(x, kernel, stride, pads):
    """Average pooling with uneven pads, which are left out of the count."""
    total = F.avg_pool2d(F.pad(x, pads), kernel, stride, divisor_override=1)
    inside = F.pad(torch.ones_like(x[:1, :1]), pads)
    return total / F.avg_pool2d(inside, kernel, stride, divisor_override=1)
'''

PADDED_CONV = '''
class PaddedConv2d(nn.Conv2d):
    """Convolution with a pad of its own on each side: left, right, top, bottom."""

    def __init__(self, *arguments, pads, **options):
        super().__init__(*arguments, **options)
        self.pads = pads

    def forward(self, x):
        return super().forward(F.pad(x, self.pads))
'''

LAMBDA = '''
class Lambda(nn.Module):
    """A function as an element of nn.Sequential."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)
'''
