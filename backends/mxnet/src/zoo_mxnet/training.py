"""Loss, optimizer, schedule, clipping and training step of an emitted Gluon module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from zoo.emit.formulas import Formula, factor, formula, not_decayed, spelled
from zoo.emit.pieces import indented
from zoo.emit.training import step_said, targets
from zoo.spec.graph import Spec
from zoo.training import ClipGlobalNorm, ClipValue, StepDecay

if TYPE_CHECKING:
    from zoo_mxnet.emit import MXNetEmitter

CLASSES = ("SGD", "NAG", "AdaGrad", "AdaDelta", "RMSProp", "Adam", "AdamW", "Adamax", "Nadam")
"""In MXNet's spelling, as far as it has them."""

EXCLUDED = {"bias": ("bias",), "norm": ("beta", "gamma")}
"""How MXNet's names of the parameters of a group end."""

NUMBERS = {"cos": "math.cos", "pi": "math.pi", "minimum": "min"}
TENSORS = {name: f"mx.nd.{name}" for name in ("abs", "maximum", "relu", "sqrt")}
ARGUMENTS = {"parameter": "weight", "gradient": "grad"}
"""What MXNet calls them in `Optimizer.update`."""


def class_name(spec: Spec) -> str:
    """What the optimizer is called, in MXNet's spelling."""
    has, kind = spec.optimizer.attributes(), spec.optimizer.kind
    if kind == "sgd":
        return "NAG" if has["nesterov"] and has["momentum"] else "SGD"
    return {name.lower(): name for name in CLASSES}[kind]


def difference(spec: Spec) -> str:
    """What MXNet's own optimizer means otherwise, in words; empty if it means the same."""
    kind, has, name = spec.optimizer.kind, spec.optimizer.attributes(), class_name(spec)
    own = f"mx.optimizer.{name}"
    if kind == "adamw":
        return "MXNet has no AdamW"
    if kind in ("adagrad", "adadelta", "rmsprop"):
        return f"{own} keeps float32, whatever the parameters are"
    if kind == "adamax":
        return f"{own} has no epsilon"
    if kind == "nadam":
        return f"{own} moves its schedule of the momentum once for each parameter"
    if has["weight_decay"] and has["decay"] == "decoupled":
        return f"The weight decay is decoupled; that of {own} is coupled"
    if kind == "sgd" and has["momentum"]:
        if has["dampening"]:
            return f"{own} has no dampening"
        if has["nesterov"] and has["weight_decay"]:
            return f"The velocity of {own} gets the decay of the weight after the step"
        if factor(spec.schedule) is not None:
            return f"The rate changes; {own} has it in the velocity"
    if kind == "adam":
        if has["epsilon_placement"] != "uncorrected":
            return f"Epsilon is 'outside'; that of {own} is 'uncorrected'"
        if has["weight_decay"] and isinstance(spec.clipping, ClipValue):
            return f"Gradients are clipped before the weight decay; {own} clips after"
    return ""


def kept(spec: Spec) -> Mapping[str, tuple[str, float]]:
    """What an optimizer keeps, by its position: the specification's name, and a factor."""
    rate, names = spec.optimizer.learning_rate, enumerate(formula(spec).kept)
    # Momentum has the rate inside, with a minus sign.
    scale = -1 / rate if spec.optimizer.kind == "sgd" and not difference(spec) else 1.0
    return {str(position): (name, scale) for position, name in names}


def footer(emitter: MXNetEmitter) -> str:
    """Everything below the model's class."""
    spec = emitter.spec
    inputs = ", ".join(emitter.local(node.name) for node in spec.inputs)
    batches = "\n".join(
        f"    {emitter.local(node.name)} = {_random(node.op.attributes(), node.type.shape)}"
        for node in spec.inputs
    )
    parts = [
        _loss(spec),
        *_written_out(spec),
        *_schedule(spec),
        _make_trainer(spec),
        *_clipping(spec),
        _train_step(spec, inputs, emitter.has_own_backward),
    ]
    parts.append(f"""\
if __name__ == "__main__":
    mx.random.seed(0)
    model = {emitter.entry}()
    model.initialize(mx.init.Xavier())
    model.hybridize(static_alloc=True, static_shape=True)
    loss_fn.hybridize(static_alloc=True, static_shape=True)
    trainer = make_trainer(model)
{batches}
    targets = {_random(*targets(spec))}
    for step in range(5):
        loss = train_step(model, trainer, {inputs}, targets)
        print(f"step {{step}}: loss {{loss.asscalar():.4f}}")""")
    return "\n\n\n".join(parts)


