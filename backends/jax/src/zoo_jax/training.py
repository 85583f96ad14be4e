"""Loss, optimizer, schedule, clipping and training step of an emitted JAX module.

JAX has no optimizers, so every formula is written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping

from zoo.emit.formulas import (
    Formula,
    decays_by_rank,
    factor,
    formula,
    not_decayed,
    spelled,
)
from zoo.emit.layout import entering
from zoo.emit.pieces import indented
from zoo.emit.training import targets
from zoo.spec.graph import Spec
from zoo_jax.blocks import applied

if TYPE_CHECKING:
    from zoo_jax.emit import JaxEmitter

NAMES = {
    "abs": "jnp.abs",
    "cos": "jnp.cos",
    "maximum": "jnp.maximum",
    "minimum": "jnp.minimum",
    "pi": "jnp.pi",
    "relu": "jax.nn.relu",
    "sqrt": "jnp.sqrt",
    "is_decayed": "parameter.ndim > 1",
}
CHOICE = "jnp.where({condition}, {then}, {otherwise})"


def footer(emitter: JaxEmitter) -> str:
    """Everything below the model's functions."""
    spec, model = emitter.spec, emitter.outline.model
    text = formula(spec)
    made = ["params"] + ["state"] * emitter.is_stateful(model)
    carried = made + ["optimizer"] * keeps(spec, text) + ["key"] * emitter.draws(model)
    inputs = [emitter.local(node.name) for node in spec.inputs]
    everything = ", ".join([*carried, *inputs, "targets"])
    places = ", ".join(map(str, range(len(carried))))
    donated = places if len(carried) == 1 else f"({places})"
    functions = [
        f"def loss_fn(output, targets):\n{indented(4, _loss(spec))}",
        *_clipping(spec),
        *_init_optimizer(spec, text),
        *_update(spec, text),
        *_accumulate(spec),
        f"@jax.jit(donate_argnums={donated})\n"
        f"def train_step({everything}):\n"
        f'    """{_said(spec)}"""\n'
        f"{indented(4, _step(emitter, text, made + inputs))}\n"
        f"    return {', '.join(carried)}, loss",
    ]
    keys = ["init_key", "data_key", "target_key"] + ["key"] * emitter.draws(model)
    batches = "\n".join(
        f"    {emitter.local(node.name)} = "
        + _random(
            f"jax.random.fold_in(data_key, {index})" if index else "data_key",
            node.op.attributes(),
            entering(node.type),
        )
        for index, node in enumerate(spec.inputs)
    )
    init = "\n    optimizer = init_optimizer(params)" if keeps(spec, text) else ""
    return (
        "\n\n\n".join(functions)
        + f"""


if __name__ == "__main__":
    {", ".join(keys)} = jax.random.split(jax.random.key(0), {len(keys)})
    {", ".join(made)} = init_{emitter.entry}(init_key){init}
{batches}
    targets = {_random("target_key", *targets(spec))}
    for step in range(5):
        {", ".join(carried)}, loss = train_step({everything})
        print(f"step {{step}}: loss {{loss:.4f}}")
"""
    )


def keeps(spec: Spec, text: Formula) -> bool:
    """Whether the optimizer keeps something between steps."""
    return bool(text.kept) or _counts(spec, text) or spec.accumulate > 1


def _counts(spec: Spec, text: Formula) -> bool:
    return text.counts or factor(spec.schedule) is not None


def _loss(spec: Spec) -> list[str]:
    if spec.loss.kind == "mean_squared_error":
        return ["return jnp.mean(jnp.square(output - targets))"]
    smoothing = spec.loss.attributes()["label_smoothing"]
    hits = "jnp.take_along_axis(log_probs, targets[..., None], axis=-1)"
    lines = ["log_probs = jax.nn.log_softmax(output)"]
    if not smoothing:
        return [*lines, f"return -jnp.mean({hits})"]
    return [
        *lines,
        f"hits = {hits}",
        f"return -(1 - {smoothing}) * jnp.mean(hits) - {smoothing} * jnp.mean(log_probs)",
    ]


