"""The models in plain JAX (no Flax, no Optax), by hand, for speed on a CPU; see README.md."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, NamedTuple, Optional

import jax
import jax.numpy as jnp
from jax import lax, nn, random

MODES = ("jit",)
EPSILON = 1e-5
KEEP = 0.9  # the share of a running statistic that a training step keeps
HEADS = 4

Array = jax.Array
Tree = Any  # nested dictionaries and lists of arrays
Key = Optional[Array]  # None in evaluation mode


class Program(NamedTuple):
    model: Tree  # the initial parameters: a train step takes their memory
    train_step: Callable[[], float]
    inference: Callable[[], Array]


class Init:
    """Makes parameters, each from a key of its own."""

    def __init__(self, key: Array) -> None:
        self.key = key

    def draw(self, initializer: Callable[..., Array], shape: tuple[int, ...]) -> Array:
        self.key, key = random.split(self.key)
        return initializer(key, shape, jnp.float32)

    def dense(self, inputs: int, outputs: int, bias: bool = True) -> Tree:
        weight = {"w": self.draw(nn.initializers.glorot_uniform(), (inputs, outputs))}
        return {**weight, "b": jnp.zeros(outputs)} if bias else weight

    def conv(self, inputs: int, outputs: int, kernel: int, bias: bool = False) -> Tree:
        weight = {"w": self.draw(nn.initializers.he_normal(), (kernel, kernel, inputs, outputs))}
        return {**weight, "b": jnp.zeros(outputs)} if bias else weight

    def norm(self, features: int) -> Tree:
        return {"scale": jnp.ones(features), "offset": jnp.zeros(features)}


def statistics(features: int) -> Tree:
    return {"mean": jnp.zeros(features), "variance": jnp.ones(features)}


def dense(p: Tree, x: Array) -> Array:
    y = x @ p["w"]
    return y + p["b"] if "b" in p else y


def conv(p: Tree, x: Array, stride: int = 1, pad: int = 0) -> Array:
    y = lax.conv_general_dilated(
        x,
        p["w"],
        (stride, stride),
        [(pad, pad), (pad, pad)],
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
    return y + p["b"] if "b" in p else y


def batch_norm(p: Tree, s: Tree, x: Array, training: bool) -> tuple[Array, Tree]:
    """Over all axes but the last; returns the running statistics (unbiased variance) too."""
    mean, variance = s["mean"], s["variance"]
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, variance = jnp.mean(x, axes), jnp.var(x, axes)
        n = x.size // x.shape[-1]
        s = {
            "mean": KEEP * s["mean"] + (1 - KEEP) * mean,
            "variance": KEEP * s["variance"] + (1 - KEEP) * n / (n - 1) * variance,
        }
    # One product and one sum for each value: fewer passes, and less to recompute in the backward.
    scale = p["scale"] * lax.rsqrt(variance + EPSILON)
    return x * scale + (p["offset"] - mean * scale), s


def layer_norm(p: Tree, x: Array) -> Array:
    mean = jnp.mean(x, -1, keepdims=True)
    variance = jnp.var(x, -1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + EPSILON) * p["scale"] + p["offset"]


def dropout(key: Key, x: Array, rate: float) -> Array:
    if key is None:
        return x
    return jnp.where(random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


def split(key: Key, number: int) -> Any:
    return [None] * number if key is None else random.split(key, number)


def init_mlp(init: Init) -> tuple[Tree, Tree]:
    hidden = [
        {"dense": init.dense(inputs, 512, bias=False), "norm": init.norm(512)}
        for inputs in (784, 512)
    ]
    return {"hidden": hidden, "head": init.dense(512, 10)}, [statistics(512) for _ in hidden]


def mlp(params: Tree, stats: Tree, x: Array, key: Key) -> tuple[Array, Tree]:
    new = []
    for p, s, k in zip(params["hidden"], stats, split(key, 2)):
        x, s = batch_norm(p["norm"], s, dense(p["dense"], x), training=key is not None)
        x = dropout(k, nn.relu(x), 0.5)
        new.append(s)
    return dense(params["head"], x), new


def init_lenet5(init: Init) -> tuple[Tree, Tree]:
    return {
        "convs": [init.conv(1, 6, 5, bias=True), init.conv(6, 16, 5, bias=True)],
        "denses": [init.dense(400, 120), init.dense(120, 84)],
        "head": init.dense(84, 10),
    }, {}


def lenet5(params: Tree, stats: Tree, x: Array, key: Key) -> tuple[Array, Tree]:
    for p in params["convs"]:
        x = jnp.tanh(conv(p, x))
        x = lax.reduce_window(x, 0.0, lax.add, (1, 2, 2, 1), (1, 2, 2, 1), "VALID") / 4
    x = x.reshape(len(x), -1)
    for p in params["denses"]:
        x = jnp.tanh(dense(p, x))
    return dense(params["head"], x), stats


def stages() -> list[tuple[int, int, int]]:
    """Input channels, output channels and stride of each of ResNet-20's blocks."""
    widths = [16] * 4 + [32] * 3 + [64] * 3
    return [(i, o, o // i) for i, o in zip(widths, widths[1:])]


def init_resnet20(init: Init) -> tuple[Tree, Tree]:
    def conv_norm(inputs: int, outputs: int, kernel: int) -> Tree:
        return {"conv": init.conv(inputs, outputs, kernel), "norm": init.norm(outputs)}

    blocks, stats = [], []
    for inputs, outputs, stride in stages():
        names = ["first", "second"] + ["shortcut"] * (stride > 1)
        blocks.append(
            {
                "first": conv_norm(inputs, outputs, 3),
                "second": conv_norm(outputs, outputs, 3),
                **({"shortcut": conv_norm(inputs, outputs, 1)} if stride > 1 else {}),
            }
        )
        stats.append({name: statistics(outputs) for name in names})
    params = {"stem": conv_norm(3, 16, 3), "blocks": blocks, "head": init.dense(64, 10)}
    return params, {"stem": statistics(16), "blocks": stats}


def resnet20(params: Tree, stats: Tree, x: Array, key: Key) -> tuple[Array, Tree]:
    def conv_norm(p: Tree, s: Tree, x: Array, stride: int = 1) -> tuple[Array, Tree]:
        y = conv(p["conv"], x, stride, pad=p["conv"]["w"].shape[0] // 2)
        return batch_norm(p["norm"], s, y, training=key is not None)

    x, stem = conv_norm(params["stem"], stats["stem"], x)
    x = nn.relu(x)
    blocks = []
    for p, s, (_, _, stride) in zip(params["blocks"], stats["blocks"], stages()):
        new = {}
        y, new["first"] = conv_norm(p["first"], s["first"], x, stride)
        y, new["second"] = conv_norm(p["second"], s["second"], nn.relu(y))
        if stride > 1:
            x, new["shortcut"] = conv_norm(p["shortcut"], s["shortcut"], x, stride)
        x = nn.relu(x + y)
        blocks.append(new)
    return dense(params["head"], jnp.mean(x, (1, 2))), {"stem": stem, "blocks": blocks}


def init_transformer(
    init: Init, vocabulary: int = 1000, length: int = 64, features: int = 128
) -> tuple[Tree, Tree]:
    layers = [
        {
            "norm1": init.norm(features),
            "qkv": init.dense(features, 3 * features),
            "out": init.dense(features, features),
            "norm2": init.norm(features),
            "dense1": init.dense(features, 512),
            "dense2": init.dense(512, features),
        }
        for _ in range(4)
    ]
    return {
        "embedding": init.draw(nn.initializers.normal(1), (vocabulary, features)),
        "positions": init.draw(nn.initializers.normal(0.02), (length, features)),
        "layers": layers,
        "norm": init.norm(features),
        "head": init.dense(features, 10),
    }, {}


def attention(p: Tree, x: Array, shape: tuple[int, ...], key: Key) -> Array:
    n, length, features = shape
    size = features // HEADS
    qkv = dense(p["qkv"], x).reshape(n, length, 3, HEADS, size)
    q, k, v = qkv.transpose(2, 0, 3, 1, 4)
    weights = nn.softmax((q * size**-0.5) @ k.swapaxes(-1, -2))
    y = dropout(key, weights, 0.1) @ v
    return dense(p["out"], y.swapaxes(1, 2).reshape(x.shape))


def transformer(params: Tree, stats: Tree, tokens: Array, key: Key) -> tuple[Array, Tree]:
    """Tokens are kept as (N * length, features): a weight's gradient is then a plain product."""
    first, *keys = split(key, 5)
    x = dropout(first, params["embedding"][tokens] + params["positions"], 0.1)
    shape = x.shape
    x = x.reshape(-1, shape[-1])
    for p, layer_key in zip(params["layers"], keys):
        k1, k2, k3 = split(layer_key, 3)
        x += dropout(k1, attention(p, layer_norm(p["norm1"], x), shape, k2), 0.1)
        y = nn.gelu(dense(p["dense1"], layer_norm(p["norm2"], x)), approximate=False)
        x += dropout(k3, dense(p["dense2"], y), 0.1)
    x = jnp.mean(layer_norm(params["norm"], x).reshape(shape), 1)
    return dense(params["head"], x), stats


def cross_entropy(logits: Array, labels: Array) -> Array:
    chosen = jnp.take_along_axis(nn.log_softmax(logits), labels[:, None], 1)
    return -jnp.mean(chosen)


MODELS = {
    "mlp": (init_mlp, mlp, (128, 784)),
    "lenet5": (init_lenet5, lenet5, (128, 32, 32, 1)),
    "resnet20": (init_resnet20, resnet20, (32, 32, 32, 3)),
    "transformer": (init_transformer, transformer, (16, 64)),
}


def build(model: str, mode: str) -> Program:
    data_key, label_key, init_key, key = random.split(random.key(0), 4)
    init, apply, shape = MODELS[model]
    if model == "transformer":
        x = random.randint(data_key, shape, 0, 1000)
    else:
        x = random.normal(data_key, shape)
    labels = random.randint(label_key, shape[:1], 0, 10)
    params, stats = init(Init(init_key))
    velocity = jax.tree.map(jnp.zeros_like, params)

    def loss_of(params: Tree, stats: Tree, key: Array, x: Array, labels: Array) -> Any:
        logits, stats = apply(params, stats, x, key)
        return cross_entropy(logits, labels), stats

    @partial(jax.jit, donate_argnums=0)
    def train(state: Tree, x: Array, labels: Array) -> tuple[Tree, Array]:
        params, velocity, stats, key = state
        key, dropout_key = random.split(key)
        (loss, stats), gradients = jax.value_and_grad(loss_of, has_aux=True)(
            params, stats, dropout_key, x, labels
        )
        velocity = jax.tree.map(lambda v, g: 0.9 * v - 0.01 * g, velocity, gradients)
        params = jax.tree.map(jnp.add, params, velocity)
        return (params, velocity, stats, key), loss

    @jax.jit
    def infer(params: Tree, stats: Tree, x: Array) -> Array:
        return apply(params, stats, x, None)[0]

    state = params, velocity, stats, key

    def train_step() -> float:
        nonlocal state
        state, loss = train(state, x, labels)
        return float(loss)

    def inference() -> Array:
        params, _, stats, _ = state
        return infer(params, stats, x).block_until_ready()

    return Program(params, train_step, inference)