def _loss(spec: Spec) -> str:
    if spec.loss.kind == "mean_squared_error":
        return """\
def mean_squared_error(F, output, targets):
    return F.mean(F.square(output - targets))


loss_fn = nn.HybridLambda(mean_squared_error)"""
    smoothing = spec.loss.attributes()["label_smoothing"]
    loss = "-F.mean(F.pick(log_p, targets, axis=-1))"
    lines = [f"return {loss}"]
    if smoothing:
        lines = [
            f"loss = {loss}",
            f"return (1 - {smoothing}) * loss - {smoothing} * F.mean(log_p)",
        ]
    return f"""\
def cross_entropy(F, output, targets):
    # With a temperature, even 1, MXNet does without oneDNN's log_softmax, whose
    # gradient in float32 is off by up to 4e-6.
    log_p = F.log_softmax(output, axis=-1, temperature=1)
{indented(4, lines)}


loss_fn = nn.HybridLambda(cross_entropy)"""


def _written_out(spec: Spec) -> list[str]:
    """The class of an optimizer that means something else than MXNet's own."""
    why = difference(spec)
    if not why:
        return []
    text = formula(spec)
    methods = [*_create_state(text), "", *_update(spec, text)]
    return [
        f'class {class_name(spec)}(mx.optimizer.Optimizer):\n    """{why}."""\n\n'
        + indented(4, methods).lstrip("\n")
    ]


def _create_state(text: Formula) -> list[str]:
    lines = []
    if text.numbers:
        lines += ["def __init__(self, **kwargs):", "    super().__init__(**kwargs)"]
        lines += [f"    self.{name} = {{}}" for name in text.numbers]
        lines.append("")
    if text.kept:
        lines.append("def create_state(self, index, weight):")
        for name, number in text.numbers.items():
            lines.append(f"    self.{name}[index, weight.context] = {number}")
        tensors = [
            f"mx.nd.full(weight.shape, {number}, weight.context, weight.dtype)"
            if number
            else "mx.nd.zeros_like(weight)"
            for number in text.kept.values()
        ]
        state = ", ".join(tensors)
        if len(tensors) > 2:
            state = f"tuple({tensors[0]} for _ in range({len(tensors)}))"
        lines.append(f"    return {state}")
    return lines


def _update(spec: Spec, text: Formula) -> list[str]:
    names = {**TENSORS, **ARGUMENTS}
    lines = ["self._update_count(index)", "rate = self._get_lr(index)"]
    lines += ["step = self._index_update_count[index]"] * text.counts
    if text.kept:
        lines.append(f"{', '.join(text.kept)} = state")
    lines += [f"{name} = self.{name}[index, weight.context]" for name in text.numbers]
    lines += [f"{name} = {spelled(value, NUMBERS)}" for name, value in text.scalars]
    lines += [f"self.{name}[index, weight.context] = {name}" for name in text.numbers]
    lines.append("grad = self.rescale_grad * grad")
    if isinstance(spec.clipping, ClipValue):
        limit = spec.clipping.limit
        lines.append("# mx.nd.clip would hold the limit in float32.")
        lines.append(f"grad = mx.nd.maximum(mx.nd.minimum(grad, {limit}), -{limit})")
    for name, expression in text.lines:
        place = f"{name}[:]" if name in text.kept else ARGUMENTS.get(name, name)
        made = "self._get_wd(index)" if name == "decay" else spelled(expression, names)
        lines.append(f"{place} = {made}")
    lines.append(f"weight -= {spelled(text.change, names)}")
    return ["def update(self, index, weight, grad, state):", *(f"    {line}" for line in lines)]


def _schedule(spec: Spec) -> list[str]:
    rate = factor(spec.schedule)
    if rate is None or _own_schedule(spec):
        return []
    return [
        f'''\
def rate_factor(step):
    """What the learning rate is multiplied by; the first step is 1."""
    return {spelled(rate, NUMBERS)}''',
        """\
class Schedule(mx.lr_scheduler.LRScheduler):
    def __call__(self, step):
        return self.base_lr * rate_factor(step)""",
    ]


