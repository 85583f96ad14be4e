"""Transformer encoder (Vaswani et al. 2017), pre-norm (Xiong et al. 2020), as a classifier.

JAX, written by parityzoo from the specification transformer
(75c2b3bf75e76e78).
"""

import jax
import jax.numpy as jnp
from jax import lax


def split_key(key, count):
    """Keys for the random parts of a function; in evaluation there is none to split."""
    return [None] * count if key is None else jax.random.split(key, count)


def init_dense(key, in_features, units, bias=True):
    stddev = (2 / (in_features + units)) ** 0.5
    params = {"kernel": stddev * jax.random.normal(key, (in_features, units))}
    if bias:
        params["bias"] = jnp.zeros(units)
    return params


def dense(params, x):
    # On two axes: XLA is slow to sum a kernel's gradient over several axes.
    y = x.reshape(-1, x.shape[-1]) @ params["kernel"]
    y = y.reshape(*x.shape[:-1], -1)
    return y + params["bias"] if "bias" in params else y


def init_layer_norm(features):
    return {"scale": jnp.ones(features), "bias": jnp.zeros(features)}


def layer_norm(params, x, epsilon=1e-05):
    # At least in float32: in float16 the derivative of rsqrt overflows.
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    centred = wide - jnp.mean(wide, axis=-1, keepdims=True)
    var = jnp.mean(jnp.square(centred), axis=-1, keepdims=True)
    y = centred * lax.rsqrt(var + epsilon) * params["scale"] + params["bias"]
    return y.astype(x.dtype)


def dropout(x, drop_rate, key=None):
    """Drops elements where a key is given, which is in training alone."""
    if key is None:
        return x
    kept = jax.random.bernoulli(key, 1 - drop_rate, x.shape)
    return jnp.where(kept, x / (1 - drop_rate), 0)


def init_embedding(key, vocabulary, features):
    return {"table": 0.02 * jax.random.normal(key, (vocabulary, features))}


def embedding(params, x):
    return params["table"][x]


def init_learned_positions(key, length, features):
    return {"table": 0.02 * jax.random.normal(key, (length, features))}


def learned_positions(params, x):
    return x + params["table"]


def init_self_attention(key, features):
    in_key, out_key = jax.random.split(key)
    return {
        "in_proj": init_dense(in_key, features, 3 * features),
        "out_proj": init_dense(out_key, features, features),
    }


def self_attention(params, x, heads, causal=False, drop_rate=0.0, key=None):
    batch, length, features = x.shape
    qkv = dense(params["in_proj"], x).reshape(batch, length, 3, heads, -1)
    q, k, v = qkv.transpose(2, 0, 3, 1, 4)
    scores = q * (features // heads) ** -0.5 @ k.swapaxes(-1, -2)
    if causal:
        scores = jnp.where(jnp.tri(length, dtype=bool), scores, -jnp.inf)
    weights = jax.nn.softmax(scores)
    weights = dropout(weights, drop_rate, key)
    y = (weights @ v).swapaxes(1, 2).reshape(x.shape)
    return dense(params["out_proj"], y)


def init_encoder_layer(key, in_features, feed_forward):
    keys = jax.random.split(key, 3)
    return {
        "norm1": init_layer_norm(in_features),
        "attention": init_self_attention(keys[0], in_features),
        "norm2": init_layer_norm(in_features),
        "linear1": init_dense(keys[1], in_features, feed_forward),
        "linear2": init_dense(keys[2], feed_forward, in_features),
    }


def encoder_layer(params, x, heads, drop_rate, key=None):
    keys = split_key(key, 3)
    y = self_attention(
        params["attention"],
        layer_norm(params["norm1"], x),
        heads,
        drop_rate=drop_rate,
        key=keys[0],
    )
    x = x + dropout(y, drop_rate, keys[1])
    y = jax.nn.gelu(
        dense(params["linear1"], layer_norm(params["norm2"], x)), approximate=False
    )
    return x + dropout(dense(params["linear2"], y), drop_rate, keys[2])


def init_transformer(key):
    keys = jax.random.split(key, 7)
    return {
        "embedding": init_embedding(keys[0], 1000, 128),
        "positions": init_learned_positions(keys[1], 64, 128),
        "layers": [init_encoder_layer(k, 128, 512) for k in keys[2:6]],
        "norm": init_layer_norm(128),
        "output": init_dense(keys[6], 128, 10),
    }


def transformer(params, tokens, key=None):
    keys = split_key(key, 5)
    x = learned_positions(params["positions"], embedding(params["embedding"], tokens))
    x = dropout(x, 0.1, keys[0])
    for i, layer in enumerate(params["layers"]):
        x = encoder_layer(layer, x, heads=4, drop_rate=0.1, key=keys[i + 1])
    return dense(params["output"], jnp.mean(layer_norm(params["norm"], x), axis=1))


def loss_fn(output, targets):
    log_probs = jax.nn.log_softmax(output)
    return -jnp.mean(jnp.take_along_axis(log_probs, targets[..., None], axis=-1))


def init_optimizer(params):
    return {"velocity": jax.tree.map(jnp.zeros_like, params)}


def update(params, optimizer, grads):
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, optimizer["velocity"], grads)
    params = jax.tree.map(lambda p, v: p - 0.01 * v, params, velocity)
    return params, {"velocity": velocity}


@jax.jit(donate_argnums=(0, 1, 2))
def train_step(params, optimizer, key, tokens, targets):
    """One step on a batch; the loss is that before the step."""
    key, dropout_key = jax.random.split(key)

    def batch_loss(params):
        return loss_fn(transformer(params, tokens, key=dropout_key), targets)

    loss, grads = jax.value_and_grad(batch_loss)(params)
    params, optimizer = update(params, optimizer, grads)
    return params, optimizer, key, loss


if __name__ == "__main__":
    init_key, data_key, target_key, key = jax.random.split(jax.random.key(0), 4)
    params = init_transformer(init_key)
    optimizer = init_optimizer(params)
    tokens = jax.random.randint(data_key, (8, 64), 0, 1000)
    targets = jax.random.randint(target_key, (8,), 0, 10)
    for step in range(5):
        params, optimizer, key, loss = train_step(
            params, optimizer, key, tokens, targets
        )
        print(f"step {step}: loss {loss:.4f}")
