"""Optimizer, schedule, clipping, loss and training step of an emitted Keras module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Callable, Mapping

from zoo.emit.formulas import decays_by_rank, factor, formula, not_decayed, spelled
from zoo.emit.layout import entering
from zoo.emit.pieces import indented, unless
from zoo.emit.training import LISTS, matches, step_said, targets
from zoo.spec.graph import Spec
from zoo.training import Cosine, SoftmaxCrossEntropy, StepDecay

if TYPE_CHECKING:
    from zoo_keras.emit import KerasEmitter

Arguments = Callable[[Mapping[str, Any]], "list[str]"]


def sgd(has: Mapping[str, Any]) -> list[str]:
    if not has["momentum"]:  # then nesterov has no meaning
        return []
    return [f"momentum={has['momentum']}", *unless(False, nesterov=repr(has["nesterov"]))]


def adagrad(has: Mapping[str, Any]) -> list[str]:
    start = repr(has["initial_accumulator"])
    return [*unless(0.1, initial_accumulator_value=start), *_epsilon(has)]


def adadelta(has: Mapping[str, Any]) -> list[str]:
    return [*unless(0.95, rho=repr(has["rho"])), *_epsilon(has)]


def rmsprop(has: Mapping[str, Any]) -> list[str]:
    return [
        *unless(0.9, rho=repr(has["rho"])),
        *unless(0.0, momentum=repr(has["momentum"])),
        *_epsilon(has),
        *unless(False, centered=repr(has["centered"])),
    ]


def adam(has: Mapping[str, Any]) -> list[str]:
    beta1, beta2 = repr(has["beta1"]), repr(has["beta2"])
    return [*unless(0.9, beta_1=beta1), *unless(0.999, beta_2=beta2), *_epsilon(has)]


def _epsilon(has: Mapping[str, Any]) -> list[str]:
    return unless(1e-7, epsilon=repr(has["epsilon"]))


OWN: Mapping[str, tuple[str, Arguments]] = {
    "sgd": ("SGD", sgd),
    "adagrad": ("Adagrad", adagrad),
    "adadelta": ("Adadelta", adadelta),
    "rmsprop": ("RMSprop", rmsprop),
    "adam": ("Adam", adam),
    "adamw": ("AdamW", adam),
    "adamax": ("Adamax", adam),
    "nadam": ("Nadam", adam),
}
"""Keras's name of each optimizer, and its arguments beside the learning rate and the base's."""

CLASSES = tuple(name for name, _ in OWN.values())

PLACEMENT = {
    "adagrad": "inside",
    "rmsprop": "inside",
    "adam": "uncorrected",
    "adamw": "uncorrected",
    "adamax": "outside",
}
"""Where Keras has epsilon."""

FUNCTIONS = {
    "pi": "math.pi",
    **{name: f"ops.{name}" for name in ("abs", "cos", "maximum", "minimum", "relu", "sqrt")},
    "parameter": "variable",
    "is_decayed": "self._use_weight_decay(variable)",
}
APPLY = """\
    def apply(self, grads, trainable_variables=None):
        # An embedding's gradient is sparse on TensorFlow: a row for each use of a token,
        # which Keras squares and clips one by one.
        grads = [
            ops.add(ops.zeros_like(v), g) for g, v in zip(grads, trainable_variables)
        ]
        super().apply(grads, trainable_variables)"""
CHOICE = "ops.where({condition}, {then}, {otherwise})"


def difference(spec: Spec, engine: str) -> str:
    """What Keras's own optimizer means otherwise, in words; empty if it means the same."""
    kind, has = spec.optimizer.kind, spec.optimizer.attributes()
    own = f"keras.optimizers.{OWN[kind][0]}"
    here, there = has.get("epsilon_placement"), PLACEMENT.get(kind)
    if here != there:
        return f"Epsilon is {here!r}; that of {own} is {there!r}"
    if has["weight_decay"] and has["decay"] == "coupled":
        return f"The weight decay is coupled; that of {own} is decoupled"
    if has.get("momentum") and has.get("dampening"):
        return f"With dampening, which {own} does not have"
    if has.get("momentum") and factor(spec.schedule) is not None:
        return f"The rate is outside of the velocity; {own} has it inside"
    if kind == "nadam" and has["momentum_decay"] != 1.0:
        return f"With a momentum_decay, which is always 1 in {own}"
    if kind == "nadam" and engine == "tensorflow":
        return f"In the dtype of the variables; {own} has its 0.96 in float32 on TensorFlow"
    return ""


def takes_rows(spec: Spec, engine: str) -> bool:
    """Whether an optimizer would square or clip each row of a sparse gradient for itself.

    On TensorFlow, an embedding's gradient is a tf.IndexedSlices with a row for each use of a token.
    Plain sums of them are right, and gradients that were accumulated are dense.
    """
    has_embedding = any(node.op.kind == "embedding" for node in spec.nodes)
    is_sgd = spec.optimizer.kind == "sgd" and not difference(spec, engine)
    only_adds = is_sgd and spec.clipping is None
    return engine == "tensorflow" and has_embedding and spec.accumulate == 1 and not only_adds