def _clipping(spec: Spec) -> list[str]:
    if spec.clipping is None or spec.clipping.kind != "clip_global_norm":
        return []
    return [
        """\
def clip_by_global_norm(grads, max_norm):
    norm = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in jax.tree.leaves(grads)))
    return jax.tree.map(lambda g: g / jnp.maximum(norm / max_norm, 1), grads)"""
    ]


def _clipped(spec: Spec) -> list[str]:
    if spec.clipping is None:
        return []
    call = {
        "clip_global_norm": "clip_by_global_norm(grads, {max_norm})",
        "clip_value": "jax.tree.map(lambda g: jnp.clip(g, -{limit}, {limit}), grads)",
    }[spec.clipping.kind]
    return [f"grads = {call.format(**spec.clipping.attributes())}"]


def _init_optimizer(spec: Spec, text: Formula) -> list[str]:
    if not keeps(spec, text):
        return []
    zeros = "jax.tree.map(jnp.zeros_like, params)"
    kept = [
        (name, f"jax.tree.map(lambda p: jnp.full_like(p, {start}), params)" if start else zeros)
        for name, start in text.kept.items()
    ]
    kept += [(name, f"jnp.array({start})") for name, start in text.numbers.items()]
    kept += [("step", "jnp.array(0)")] * _counts(spec, text)
    if spec.accumulate > 1:
        kept += [("total", zeros), ("count", "jnp.array(0)")]
    made = ", ".join(f'"{name}": {text}' for name, text in kept)
    return [f"def init_optimizer(params):\n    return {{{made}}}"]


def _update(spec: Spec, text: Formula) -> list[str]:
    """A function of parameters, what the optimizer keeps, and gradients."""
    if not keeps(spec, text) and not text.lines:
        return []
    optimizer, names = spec.optimizer, dict(NAMES)
    by_name = bool(not_decayed(spec)) and not decays_by_rank(spec)
    if by_name:
        names["is_decayed"] = "path not in UNDECAYED"
    once = _clipped(spec)
    once += ['step = optimizer["step"] + 1'] * _counts(spec, text)
    rate = factor(spec.schedule)
    if rate is None:
        names["rate"] = repr(optimizer.learning_rate)
    else:
        once.append(f"factor = {spelled(rate, NAMES, CHOICE)}")
        once.append(f"rate = {optimizer.learning_rate} * factor")
    for name, value in text.scalars:
        old = {name: f'optimizer["{name}"]'} if name in text.numbers else {}
        once.append(f"{name} = {spelled(value, {**NAMES, **old}, CHOICE)}")
    if text.change == "rate * velocity" and len(text.lines) == 1 and not once:
        return [_momentum(text, {**names, "parameter": "p", "gradient": "g", "velocity": "v"})]
    each = [f"{name} = {spelled(value, names)}" for name, value in text.lines]
    each.append(f"parameter = parameter - {spelled(text.change, names)}")
    taken = ["path"] * by_name + ["parameter", "gradient", *text.kept]
    new = ["params", *text.kept]
    leaves = ["leaves", "jax.tree.leaves(grads)"]
    leaves += [f'jax.tree.leaves(optimizer["{name}"])' for name in text.kept]
    flat = ["leaves, structure = jax.tree.flatten(params)"]
    if by_name:
        flat = [
            "keystr = jax.tree_util.keystr",
            "leaves, structure = jax.tree.flatten_with_path(params)",
            'paths = [keystr(path, simple=True, separator=".") for path, _ in leaves]',
            "leaves = [leaf for _, leaf in leaves]",
        ]
        leaves.insert(0, "paths")
    lines = [
        *([*once, ""] if once else []),
        f"def update_one({', '.join(taken)}):",
        *(f"    {line}" for line in each),
        f"    return {', '.join(['parameter', *text.kept])}",
        "",
        *flat,
        f"new = map(update_one, {', '.join(leaves)})",
    ]
    if text.kept:
        lines.append(f"{', '.join(new)} = map(structure.unflatten, zip(*new))")
    else:
        lines.append("params = structure.unflatten(new)")
    kept = [*text.kept, *text.numbers, *["step"] * _counts(spec, text)]
    returned = ", ".join(f'"{name}": {name}' for name in kept)
    lines.append(f"return params, {{{returned}}}")
    function = f"def update(params, optimizer, grads):\n{indented(4, lines)}"
    return [*_undecayed(spec, by_name), function]


