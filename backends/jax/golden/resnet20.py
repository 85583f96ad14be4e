"""ResNet-20 for CIFAR (He et al. 2015, section 4.2) with projection shortcuts (option B).

JAX, written by parityzoo from the specification resnet20
(42c9d84cea8d10d3).
"""

import jax
import jax.numpy as jnp
from jax import lax


def pair(value):
    return (value, value) if isinstance(value, int) else value


def sides(pads):
    """One number or (top, bottom, left, right) as pads of height and of width."""
    top, bottom, left, right = (pads,) * 4 if isinstance(pads, int) else pads
    return (top, bottom), (left, right)


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


def init_conv2d(key, in_channels, channels, kernel, bias=True):
    shape = (*pair(kernel), in_channels, channels)
    stddev = (2 / (shape[0] * shape[1] * shape[2])) ** 0.5
    params = {"kernel": stddev * jax.random.normal(key, shape)}
    if bias:
        params["bias"] = jnp.zeros(channels)
    return params


def conv2d(params, x, stride=1, pads=0):
    """Convolution of (batch, height, width, channels)."""
    y = lax.conv_general_dilated(
        x,
        params["kernel"],
        window_strides=pair(stride),
        padding=sides(pads),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
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


def init_projection_shortcut(key, in_channels, channels):
    params, state = {}, {}
    params["conv"] = init_conv2d(key, in_channels, channels, 1, bias=False)
    params["bn"], state["bn"] = init_batch_norm(channels)
    return params, state


def projection_shortcut(params, state, x, stride, training=False):
    state = dict(state)  # a copy, to be updated
    x = conv2d(params["conv"], x, stride=stride)
    x, state["bn"] = batch_norm(params["bn"], state["bn"], x, training)
    return x, state


def init_basic_block(key, in_channels, channels, project=False):
    keys = jax.random.split(key, 3)
    params, state = {}, {}
    params["conv1"] = init_conv2d(keys[0], in_channels, channels, 3, bias=False)
    params["bn1"], state["bn1"] = init_batch_norm(channels)
    params["conv2"] = init_conv2d(keys[1], channels, channels, 3, bias=False)
    params["bn2"], state["bn2"] = init_batch_norm(channels)
    if project:
        params["shortcut"], state["shortcut"] = init_projection_shortcut(
            keys[2], in_channels, channels
        )
    return params, state


def basic_block(params, state, x, stride=1, training=False):
    state = dict(state)  # a copy, to be updated
    y = conv2d(params["conv1"], x, stride=stride, pads=1)
    y, state["bn1"] = batch_norm(params["bn1"], state["bn1"], y, training)
    y = conv2d(params["conv2"], jax.nn.relu(y), pads=1)
    y, state["bn2"] = batch_norm(params["bn2"], state["bn2"], y, training)
    if "shortcut" in params:
        x, state["shortcut"] = projection_shortcut(
            params["shortcut"], state["shortcut"], x, stride=stride, training=training
        )
    return jax.nn.relu(y + x), state


def init_resnet20(key):
    keys = jax.random.split(key, 11)
    params, state = {}, {}
    params["conv1"] = init_conv2d(keys[0], 3, 16, 3, bias=False)
    params["bn1"], state["bn1"] = init_batch_norm(16)
    params["layer1"], state["layer1"] = unzip(
        [init_basic_block(k, 16, 16) for k in keys[1:4]]
    )
    params["layer2"], state["layer2"] = unzip(
        [
            init_basic_block(keys[4], 16, 32, project=True),
            *(init_basic_block(k, 32, 32) for k in keys[5:7]),
        ]
    )
    params["layer3"], state["layer3"] = unzip(
        [
            init_basic_block(keys[7], 32, 64, project=True),
            *(init_basic_block(k, 64, 64) for k in keys[8:10]),
        ]
    )
    params["fc"] = init_dense(keys[10], 64, 10)
    return params, state


def resnet20(params, state, image, training=False):
    state = jax.tree.map(lambda leaf: leaf, state)  # a copy, to be updated
    x = conv2d(params["conv1"], image, pads=1)
    x, state["bn1"] = batch_norm(params["bn1"], state["bn1"], x, training)
    x = jax.nn.relu(x)
    for i, layer in enumerate(params["layer1"]):
        x, state["layer1"][i] = basic_block(
            layer, state["layer1"][i], x, training=training
        )
    x, state["layer2"][0] = basic_block(
        params["layer2"][0], state["layer2"][0], x, stride=2, training=training
    )
    for i in range(1, 3):
        x, state["layer2"][i] = basic_block(
            params["layer2"][i], state["layer2"][i], x, training=training
        )
    x, state["layer3"][0] = basic_block(
        params["layer3"][0], state["layer3"][0], x, stride=2, training=training
    )
    for i in range(1, 3):
        x, state["layer3"][i] = basic_block(
            params["layer3"][i], state["layer3"][i], x, training=training
        )
    return dense(params["fc"], jnp.mean(x, axis=(1, 2))), state


def loss_fn(output, targets):
    log_probs = jax.nn.log_softmax(output)
    return -jnp.mean(jnp.take_along_axis(log_probs, targets[..., None], axis=-1))


def init_optimizer(params):
    return {"velocity": jax.tree.map(jnp.zeros_like, params)}


def update(params, optimizer, grads):
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, optimizer["velocity"], grads)
    params = jax.tree.map(lambda p, v: p - 0.025 * v, params, velocity)
    return params, {"velocity": velocity}


@jax.jit(donate_argnums=(0, 1, 2))
def train_step(params, state, optimizer, image, targets):
    """One step on a batch; the loss is that before the step."""

    def batch_loss(params):
        output, new_state = resnet20(params, state, image, training=True)
        return loss_fn(output, targets), new_state

    (loss, state), grads = jax.value_and_grad(batch_loss, has_aux=True)(params)
    params, optimizer = update(params, optimizer, grads)
    return params, state, optimizer, loss


if __name__ == "__main__":
    init_key, data_key, target_key = jax.random.split(jax.random.key(0), 3)
    params, state = init_resnet20(init_key)
    optimizer = init_optimizer(params)
    image = jax.random.normal(data_key, (8, 32, 32, 3))
    targets = jax.random.randint(target_key, (8,), 0, 10)
    for step in range(5):
        params, state, optimizer, loss = train_step(
            params, state, optimizer, image, targets
        )
        print(f"step {step}: loss {loss:.4f}")