def _make_trainer(spec: Spec) -> str:
    name, arguments = class_name(spec), _arguments(spec)
    lines = []
    if factor(spec.schedule) is not None:
        arguments["lr_scheduler"] = "schedule"
        rate = spec.optimizer.learning_rate
        lines.append(f"schedule = {_own_schedule(spec) or f'Schedule(base_lr={rate})'}")
    if not_decayed(spec):
        ends = [end for group in spec.optimizer.decay_excludes for end in EXCLUDED[group]]
        names = f".*({'|'.join(ends)})$" if len(ends) > 1 else f".*{ends[0]}$"
        lines.append(f'model.collect_params("{names}").setattr("wd_mult", 0.0)')
    if spec.accumulate > 1:
        lines += [
            "for parameter in model.collect_params().values():",
            '    if parameter.grad_req != "null":',
            '        parameter.grad_req = "add"',
        ]
    if difference(spec):
        given = ", ".join(f"{argument}={value}" for argument, value in arguments.items())
        lines.append(f"optimizer = {name}({given})")
        trainer = "gluon.Trainer(model.collect_params(), optimizer)"
    else:
        key = name.lower()
        given = ", ".join(f'"{argument}": {value}' for argument, value in arguments.items())
        lines.append(f"{key} = {{{given}}}")
        trainer = f'gluon.Trainer(model.collect_params(), "{key}", {key})'
    if spec.accumulate > 1:
        lines += [f"trainer = {trainer}", "trainer.micro_batches = 0", "return trainer"]
    else:
        lines.append(f"return {trainer}")
    return "def make_trainer(model):\n" + indented(4, lines)


def _arguments(spec: Spec) -> dict[str, str]:
    """Those of the optimizer, MXNet's defaults left out; a formula has its numbers in itself."""
    has, own = spec.optimizer.attributes(), not difference(spec)
    given = {"learning_rate": has["learning_rate"]}
    if own:
        usual = {"momentum": 0.0, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
        given.update(
            {name: has[name] for name in usual if has.get(name, usual[name]) != usual[name]}
        )
    if has["weight_decay"] and (own or not_decayed(spec)):
        given["wd"] = has["weight_decay"]
    if own and isinstance(spec.clipping, ClipValue):
        given["clip_gradient"] = spec.clipping.limit
    return {name: repr(value) for name, value in given.items()}


def _own_schedule(spec: Spec) -> str:
    """MXNet's own where it means the same, else nothing.

    Its cosine is one step ahead, and steps after a warm-up count from before it.
    """
    schedule, rate = spec.schedule, spec.optimizer.learning_rate
    if not isinstance(schedule, StepDecay) or schedule.warmup_steps:
        return ""
    falls = f"{schedule.every}, {schedule.factor}, stop_factor_lr=0"
    return f"mx.lr_scheduler.FactorScheduler({falls}, base_lr={rate})"


def _clipping(spec: Spec) -> list[str]:
    if not isinstance(spec.clipping, ClipGlobalNorm):
        return []
    return [
        '''\
def clip_gradients(model, max_norm):
    """Clip by global norm; gluon.utils.clip_global_norm adds 1e-8 to the norm."""
    parameters = model.collect_params().values()
    gradients = [p.grad() for p in parameters if p.grad_req != "null"]
    norm = mx.nd.sqrt(mx.nd.add_n(*(mx.nd.sum(g * g) for g in gradients)))
    divisor = mx.nd.maximum(norm / max_norm, 1)
    for gradient in gradients:
        gradient /= divisor'''
    ]


def _train_step(spec: Spec, inputs: str, has_own_backward: bool) -> str:
    count = spec.accumulate
    differentiated = "loss" if count == 1 else "share"
    backward = f"{differentiated}.backward()"
    if has_own_backward:
        backward = f"backward({differentiated}, model, {inputs})"
    update = ["trainer.step(1)  # not the batch size: the loss is the mean already"]
    if isinstance(spec.clipping, ClipGlobalNorm):
        update.insert(0, f"clip_gradients(model, {spec.clipping.max_norm})")
    loss = ["with autograd.record():", f"    loss = loss_fn(model({inputs}), targets)"]
    if count == 1:
        lines = [*loss, backward, *update]
    else:
        lines = [
            f"if trainer.micro_batches % {count} == 0:",
            "    model.collect_params().zero_grad()",
            *loss,
            f"    share = loss / {count}",
            backward,
            "trainer.micro_batches += 1",
            f"if trainer.micro_batches % {count} == 0:",
            *(f"    {line}" for line in update),
        ]
    lines = [f'"""{step_said(spec)}"""', *lines, "return loss"]
    return f"def train_step(model, trainer, {inputs}, targets):\n{indented(4, lines)}"


def _random(attributes: Mapping[str, Any], shape: tuple[int, ...]) -> str:
    if attributes["dtype"] == "int":
        return f"mx.nd.random.randint(0, {attributes['below']}, shape={(8, *shape)})"
    return f"mx.nd.random.normal(shape={(8, *shape)})"
