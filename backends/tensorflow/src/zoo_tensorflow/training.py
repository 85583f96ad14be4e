"""Loss, optimizer, schedule, clipping and training step of an emitted TensorFlow module.

TensorFlow's optimizers are Keras's; here they are small modules, written out. Only momentum is left
to TensorFlow's fused op, as long as the rate is constant and nothing decays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from zoo.emit.formulas import decays_by_rank, factor, formula, not_decayed, spelled
from zoo.emit.layout import entering
from zoo.emit.pieces import indented
from zoo.emit.training import LISTS, matches, step_said, targets
from zoo.spec.graph import Spec
from zoo_tensorflow import helpers

if TYPE_CHECKING:
    from zoo_tensorflow.emit import TensorFlowEmitter

CLASSES: Mapping[str, str] = {
    "sgd": "SGD",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "adamax": "Adamax",
    "nadam": "NAdam",
}
"""What the class of each optimizer is called."""

FUNCTIONS = {
    "abs": "tf.abs",
    "cos": "tf.cos",
    "maximum": "tf.maximum",
    "minimum": "tf.minimum",
    "pi": "math.pi",
    "relu": "tf.nn.relu",
    "sqrt": "tf.sqrt",
}
OF_TENSORS = "tf.where({condition}, {then}, {otherwise})"
OF_NUMBERS = "tf.where({condition}, tf.constant({then}, DTYPE), {otherwise})"
"""Two plain numbers would become float32 in tf.where."""


def footer(emitter: TensorFlowEmitter) -> str:
    """Everything below the model's class."""
    spec = emitter.spec
    inputs = ", ".join(emitter.local(node.name) for node in spec.inputs)
    training = ", training=True" if emitter.needs_training(emitter.outline.model) else ""
    batches = "\n".join(
        f"    {emitter.local(node.name)} = {_random(node.op.attributes(), entering(node.type))}"
        for node in spec.inputs
    )
    functions = [
        *_schedule(spec),
        _optimizer(spec),
        *_accumulation(spec),
        f"def loss_fn(output, targets):\n{indented(4, _loss(spec))}",
        f"def make_optimizer(model):\n{indented(4, _make_optimizer(spec))}",
        _train_step(spec, inputs, training),
    ]
    return (
        "\n\n\n".join(functions)
        + f"""


if __name__ == "__main__":
    tf.random.set_seed(0)
    model = {emitter.entry}()
    optimizer = make_optimizer(model)
{batches}
    targets = {_random(*targets(spec))}
    for step in range(5):
        loss = train_step(model, optimizer, {inputs}, targets)
        print(f"step {{step}}: loss {{loss.numpy():.4f}}")
"""
    )


def _schedule(spec: Spec) -> list[str]:
    rate = factor(spec.schedule)
    if rate is None:
        return []
    return [
        f'''\
def rate_factor(step):
    """What the learning rate is multiplied by; the first step is 1."""
    return {spelled(rate, FUNCTIONS, OF_TENSORS)}'''
    ]


def _is_plain(spec: Spec) -> bool:
    """Whether it is descent with momentum or without, at a constant rate, and nothing decays."""
    if spec.optimizer.kind != "sgd" or factor(spec.schedule) is not None:
        return False
    has = spec.optimizer.attributes()
    return not (has["nesterov"] or has["dampening"] or has["weight_decay"])


def _optimizer(spec: Spec) -> str:
    """The optimizer's class."""
    if _is_plain(spec):
        has_momentum = spec.optimizer.attributes()["momentum"]
        return (helpers.MOMENTUM_SGD if has_momentum else helpers.SGD).strip()
    text, scheduled = formula(spec), factor(spec.schedule) is not None
    counts = text.counts or scheduled
    by_name = bool(not_decayed(spec)) and not decays_by_rank(spec)
    own = {name: f"self.{name}" for name in text.numbers}
    names = {**FUNCTIONS, "parameter": "variable"}
    names["is_decayed"] = "len(variable.shape) > 1"
    if by_name:
        names["is_decayed"] = "variable.ref() not in self.not_decayed"
    if not scheduled:
        names["rate"] = "self.learning_rate"

    begin = ["self.learning_rate, self.trained = learning_rate, list(variables)"]
    begin += ["self.not_decayed = not_decayed"] * by_name
    if counts:
        begin.append("self.step = tf.Variable(0, trainable=False, dtype=tf.int64)")
    for name, start in text.numbers.items():
        begin.append(f"{own[name]} = tf.Variable({start}, trainable=False, dtype=DTYPE)")
    for name, start in text.kept.items():
        array = f"{start} * tf.ones_like(v)" if start else "tf.zeros_like(v)"
        made = f"tf.Variable({array}, trainable=False)"
        begin.append(f"self.{LISTS[name]} = [{made} for v in variables]")

    once = []
    if counts:
        once.append("step = tf.cast(self.step.assign_add(1), DTYPE)")
    if scheduled:
        once.append("rate = self.learning_rate * rate_factor(step)")
    for name, value in text.scalars:
        made = spelled(value, {**names, name: own.get(name, name)}, OF_NUMBERS)
        once.append(f"{name} = {own[name]}.assign({made})" if name in own else f"{name} = {made}")

    each = ["gradient = tf.convert_to_tensor(gradient)"]
    for name, line in text.lines:
        made = spelled(line, names)
        each.append(f"{name}.assign({made})" if name in text.kept else f"{name} = {made}")
    each.append(f"variable.assign_sub({spelled(text.change, names)})")

    several = ", ".join(["self.trained", *(f"self.{LISTS[n]}" for n in text.kept), "gradients"])
    once.append(f"for {', '.join(['variable', *text.kept, 'gradient'])} in zip({several}):")
    parameters = ["self", "variables", *["not_decayed"] * by_name, "learning_rate"]
    return f"""\
class {CLASSES[spec.optimizer.kind]}(tf.Module):
    def __init__({", ".join(parameters)}):
        super().__init__()
{indented(8, begin)}

    def apply(self, gradients):
{indented(8, once)}
{indented(12, each)}"""


