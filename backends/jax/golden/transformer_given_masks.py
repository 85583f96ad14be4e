"""Transformer encoder (Vaswani et al. 2017), pre-norm (Xiong et al. 2020), as a classifier.

JAX, with given dropout masks, written by parityzoo from the specification transformer
(75c2b3bf75e76e78).
"""

import jax
import jax.numpy as jnp
from jax import lax


def unzip(layers):
    """The parameters of layers, and their states, from pairs of the two."""
    params, state = zip(*layers)
    return list(params), list(state)


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


def init_masked_dropout(mask_shape):
    return {}, {"mask": jnp.ones(mask_shape)}


def masked_dropout(state, x, drop_rate, training):
    """Dropout with a given mask of zeros and ones instead of a random one."""
    return (x * state["mask"] / (1 - drop_rate) if training else x), state


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


def init_masked_self_attention(key, features, mask_shape):
    return init_self_attention(key, features), {"mask": jnp.ones(mask_shape)}


def masked_self_attention(params, state, x, heads, drop_rate, training, causal=False):
    batch, length, features = x.shape
    qkv = dense(params["in_proj"], x).reshape(batch, length, 3, heads, -1)
    q, k, v = qkv.transpose(2, 0, 3, 1, 4)
    scores = q * (features // heads) ** -0.5 @ k.swapaxes(-1, -2)
    if causal:
        scores = jnp.where(jnp.tri(length, dtype=bool), scores, -jnp.inf)
    weights = jax.nn.softmax(scores)
    weights, state = masked_dropout(state, weights, drop_rate, training)
    y = (weights @ v).swapaxes(1, 2).reshape(x.shape)
    return dense(params["out_proj"], y), state


def init_encoder_layer(key, in_features, feed_forward):
    keys = jax.random.split(key, 3)
    params, state = {}, {}
    params["norm1"] = init_layer_norm(in_features)
    params["attention"], state["attention"] = init_masked_self_attention(
        keys[0], in_features, (16, 4, 64, 64)
    )
    params["dropout1"], state["dropout1"] = init_masked_dropout((16, 64, 128))
    params["norm2"] = init_layer_norm(in_features)
    params["linear1"] = init_dense(keys[1], in_features, feed_forward)
    params["linear2"] = init_dense(keys[2], feed_forward, in_features)
    params["dropout2"], state["dropout2"] = init_masked_dropout((16, 64, 128))
    return params, state


def encoder_layer(params, state, x, heads, drop_rate, training=False):
    state = dict(state)  # a copy, to be updated
    y = layer_norm(params["norm1"], x)
    y, state["attention"] = masked_self_attention(
        params["attention"], state["attention"], y, heads, drop_rate, training
    )
    y, state["dropout1"] = masked_dropout(state["dropout1"], y, drop_rate, training)
    x = x + y
    y = jax.nn.gelu(
        dense(params["linear1"], layer_norm(params["norm2"], x)), approximate=False
    )
    y = dense(params["linear2"], y)
    y, state["dropout2"] = masked_dropout(state["dropout2"], y, drop_rate, training)
    return x + y, state


def init_transformer(key):
    keys = jax.random.split(key, 7)
    params, state = {}, {}
    params["embedding"] = init_embedding(keys[0], 1000, 128)
    params["positions"] = init_learned_positions(keys[1], 64, 128)
    params["dropout"], state["dropout"] = init_masked_dropout((16, 64, 128))
    params["layers"], state["layers"] = unzip(
        [init_encoder_layer(k, 128, 512) for k in keys[2:6]]
    )
    params["norm"] = init_layer_norm(128)
    params["output"] = init_dense(keys[6], 128, 10)
    return params, state


def transformer(params, state, tokens, training=False):
    state = jax.tree.map(lambda leaf: leaf, state)  # a copy, to be updated
    x = learned_positions(params["positions"], embedding(params["embedding"], tokens))
    x, state["dropout"] = masked_dropout(state["dropout"], x, 0.1, training)
    for i, layer in enumerate(params["layers"]):
        x, state["layers"][i] = encoder_layer(
            layer, state["layers"][i], x, heads=4, drop_rate=0.1, training=training
        )
    x = dense(params["output"], jnp.mean(layer_norm(params["norm"], x), axis=1))
    return x, state


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
def train_step(params, state, optimizer, tokens, targets):
    """One step on a batch; the loss is that before the step."""

    def batch_loss(params):
        output, new_state = transformer(params, state, tokens, training=True)
        return loss_fn(output, targets), new_state

    (loss, state), grads = jax.value_and_grad(batch_loss, has_aux=True)(params)
    params, optimizer = update(params, optimizer, grads)
    return params, state, optimizer, loss


if __name__ == "__main__":
    init_key, data_key, target_key = jax.random.split(jax.random.key(0), 3)
    params, state = init_transformer(init_key)
    optimizer = init_optimizer(params)
    tokens = jax.random.randint(data_key, (8, 64), 0, 1000)
    targets = jax.random.randint(target_key, (8,), 0, 10)
    for step in range(5):
        params, state, optimizer, loss = train_step(
            params, state, optimizer, tokens, targets
        )
        print(f"step {step}: loss {loss:.4f}")
