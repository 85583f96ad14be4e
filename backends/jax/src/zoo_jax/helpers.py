"""Functions that emitted JAX modules contain when needed, as text.

A layer is two functions: `init_<layer>` makes its parameters and `<layer>` takes them. A layer with
a state (running statistics, given dropout masks) makes (params, state) and returns (output, state).
"""

from __future__ import annotations

_DENSE = """
def init_dense(key, in_features, units, bias=True):
    stddev = (2 / (in_features + units)) ** 0.5
    params = {{"kernel": stddev * jax.random.normal(key, (in_features, units))}}
    if bias:
        params["bias"] = jnp.zeros(units)
    return params


def dense(params, x):
{product}
    return y + params["bias"] if "bias" in params else y
"""

DENSE = _DENSE.format(product='    y = x @ params["kernel"]')

DENSE_ON_LAST_AXIS = _DENSE.format(
    product="""\
    # On two axes: XLA is slow to sum a kernel's gradient over several axes.
    y = x.reshape(-1, x.shape[-1]) @ params["kernel"]
    y = y.reshape(*x.shape[:-1], -1)"""
)

PAIR = """
def pair(value):
    return (value, value) if isinstance(value, int) else value
"""

SIDES = '''
def sides(pads):
    """One number or (top, bottom, left, right) as pads of height and of width."""
    top, bottom, left, right = (pads,) * 4 if isinstance(pads, int) else pads
    return (top, bottom), (left, right)
'''

_CONV2D = '''
def init_conv2d(key, in_channels, channels, kernel, {groups}bias=True):
    shape = (*pair(kernel), {inputs}, channels)
    stddev = (2 / (shape[0] * shape[1] * shape[2])) ** 0.5
    params = {{"kernel": stddev * jax.random.normal(key, shape)}}
    if bias:
        params["bias"] = jnp.zeros(channels)
    return params


def conv2d(params, x, stride=1, pads=0{parameters}):
    """Convolution of (batch, height, width, channels)."""
    y = lax.conv_general_dilated(
        x,
        params["kernel"],
        window_strides=pair(stride),
        padding=sides(pads),{arguments}
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
    return y + params["bias"] if "bias" in params else y
'''

CONV2D = _CONV2D.format(groups="", inputs="in_channels", parameters="", arguments="")
DILATED_OR_GROUPED_CONV2D = _CONV2D.format(
    groups="groups=1, ",
    inputs="in_channels // groups",
    parameters=", dilation=1, groups=1",
    arguments="""
        rhs_dilation=pair(dilation),
        feature_group_count=groups,""",
)

MAX_POOL = '''
def max_pool(x, kernel, stride, pads=0):
    """Maximum over windows of (batch, height, width, channels); pads never win."""
    kernel, stride = (1, *pair(kernel), 1), (1, *pair(stride), 1)
    pads = ((0, 0), *sides(pads), (0, 0))
    return lax.reduce_window(x, -jnp.inf, lax.max, kernel, stride, pads)
'''

SUM_POOL = '''
def sum_pool(x, kernel, stride, pads=0):
    """Sum over windows of (batch, height, width, channels)."""
    kernel, stride = (1, *pair(kernel), 1), (1, *pair(stride), 1)
    pads = ((0, 0), *sides(pads), (0, 0))
    return lax.reduce_window(x, 0.0, lax.add, kernel, stride, pads)
'''

AVG_POOL = '''
def avg_pool(x, kernel, stride, pads=0):
    """Average over windows, in which pads count as zeros."""
    height, width = pair(kernel)
    return sum_pool(x, kernel, stride, pads) / (height * width)
'''

AVERAGE_INSIDE = '''
def average_inside(x, kernel, stride, pads):
    """Average over what of each window is inside the image."""
    inside = jnp.ones_like(x[:1, :, :, :1])
    return sum_pool(x, kernel, stride, pads) / sum_pool(inside, kernel, stride, pads)
'''

INIT_BATCH_NORM = """
def init_batch_norm(channels):
    params = {"scale": jnp.ones(channels), "bias": jnp.zeros(channels)}
    state = {"mean": jnp.zeros(channels), "var": jnp.ones(channels)}
    return params, state
"""

_BATCH_NORM = '''
def {name}(params, state, x, training, epsilon=1e-05, kept_fraction=0.9):
    """Batch norm over all axes but the last, with the {kind} running variance."""
    mean, var = state["mean"], state["var"]
    # At least in float32, in which a gradient is then summed, too.
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    if training:
        axes = tuple(range(x.ndim - 1))
        mean = jnp.mean(wide, axes)
        var = jnp.mean(jnp.square(wide - mean), axes){count}
        state = {{
            "mean": kept_fraction * state["mean"] + (1 - kept_fraction) * mean,
            "var": kept_fraction * state["var"] + (1 - kept_fraction) * {moved},
        }}
        state = {{name: moved.astype(x.dtype) for name, moved in state.items()}}
    scale = params["scale"] * lax.rsqrt(var + epsilon)
    y = wide * scale + (params["bias"] - mean * scale)
    return y.astype(x.dtype), state
'''