def _accumulation(spec: Spec) -> list[str]:
    """The class around an optimizer that sees several micro-batches a step."""
    if spec.accumulate == 1:
        return []
    count = spec.accumulate
    return [
        f'''\
class Accumulated(tf.Module):
    """An optimizer's step every {count} micro-batches, by the mean of their gradients."""

    def __init__(self, optimizer):
        super().__init__()
        self.optimizer = optimizer
        self.micro_batches = tf.Variable(0, trainable=False, dtype=tf.int64)
        self.sums = [
            tf.Variable(tf.zeros_like(v), trainable=False) for v in optimizer.trained
        ]

    def apply(self, gradients):
        for total, gradient in zip(self.sums, gradients):
            total.assign_add(tf.convert_to_tensor(gradient))
        is_last = self.micro_batches.assign_add(1) % {count} == 0
        tf.cond(is_last, self.step, lambda: None)

    def step(self):
{indented(8, [f"gradients = [total / {count} for total in self.sums]", *_clipping(spec)])}
        self.optimizer.apply(gradients)
        for total in self.sums:
            total.assign(tf.zeros_like(total))'''
    ]


def _clipping(spec: Spec) -> list[str]:
    if spec.clipping is None:
        return []
    text = {
        "clip_global_norm": "gradients, _ = tf.clip_by_global_norm(gradients, {max_norm})",
        "clip_value": "gradients = [tf.clip_by_value(g, -{limit}, {limit}) for g in gradients]",
    }[spec.clipping.kind]
    return [text.format(**spec.clipping.attributes())]


def _loss(spec: Spec) -> list[str]:
    if spec.loss.kind == "mean_squared_error":
        return ["return tf.reduce_mean(tf.math.squared_difference(output, targets))"]
    smoothing = spec.loss.attributes()["label_smoothing"]
    if not smoothing:
        call = "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=output)"
        return ["return tf.reduce_mean(", f"    {call}", ")"]
    classes = spec.output_type.shape[-1]
    return [
        f"labels = tf.one_hot(targets, {classes}, dtype=output.dtype)",
        f"labels = (1 - {smoothing}) * labels + {smoothing} / {classes}",
        "return tf.reduce_mean(",
        "    tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=output)",
        ")",
    ]


def _make_optimizer(spec: Spec) -> list[str]:
    arguments, lines = ["model.trainable_variables"], []
    if not_decayed(spec) and not decays_by_rank(spec):
        from zoo_tensorflow.weights import bindings

        states = bindings(spec).states
        names = matches(states[n].name.rpartition(".")[2] for n in not_decayed(spec))
        lines = [
            "not_decayed = {",
            "    variable.ref()",
            "    for module in model.submodules",
            "    for name, variable in vars(module).items()",
            f"    if name {names} and isinstance(variable, tf.Variable)",
            "}",
        ]
        arguments.append("not_decayed")
    arguments.append(f"learning_rate={spec.optimizer.learning_rate}")
    if _is_plain(spec) and spec.optimizer.attributes()["momentum"]:
        arguments.append(f"momentum={spec.optimizer.attributes()['momentum']}")
    made = f"{CLASSES[spec.optimizer.kind]}({', '.join(arguments)})"
    return [*lines, f"return Accumulated({made})" if spec.accumulate > 1 else f"return {made}"]


def _train_step(spec: Spec, inputs: str, training: str) -> str:
    found = "tape.gradient(loss, model.trainable_variables)"
    lines = [f"optimizer.apply({found})"]
    if spec.accumulate == 1 and spec.clipping is not None:
        lines = [f"gradients = {found}", *_clipping(spec), "optimizer.apply(gradients)"]
        if any(node.op.kind == "embedding" for node in spec.nodes):
            lines[1:1] = [
                "# An embedding's gradient has a row for each use of a token; they are added up.",
                "gradients = [tf.convert_to_tensor(g) for g in gradients]",
            ]
    return f'''\
@tf.function
def train_step(model, optimizer, {inputs}, targets):
    """{step_said(spec)}"""
    with tf.GradientTape() as tape:
        loss = loss_fn(model({inputs}{training}), targets)
{indented(4, lines)}
    return loss'''


def _random(attributes: Mapping[str, Any], shape: tuple[int, ...]) -> str:
    if attributes["dtype"] == "int":
        return f"tf.random.uniform({[8, *shape]}, maxval={attributes['below']}, dtype=tf.int32)"
    return f"tf.random.normal({[8, *shape]}, dtype=DTYPE)"
