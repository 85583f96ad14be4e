"""Loss, optimizer, schedule, clipping and training step of an emitted Chainer module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping

from zoo.emit.formulas import decays_by_rank, factor, formula, not_decayed, spelled
from zoo.emit.pieces import indented, unless
from zoo.emit.training import step_said, targets
from zoo.emit.writer import LIMIT
from zoo.spec.graph import Spec

if TYPE_CHECKING:
    from zoo_chainer.emit import ChainerEmitter

Arguments = Callable[[Mapping[str, Any]], "list[str]"]


def momentum_sgd(has: Mapping[str, Any]) -> list[str]:
    return [f"momentum={has['momentum']}"]


def adagrad(has: Mapping[str, Any]) -> list[str]:
    return unless(1e-8, eps=repr(has["epsilon"]))


def adadelta(has: Mapping[str, Any]) -> list[str]:
    return [*unless(0.95, rho=repr(has["rho"])), *unless(1e-6, eps=repr(has["epsilon"]))]


def rmsprop(has: Mapping[str, Any]) -> list[str]:
    inside = repr(has["epsilon_placement"] == "inside")
    return [
        *unless(0.99, alpha=repr(has["rho"])),
        *unless(1e-8, eps=repr(has["epsilon"])),
        *unless(False, eps_inside_sqrt=inside),
    ]


def adam(has: Mapping[str, Any]) -> list[str]:
    return [
        *unless(0.9, beta1=repr(has["beta1"])),
        *unless(0.999, beta2=repr(has["beta2"])),
        *unless(1e-8, eps=repr(has["epsilon"])),
    ]


def adamw(has: Mapping[str, Any]) -> list[str]:
    # Chainer multiplies the step by alpha and eta, the decay by eta alone.
    return ["alpha=1.0", *adam(has), f"weight_decay_rate={has['weight_decay']}"]


OWN: Mapping[str, tuple[str, Arguments]] = {
    "SGD": ("lr", lambda has: []),
    "MomentumSGD": ("lr", momentum_sgd),
    "AdaGrad": ("lr", adagrad),
    "AdaDelta": ("", adadelta),
    "RMSprop": ("lr", rmsprop),
    "Adam": ("alpha", adam),
    "AdamW": ("eta", adamw),
}
"""Chainer's own optimizers: what each calls the learning rate, and its other arguments."""

CLASSES = (*OWN, "Adamax", "NAdam")
PLACEMENTS = {
    "adagrad": ("outside",),
    "rmsprop": ("outside", "inside"),
    "adam": ("uncorrected",),
    "adamw": ("uncorrected",),
}
"""Where Chainer has epsilon, of those that may have it in several places."""

EXCLUDED = {"bias": ("b",), "norm": ("beta", "gamma")}
"""Chainer's names of the parameters of a group."""

NUMBERS = {"cos": "math.cos", "pi": "math.pi", "minimum": "min"}
TENSORS = {name: f"np.{name}" for name in ("abs", "maximum", "sqrt")}


def class_name(spec: Spec) -> str:
    """What the optimizer is called, in Chainer's spelling."""
    optimizer, kind = spec.optimizer, spec.optimizer.kind
    if kind == "sgd":
        return "MomentumSGD" if optimizer.attributes()["momentum"] else "SGD"
    if kind == "adam" and _decouples(spec):
        return "AdamW"
    return {name.lower(): name for name in CLASSES}[kind]


def difference(spec: Spec) -> str:
    """What Chainer's own optimizer means otherwise, in words; empty if it means the same."""
    kind, has, name = spec.optimizer.kind, spec.optimizer.attributes(), class_name(spec)
    own = f"chainer.optimizers.{name}"
    if name not in OWN:
        return f"Chainer has no {name}"
    if kind == "sgd" and has["momentum"]:
        if has["nesterov"]:
            return "chainer.optimizers.NesterovAG is another algorithm"
        if has["dampening"]:
            return f"{own} has no dampening"
        if factor(spec.schedule) is not None:
            return f"The rate changes; {own} has it in the velocity"
    if kind == "adagrad" and has["initial_accumulator"]:
        return f"The accumulator of {own} starts at 0"
    if kind == "adadelta" and (has["learning_rate"] != 1.0 or factor(spec.schedule) is not None):
        return f"{own} has no learning rate"
    if kind == "rmsprop" and has["centered"]:
        return "By rounding, chainer.optimizers.RMSpropGraves takes roots of negative numbers"
    if kind == "rmsprop" and has["momentum"]:
        return f"{own} has no momentum"
    here, there = has.get("epsilon_placement"), PLACEMENTS.get(kind)
    if there and here not in there:
        return f"Epsilon is {here!r}; that of {own} is {there[0]!r}"
    if _decouples(spec) and name != "AdamW":
        return "The weight decay is decoupled; Chainer's is coupled"
    return ""