def _momentum(text: Formula, names: Mapping[str, str]) -> str:
    """The usual case, short enough for a line a tree."""
    (_, velocity), change = text.lines[0], spelled(text.change, names)
    new = f"lambda v, g: {spelled(velocity, names)}"
    return f"""\
def update(params, optimizer, grads):
    velocity = jax.tree.map({new}, optimizer["velocity"], grads)
    params = jax.tree.map(lambda p, v: p - {change}, params, velocity)
    return params, {{"velocity": velocity}}"""


def _undecayed(spec: Spec, by_name: bool) -> list[str]:
    if not by_name:
        return []
    from zoo_jax.weights import bindings

    states = bindings(spec).states
    names = (states[name].name.partition(".")[2] for name in not_decayed(spec))
    return ["UNDECAYED = {\n" + indented(4, [f'"{name}",' for name in names]) + "\n}"]


def _accumulate(spec: Spec) -> list[str]:
    if spec.accumulate == 1:
        return []
    return [
        f'''\
def accumulate(params, optimizer, grads):
    """Every {spec.accumulate} calls make an update, with the mean of their gradients."""
    count = optimizer["count"] + 1
    total = jax.tree.map(jnp.add, optimizer["total"], grads)

    def step(params, optimizer, total):
        grads = jax.tree.map(lambda g: g / {spec.accumulate}, total)
        params, optimizer = update(params, optimizer, grads)
        total = jax.tree.map(jnp.zeros_like, total)
        return params, {{**optimizer, "total": total, "count": count}}

    def wait(params, optimizer, total):
        return params, {{**optimizer, "total": total, "count": count}}

    return lax.cond(count % {spec.accumulate} == 0, step, wait, params, optimizer, total)'''
    ]


def _said(spec: Spec) -> str:
    if spec.accumulate == 1:
        return "One step on a batch; the loss is that before the step."
    count = spec.accumulate
    return f"One micro-batch, {count} of which make a step; the loss is that before the step."


def _step(emitter: JaxEmitter, text: Formula, given: list[str]) -> list[str]:
    spec, model = emitter.spec, emitter.outline.model
    draws = emitter.draws(model)
    flags = ["training=True"] * emitter.needs_training(model) + ["key=dropout_key"] * draws
    call = applied(emitter.entry, *given, *flags)
    lines = ["key, dropout_key = jax.random.split(key)"] * draws + [""]
    if emitter.is_stateful(model):
        lines += [
            "def batch_loss(params):",
            f"    output, new_state = {call}",
            "    return loss_fn(output, targets), new_state",
            "",
            "(loss, state), grads = jax.value_and_grad(batch_loss, has_aux=True)(params)",
        ]
    else:
        lines += [
            "def batch_loss(params):",
            f"    return loss_fn({call}, targets)",
            "",
            "loss, grads = jax.value_and_grad(batch_loss)(params)",
        ]
    if spec.accumulate > 1:
        return [*lines, "params, optimizer = accumulate(params, optimizer, grads)"]
    if keeps(spec, text):
        return [*lines, "params, optimizer = update(params, optimizer, grads)"]
    if text.lines:
        return [*lines, "params, _ = update(params, {}, grads)"]
    rate = spec.optimizer.learning_rate
    plain = f"params = jax.tree.map(lambda p, g: p - {rate} * g, params, grads)"
    return [*lines, *_clipped(spec), plain]


def _random(key: str, attributes: Mapping[str, object], shape: tuple[int, ...]) -> str:
    if attributes["dtype"] == "int":
        return f"jax.random.randint({key}, {(8, *shape)}, 0, {attributes['below']})"
    return f"jax.random.normal({key}, {(8, *shape)})"
