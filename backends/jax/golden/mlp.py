"""MLP, a multilayer perceptron with batch normalisation (Ioffe and Szegedy 2015) and dropout.

JAX, written by parityzoo from the specification mlp
(0317d2764c6b4e98).
"""

import jax
import jax.numpy as jnp
from jax import lax


def split_key(key, count):
    """Keys for the random parts of a function; in evaluation there is none to split."""
    return [None] * count if key is None else jax.random.split(key, count)


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
    y = x @ params["kernel"]
    return y + params["bias"] if "bias" in params else y


def init_batch_norm(channels):
    params = {"scale": jnp.ones(channels), "bias": jnp.zeros(channels)}
    state = {"mean": jnp.zeros(channels), "var": jnp.ones(channels)}
    return params, state


def batch_norm(params, state, x, training, epsilon=1e-05, kept_fraction=0.9):
    """Batch norm over all axes but the last, with the unbiased running variance."""
    mean, var = state["mean"], state["var"]
    # At least in float32, in which a gradient is then summed, too.
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    if training:
        axes = tuple(range(x.ndim - 1))
        mean = jnp.mean(wide, axes)
        var = jnp.mean(jnp.square(wide - mean), axes)
        count = x.size // x.shape[-1]
        unbiased = var * (count / (count - 1))
        state = {
            "mean": kept_fraction * state["mean"] + (1 - kept_fraction) * mean,
            "var": kept_fraction * state["var"] + (1 - kept_fraction) * unbiased,
        }
        state = {name: moved.astype(x.dtype) for name, moved in state.items()}
    scale = params["scale"] * lax.rsqrt(var + epsilon)
    y = wide * scale + (params["bias"] - mean * scale)
    return y.astype(x.dtype), state


def dropout(x, drop_rate, key=None):
    """Drops elements where a key is given, which is in training alone."""
    if key is None:
        return x
    kept = jax.random.bernoulli(key, 1 - drop_rate, x.shape)
    return jnp.where(kept, x / (1 - drop_rate), 0)


def init_hidden_layer(key, in_features, units):
    params, state = {}, {}
    params["linear"] = init_dense(key, in_features, units, bias=False)
    params["norm"], state["norm"] = init_batch_norm(units)
    return params, state


def hidden_layer(params, state, x, drop_rate, training=False, key=None):
    state = dict(state)  # a copy, to be updated
    x = dense(params["linear"], x)
    x, state["norm"] = batch_norm(params["norm"], state["norm"], x, training)
    return dropout(jax.nn.relu(x), drop_rate, key), state


def init_mlp(key):
    keys = jax.random.split(key, 3)
    params, state = {}, {}
    params["hidden"], state["hidden"] = unzip(
        [init_hidden_layer(keys[0], 784, 512), init_hidden_layer(keys[1], 512, 512)]
    )
    params["output"] = init_dense(keys[2], 512, 10)
    return params, state


def mlp(params, state, x, training=False, key=None):
    keys = split_key(key, 2)
    state = jax.tree.map(lambda leaf: leaf, state)  # a copy, to be updated
    for i, layer in enumerate(params["hidden"]):
        x, state["hidden"][i] = hidden_layer(
            layer, state["hidden"][i], x, drop_rate=0.5, training=training, key=keys[i]
        )
    return dense(params["output"], x), state


def loss_fn(output, targets):
    log_probs = jax.nn.log_softmax(output)
    return -jnp.mean(jnp.take_along_axis(log_probs, targets[..., None], axis=-1))


def init_optimizer(params):
    return {"velocity": jax.tree.map(jnp.zeros_like, params)}


def update(params, optimizer, grads):
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, optimizer["velocity"], grads)
    params = jax.tree.map(lambda p, v: p - 0.05 * v, params, velocity)
    return params, {"velocity": velocity}


@jax.jit(donate_argnums=(0, 1, 2, 3))
def train_step(params, state, optimizer, key, x, targets):
    """One step on a batch; the loss is that before the step."""
    key, dropout_key = jax.random.split(key)

    def batch_loss(params):
        output, new_state = mlp(params, state, x, training=True, key=dropout_key)
        return loss_fn(output, targets), new_state

    (loss, state), grads = jax.value_and_grad(batch_loss, has_aux=True)(params)
    params, optimizer = update(params, optimizer, grads)
    return params, state, optimizer, key, loss


if __name__ == "__main__":
    init_key, data_key, target_key, key = jax.random.split(jax.random.key(0), 4)
    params, state = init_mlp(init_key)
    optimizer = init_optimizer(params)
    x = jax.random.normal(data_key, (8, 784))
    targets = jax.random.randint(target_key, (8,), 0, 10)
    for step in range(5):
        params, state, optimizer, key, loss = train_step(
            params, state, optimizer, key, x, targets
        )
        print(f"step {step}: loss {loss:.4f}")