def kept(spec: Spec) -> Mapping[str, tuple[str, float]]:
    """What Chainer's own optimizer calls what it keeps: the specification's name, and a factor."""
    if difference(spec):
        return {}
    return {
        # Momentum has the rate inside, with a minus sign.
        "MomentumSGD": {"v": ("velocity", -1 / spec.optimizer.learning_rate)},
        "AdaGrad": {"h": ("accumulator", 1.0)},
        "AdaDelta": {"msg": ("square_average", 1.0), "msdx": ("delta_square_average", 1.0)},
        "RMSprop": {"ms": ("square_average", 1.0)},
        "Adam": {"m": ("first_moment", 1.0), "v": ("second_moment", 1.0)},
        "AdamW": {"m": ("first_moment", 1.0), "v": ("second_moment", 1.0)},
    }.get(class_name(spec), {})


def footer(emitter: ChainerEmitter) -> str:
    """Everything below the model's class."""
    spec = emitter.spec
    inputs = ", ".join(emitter.local(node.name) for node in spec.inputs)
    batches = "\n".join(
        f"    {emitter.local(node.name)} = {_random(node.op.attributes(), node.type.shape)}"
        for node in spec.inputs
    )
    parts = [
        _loss_function(spec),
        *_written_out(spec),
        *_schedule(spec),
        _make_optimizer(spec),
        _train_step(spec, inputs),
    ]
    parts.append(f"""\
if __name__ == "__main__":
    np.random.seed(0)
    model = {emitter.entry}()
    optimizer = make_optimizer(model)
{batches}
    targets = {_random(*targets(spec))}
    for step in range(5):
        loss = train_step(model, optimizer, {inputs}, targets)
        print(f"step {{step}}: loss {{loss:.4f}}")""")
    return "\n\n\n".join(parts)


def _loss_function(spec: Spec) -> str:
    if spec.loss.kind == "mean_squared_error":
        return "def loss_fn(output, targets):\n    return F.mean_squared_error(output, targets)"
    output, targets = "output", "targets"
    if len(spec.output_type.shape) > 1:
        output, targets = "F.reshape(output, (-1, output.shape[-1]))", "targets.ravel()"
    loss = f"F.softmax_cross_entropy({output}, {targets})"
    smoothing = spec.loss.attributes()["label_smoothing"]
    if not smoothing:
        return f"def loss_fn(output, targets):\n    return {loss}"
    return f'''\
def loss_fn(output, targets):
    """Chainer has no label smoothing: the mean over the classes is its other part."""
    loss = {loss}
    uniform = -F.mean(F.log_softmax(output, axis=-1))
    return (1 - {smoothing}) * loss + {smoothing} * uniform'''


def _written_out(spec: Spec) -> list[str]:
    """The classes of an optimizer that means something else than Chainer's own."""
    why = difference(spec)
    if not why:
        return []
    name, text = class_name(spec), formula(spec, decay=_decouples(spec))
    start = {
        each: f"np.full_like(param.array, {value})" if value else "np.zeros_like(param.array)"
        for each, value in text.kept.items()
    }
    start.update({each: str(value) for each, value in text.numbers.items()})
    rule = []
    if start:
        rule.append("def init_state(self, param):")
        rule += [f'    self.state["{each}"] = {value}' for each, value in start.items()]
        rule.append("")
    rule.append("def update_core(self, param):")
    body = ["parameter, gradient = param.array, param.grad", "rate = self.hyperparam.lr"]
    body += ["step = self.t"] * text.counts
    body += [f'{each} = self.state["{each}"]' for each in start]
    body += [f"{each} = {spelled(value, NUMBERS)}" for each, value in text.scalars]
    names = {**TENSORS, "is_decayed": _decays(spec)}
    for each, value in text.lines:
        body.append(f"{each} = {spelled(value, names)}".replace("relu(", "np.maximum(0, "))
    body.append(f"parameter -= {spelled(text.change, names)}")
    body += [f'self.state["{each}"] = {each}' for each in start]
    rule += [f"    {line}" for line in body]
    return [
        f"class {name}Rule(chainer.UpdateRule):\n" + indented(4, rule),
        f'''\
class {name}(chainer.GradientMethod):
    """{why}."""

    lr = chainer.optimizer.HyperparameterProxy("lr")

    def __init__(self, lr):
        super().__init__()
        self.hyperparam.lr = lr

    def create_update_rule(self):
        return {name}Rule(self.hyperparam)''',
    ]