def footer(emitter: KerasEmitter) -> str:
    """Everything below the model's function."""
    spec, engine = emitter.spec, emitter.engine
    names = [emitter.local(node.name) for node in spec.inputs]
    inputs = ", ".join(names)
    batch = f"[{inputs}]" if len(names) > 1 else inputs
    batches = "\n".join(
        f"    {name} = {_random(node.op.attributes(), entering(node.type))}"
        for name, node in zip(names, spec.inputs)
    )
    definitions = [
        *_schedule(spec),
        *_written_out(spec, engine),
        *_own_loss(spec, engine),
        f"def compile_model(model):\n{indented(4, _compile(spec, engine))}",
        f'''\
def train_step(model, {inputs}, targets):
    """{step_said(spec)}"""
    return model.train_on_batch({batch}, targets)''',
    ]
    return (
        "\n\n\n".join(definitions)
        + f"""


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    model = {emitter.entry}()
    compile_model(model)
{batches}
    targets = {_random(*targets(spec))}
    for step in range(5):
        loss = train_step(model, {inputs}, targets)
        print(f"step {{step}}: loss {{loss:.4f}}")
"""
    )


def _own_schedule(spec: Spec) -> str:
    """Keras's schedule, if it has one that means the same; empty otherwise."""
    schedule, rate = spec.schedule, spec.optimizer.learning_rate
    if isinstance(schedule, StepDecay) and not schedule.warmup_steps:
        arguments = f"{rate}, {schedule.every * spec.accumulate}, {schedule.factor}, staircase=True"
        return f"keras.optimizers.schedules.ExponentialDecay({arguments})"
    if isinstance(schedule, Cosine) and not schedule.warmup_steps and spec.accumulate == 1:
        end = "".join(f", {text}" for text in unless(0.0, alpha=repr(schedule.end_fraction)))
        return f"keras.optimizers.schedules.CosineDecay({rate}, {schedule.steps}{end})"
    return ""


def _schedule(spec: Spec) -> list[str]:
    """The class of a schedule that Keras does not have."""
    rate = factor(spec.schedule, first=0)
    if rate is None or _own_schedule(spec):
        return []
    why, step = "Keras's warm-up is another ramp", "step"
    if spec.accumulate > 1:
        why, step = "Keras gives the number of the micro-batch", f"step // {spec.accumulate}"
    return [
        f'''\
class LearningRate(keras.optimizers.schedules.LearningRateSchedule):
    """{why}."""

    def __call__(self, step):
        step = ops.cast({step}, keras.config.floatx())
        factor = {spelled(rate, FUNCTIONS, CHOICE)}
        return {spec.optimizer.learning_rate} * factor

    def get_config(self):
        return {{}}'''
    ]


def _written_out(spec: Spec, engine: str) -> list[str]:
    """The class of an optimizer that means something else than Keras's own."""
    why, own = difference(spec, engine), OWN[spec.optimizer.kind][0]
    apply = [APPLY] * takes_rows(spec, engine)
    if not why:
        return [f"class {own}(keras.optimizers.{own}):\n{text}" for text in apply]
    text = formula(spec, decay=spec.optimizer.decay == "coupled")
    shared = {name: f"self.{name}" for name in text.numbers}
    names = {**FUNCTIONS, **shared}

    build = []
    for name in text.numbers:
        build.append(f'{shared[name]} = self.add_variable((), "ones", name="{name}")')
    for name, start in text.kept.items():
        add = f"self.{LISTS[name]} = self.add_optimizer_variables("
        if start:
            build += [
                add,
                "    variables,",
                f'    "{name}",',
                "    # Not initializers.Constant, which rounds to float32 on TensorFlow.",
                f"    lambda shape, dtype: ops.full(shape, {start}, dtype),",
                ")",
            ]
        else:
            build.append(f'{add}variables, "{name}")')

    scalars = {name: spelled(value, names, CHOICE) for name, value in text.scalars}
    once = [f"self.assign({shared[name]}, {scalars.pop(name)})" for name in text.numbers]
    for name, value in reversed(list(scalars.items())):
        if any(name in re.findall(r"\w+", line) for line in once):
            once.insert(0, f"{name} = {value}")

    each = ["index = self._get_variable_index(variable)"] if text.kept else []
    each += [f"{name} = self.{LISTS[name]}[index]" for name in text.kept]
    each.append("rate = ops.cast(learning_rate, variable.dtype)")
    each += ["step = ops.cast(self.iterations + 1, variable.dtype)"] * text.counts
    each += [f"{name} = {value}" for name, value in scalars.items()]
    for name, value in text.lines:
        made = spelled(value, names)
        each.append(f"self.assign({name}, {made})" if name in text.kept else f"{name} = {made}")
    each.append(f"self.assign_sub(variable, {spelled(text.change, names)})")

    methods = []
    if build:
        methods.append(f"""\
    def build(self, variables):
        if self.built:
            return
        super().build(variables)
{indented(8, build)}""")
    if once:
        methods.append(f"""\
    def _backend_update_step(self, grads, trainable_variables, learning_rate):
        step = ops.cast(self.iterations + 1, keras.config.floatx())
{indented(8, once)}
        super()._backend_update_step(grads, trainable_variables, learning_rate)""")
    methods.append(f"""\
    def update_step(self, gradient, variable, learning_rate):
{indented(8, each)}""")
    head = f'class {own}(keras.optimizers.Optimizer):\n    """{why}."""'
    return ["\n\n".join([head, *methods, *apply])]