BATCH_NORM = _BATCH_NORM.format(
    name="batch_norm",
    kind="unbiased",
    count="\n        count = x.size // x.shape[-1]\n        unbiased = var * (count / (count - 1))",
    moved="unbiased",
)
BIASED_BATCH_NORM = _BATCH_NORM.format(
    name="biased_batch_norm", kind="biased", count="", moved="var"
)

LAYER_NORM = """
def init_layer_norm(features):
    return {"scale": jnp.ones(features), "bias": jnp.zeros(features)}


def layer_norm(params, x, epsilon=1e-05):
    # At least in float32: in float16 the derivative of rsqrt overflows.
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    centred = wide - jnp.mean(wide, axis=-1, keepdims=True)
    var = jnp.mean(jnp.square(centred), axis=-1, keepdims=True)
    y = centred * lax.rsqrt(var + epsilon) * params["scale"] + params["bias"]
    return y.astype(x.dtype)
"""

DROPOUT = '''
def dropout(x, drop_rate, key=None):
    """Drops elements where a key is given, which is in training alone."""
    if key is None:
        return x
    kept = jax.random.bernoulli(key, 1 - drop_rate, x.shape)
    return jnp.where(kept, x / (1 - drop_rate), 0)
'''

ORIGINAL_DROPOUT = '''
def original_dropout(x, drop_rate, key=None):
    """Scaled in evaluation and not in training (Srivastava et al. 2014)."""
    if key is None:
        return x * (1 - drop_rate)
    return jnp.where(jax.random.bernoulli(key, 1 - drop_rate, x.shape), x, 0)
'''

INIT_MASKED_DROPOUT = """
def init_masked_dropout(mask_shape):
    return {}, {"mask": jnp.ones(mask_shape)}
"""

MASKED_DROPOUT = '''
def masked_dropout(state, x, drop_rate, training):
    """Dropout with a given mask of zeros and ones instead of a random one."""
    return (x * state["mask"] / (1 - drop_rate) if training else x), state
'''

ORIGINAL_MASKED_DROPOUT = '''
def original_masked_dropout(state, x, drop_rate, training):
    """Scaled in evaluation and not in training (Srivastava et al. 2014)."""
    return (x * state["mask"] if training else x * (1 - drop_rate)), state
'''

EMBEDDING = """
def init_embedding(key, vocabulary, features):
    return {"table": 0.02 * jax.random.normal(key, (vocabulary, features))}


def embedding(params, x):
    return params["table"][x]
"""

LEARNED_POSITIONS = """
def init_learned_positions(key, length, features):
    return {"table": 0.02 * jax.random.normal(key, (length, features))}


def learned_positions(params, x):
    return x + params["table"]
"""

INIT_SELF_ATTENTION = """
def init_self_attention(key, features):
    in_key, out_key = jax.random.split(key)
    return {
        "in_proj": init_dense(in_key, features, 3 * features),
        "out_proj": init_dense(out_key, features, features),
    }
"""

INIT_MASKED_SELF_ATTENTION = """
def init_masked_self_attention(key, features, mask_shape):
    return init_self_attention(key, features), {"mask": jnp.ones(mask_shape)}
"""

_ATTENTION = """
def {name}({state}x, heads, {parameters}):
    batch, length, features = x.shape
    qkv = dense(params["in_proj"], x).reshape(batch, length, 3, heads, -1)
    q, k, v = qkv.transpose(2, 0, 3, 1, 4)
    scores = q * (features // heads) ** -0.5 @ k.swapaxes(-1, -2)
    if causal:
        scores = jnp.where(jnp.tri(length, dtype=bool), scores, -jnp.inf)
    weights = jax.nn.softmax(scores){dropout}
    y = (weights @ v).swapaxes(1, 2).reshape(x.shape)
    return dense(params["out_proj"], y){result}
"""

# Not jax.nn.dot_product_attention: it has no dropout, and rounds float64 to float32.
SELF_ATTENTION = _ATTENTION.format(
    name="self_attention", state="params, ", parameters="causal=False", dropout="", result=""
)
DROPOUT_SELF_ATTENTION = _ATTENTION.format(
    name="self_attention",
    state="params, ",
    parameters="causal=False, drop_rate=0.0, key=None",
    dropout="\n    weights = dropout(weights, drop_rate, key)",
    result="",
)
MASKED_SELF_ATTENTION = _ATTENTION.format(
    name="masked_self_attention",
    state="params, state, ",
    parameters="drop_rate, training, causal=False",
    dropout="\n    weights, state = masked_dropout(state, weights, drop_rate, training)",
    result=", state",
)

SPLIT_KEY = '''
def split_key(key, count):
    """Keys for the random parts of a function; in evaluation there is none to split."""
    return [None] * count if key is None else jax.random.split(key, count)
'''

UNZIP = '''
def unzip(layers):
    """The parameters of layers, and their states, from pairs of the two."""
    params, state = zip(*layers)
    return list(params), list(state)
'''