def _schedule(spec: Spec) -> list[str]:
    rate = factor(spec.schedule, first=0)
    if rate is None:
        return []
    name = "lr" if difference(spec) else OWN[class_name(spec)][0]
    return [
        f'''\
def rate_factor(step):
    """What the learning rate is multiplied by; the first step is 0."""
    return {spelled(rate, NUMBERS)}''',
        f'''\
def schedule(optimizer):
    """A hook, which sets the learning rate of the step that follows."""
    optimizer.{name} = {spec.optimizer.learning_rate} * rate_factor(optimizer.t)''',
    ]


def _make_optimizer(spec: Spec) -> str:
    name, rate = class_name(spec), spec.optimizer.learning_rate
    if difference(spec):
        made = f"{name}(lr={rate})"
    else:
        rate_name, arguments = OWN[name]
        given = [f"{rate_name}={rate}"] * bool(rate_name) + arguments(spec.optimizer.attributes())
        made = f"chainer.optimizers.{name}({', '.join(given)})"
    later = []
    if factor(spec.schedule) is not None:
        later.append("optimizer.add_hook(schedule)")
    if spec.clipping is not None:
        hook = {
            "clip_global_norm": "GradientClipping({max_norm})",
            "clip_value": "GradientHardClipping(-{limit}, {limit})",
        }[spec.clipping.kind].format(**spec.clipping.attributes())
        later.append(f"optimizer.add_hook(chainer.optimizer_hooks.{hook})")
    later += _weight_decay(spec)
    if spec.accumulate > 1:
        later.append("optimizer.micro_batches = 0")
    lines = [f"return {made}.setup(model)"]
    if later or len(lines[0]) > LIMIT - 4:
        lines = [f"optimizer = {made}", "optimizer.setup(model)", *later, "return optimizer"]
    return "def make_optimizer(model):\n" + indented(4, lines)


def _weight_decay(spec: Spec) -> list[str]:
    """Lines that add the weight decay which is no part of the optimizer's formula."""
    decay = spec.optimizer.weight_decay
    hook = f"add_hook(chainer.optimizer_hooks.WeightDecay({decay}))"
    if not decay or (_decouples(spec) and difference(spec)):
        return []
    if _decouples(spec):
        what = "hyperparam.weight_decay_rate = 0.0"
        return _for_each(_does_not_decay(spec), what) if not_decayed(spec) else []
    return _for_each(_decays(spec), hook) if not_decayed(spec) else [f"optimizer.{hook}"]


def _for_each(condition: str, what: str) -> list[str]:
    return [
        "for param in model.params():",
        f"    if {condition}:",
        f"        param.update_rule.{what}",
    ]


def _decouples(spec: Spec) -> bool:
    return bool(spec.optimizer.weight_decay) and spec.optimizer.decay == "decoupled"


def _decays(spec: Spec) -> str:
    """The condition under which a parameter decays."""
    return "param.ndim > 1" if decays_by_rank(spec) else f"param.name not in {_excluded(spec)}"


def _does_not_decay(spec: Spec) -> str:
    return "param.ndim <= 1" if decays_by_rank(spec) else f"param.name in {_excluded(spec)}"


def _excluded(spec: Spec) -> str:
    names = [name for group in spec.optimizer.decay_excludes for name in EXCLUDED[group]]
    return str(names).replace("'", '"')


def _train_step(spec: Spec, inputs: str) -> str:
    loss = f"loss = loss_fn(model({inputs}), targets)"
    if spec.accumulate == 1:
        lines = [loss, "model.cleargrads()", "loss.backward()", "optimizer.update()"]
    else:
        count = spec.accumulate
        lines = [
            f"if optimizer.micro_batches % {count} == 0:",
            "    model.cleargrads()",
            loss,
            f"(loss / {count}).backward()",
            "optimizer.micro_batches += 1",
            f"if optimizer.micro_batches % {count} == 0:",
            "    optimizer.update()",
        ]
    lines = [f'"""{step_said(spec)}"""', *lines, "return loss.array"]
    return f"def train_step(model, optimizer, {inputs}, targets):\n{indented(4, lines)}"


def _random(attributes: Mapping[str, Any], shape: tuple[int, ...]) -> str:
    if attributes["dtype"] == "int":
        return f"np.random.randint({attributes['below']}, size={(8, *shape)})"
    return f"np.random.randn({', '.join(map(str, (8, *shape)))}).astype(np.float32)"