def _own_loss(spec: Spec, engine: str) -> list[str]:
    if not isinstance(spec.loss, SoftmaxCrossEntropy):
        return []
    smoothing = spec.loss.label_smoothing
    classes = spec.output_type.shape[-1]
    if _is_taken_off(spec, engine):
        kept, shared = 1 - smoothing, smoothing / classes
        smoothed = f"\n        labels = {kept} * labels + {shared}" if smoothing else ""
        return [
            f'''\
class CrossentropyOfOutput(keras.losses.Loss):
    """Of integer labels; Keras's on TensorFlow takes a softmax or sigmoid off again."""

    def call(self, y_true, y_pred):
        labels = ops.one_hot(ops.cast(y_true, "int32"), {classes}, dtype=y_pred.dtype){smoothed}
        return -ops.sum(labels * ops.log_softmax(y_pred), axis=-1)'''
        ]
    if not smoothing:
        return []
    return [
        f'''\
class SmoothedCrossentropy(keras.losses.Loss):
    """Of integer labels; CategoricalCrossentropy smooths one-hot ones."""

    def call(self, y_true, y_pred):
        labels = ops.one_hot(ops.cast(y_true, "int32"), {classes}, dtype=y_pred.dtype)
        return keras.losses.categorical_crossentropy(
            labels, y_pred, from_logits=True, label_smoothing={smoothing}
        )'''
    ]


def _compile(spec: Spec, engine: str) -> list[str]:
    name, own = OWN[spec.optimizer.kind]
    arguments = [f"learning_rate={spec.optimizer.learning_rate}"]
    if factor(spec.schedule) is not None:
        arguments = [f"learning_rate={_own_schedule(spec) or 'LearningRate()'}"]
    if not difference(spec, engine):
        arguments += own(spec.optimizer.attributes())
    module = "" if _written_out(spec, engine) else "keras.optimizers."
    made = f"{module}{name}({', '.join([*arguments, *_base(spec)])})"
    excluded = not_decayed(spec)
    if not excluded:
        return ["model.compile(", f"    optimizer={made},", f"    loss={_loss(spec, engine)},", ")"]
    which = "len(v.shape) < 2"
    if not decays_by_rank(spec):
        from zoo_keras.weights import bindings

        states = bindings(spec, engine=engine).states
        which = f"v.name {matches(states[n].name.rpartition('/')[2] for n in excluded)}"
    return [
        f"optimizer = {made}",
        "optimizer.exclude_from_weight_decay(",
        f"    [v for v in model.trainable_variables if {which}]",
        ")",
        f"model.compile(optimizer=optimizer, loss={_loss(spec, engine)})",
    ]


def _base(spec: Spec) -> list[str]:
    """Arguments that every optimizer takes."""
    optimizer, arguments = spec.optimizer, []
    if optimizer.decay == "decoupled" and (optimizer.weight_decay or optimizer.kind == "adamw"):
        arguments.append(f"weight_decay={optimizer.weight_decay}")
    if spec.clipping is not None:
        text = {"clip_global_norm": "global_clipnorm={max_norm}", "clip_value": "clipvalue={limit}"}
        arguments.append(text[spec.clipping.kind].format(**spec.clipping.attributes()))
    if spec.accumulate > 1:
        arguments.append(f"gradient_accumulation_steps={spec.accumulate}")
    return arguments


def _is_taken_off(spec: Spec, engine: str) -> bool:
    """Whether Keras's cross-entropy sees what is before the output; dropout does not hide it."""
    nodes = {node.path: node for node in spec.nodes}
    path = spec.output_path
    while path in nodes and nodes[path].op.kind == "dropout":
        (path,) = nodes[path].inputs
    is_seen = path in nodes and nodes[path].op.kind in ("softmax", "sigmoid")
    return engine == "tensorflow" and is_seen


def _loss(spec: Spec, engine: str) -> str:
    if not isinstance(spec.loss, SoftmaxCrossEntropy):
        return "keras.losses.MeanSquaredError()"
    if _is_taken_off(spec, engine):
        return "CrossentropyOfOutput()"
    if spec.loss.label_smoothing:
        return "SmoothedCrossentropy()"
    return "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"


def _random(attributes: Mapping[str, Any], shape: tuple[int, ...]) -> str:
    if attributes["dtype"] == "int":
        return f"keras.random.randint({(8, *shape)}, 0, {attributes['below']})"
    return f"keras.random.normal({(8, *shape)})"
