"""LeNet-5 (LeCun et al. 1998) with full connections between C3 and S2 and a softmax output.

JAX, written by parityzoo from the specification lenet5
(6ac59922ad22d851).
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


def sum_pool(x, kernel, stride, pads=0):
    """Sum over windows of (batch, height, width, channels)."""
    kernel, stride = (1, *pair(kernel), 1), (1, *pair(stride), 1)
    pads = ((0, 0), *sides(pads), (0, 0))
    return lax.reduce_window(x, 0.0, lax.add, kernel, stride, pads)


def avg_pool(x, kernel, stride, pads=0):
    """Average over windows, in which pads count as zeros."""
    height, width = pair(kernel)
    return sum_pool(x, kernel, stride, pads) / (height * width)


def init_lenet5(key):
    keys = jax.random.split(key, 5)
    return {
        "conv1": init_conv2d(keys[0], 1, 6, 5),
        "conv2": init_conv2d(keys[1], 6, 16, 5),
        "fc1": init_dense(keys[2], 400, 120),
        "fc2": init_dense(keys[3], 120, 84),
        "fc3": init_dense(keys[4], 84, 10),
    }


def lenet5(params, image):
    x = avg_pool(jnp.tanh(conv2d(params["conv1"], image)), 2, 2)
    x = avg_pool(jnp.tanh(conv2d(params["conv2"], x)), 2, 2)
    x = jnp.tanh(dense(params["fc1"], jnp.reshape(x, (-1, 400))))
    return dense(params["fc3"], jnp.tanh(dense(params["fc2"], x)))


def loss_fn(output, targets):
    log_probs = jax.nn.log_softmax(output)
    return -jnp.mean(jnp.take_along_axis(log_probs, targets[..., None], axis=-1))


def init_optimizer(params):
    return {"velocity": jax.tree.map(jnp.zeros_like, params)}


def update(params, optimizer, grads):
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, optimizer["velocity"], grads)
    params = jax.tree.map(lambda p, v: p - 0.05 * v, params, velocity)
    return params, {"velocity": velocity}


@jax.jit(donate_argnums=(0, 1))
def train_step(params, optimizer, image, targets):
    """One step on a batch; the loss is that before the step."""

    def batch_loss(params):
        return loss_fn(lenet5(params, image), targets)

    loss, grads = jax.value_and_grad(batch_loss)(params)
    params, optimizer = update(params, optimizer, grads)
    return params, optimizer, loss


if __name__ == "__main__":
    init_key, data_key, target_key = jax.random.split(jax.random.key(0), 3)
    params = init_lenet5(init_key)
    optimizer = init_optimizer(params)
    image = jax.random.normal(data_key, (8, 32, 32, 1))
    targets = jax.random.randint(target_key, (8,), 0, 10)
    for step in range(5):
        params, optimizer, loss = train_step(params, optimizer, image, targets)
        print(f"step {step}: loss {loss:.4f}")
