"""Loss, optimizer, schedule, clipping and training step of an emitted Gluon module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping

from zoo.emit.formulas import factor, formula, not_decayed, spelled
from zoo.spec.graph import Spec
from zoo.training import StepDecay

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
        if factor(spec.schedule) is not None:
            return f"The rate stands outside the velocity; that of {own} is inside, and it changes"
    if kind == "adam":
        if has["epsilon_placement"] != "uncorrected":
            return f"Epsilon is 'outside'; that of {own} is 'uncorrected'"
        if has["weight_decay"] and _clips_values(spec):
            return f"Gradients are clipped before the weight decay; {own} clips after it"
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
    targets = {_random_targets(spec)}
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
{_lines(4, lines)}


loss_fn = nn.HybridLambda(cross_entropy)"""


def _written_out(spec: Spec) -> list[str]:
    """The class of an optimizer that means something else than MXNet's own."""
    why = difference(spec)
    if not why:
        return []
    text = formula(spec)
    start = [
        f"mx.nd.full(weight.shape, {value}, weight.context, weight.dtype)"
        if value
        else "mx.nd.zeros_like(weight)"
        for value in text.kept.values()
    ]
    state = ", ".join(start)
    if len(start) > 2:
        state = f"tuple({start[0]} for _ in range({len(start)}))"
    made = []
    if text.numbers:
        made = ["def __init__(self, **kwargs):", "    super().__init__(**kwargs)"]
        made += [f"    self.{name} = {{}}" for name in text.numbers]
        made.append("")
    if start:
        made.append("def create_state(self, index, weight):")
        for name, value in text.numbers.items():
            made.append(f"    self.{name}[index, weight.context] = {value}")
        made += [f"    return {state}", ""]
    body = ["self._update_count(index)", "rate = self._get_lr(index)"]
    body += ["step = self._index_update_count[index]"] * text.counts
    body += [f"{', '.join(text.kept)} = state"] * bool(start)
    body += [f"{name} = self.{name}[index, weight.context]" for name in text.numbers]
    body += [f"{name} = {spelled(value, NUMBERS)}" for name, value in text.scalars]
    body += [f"self.{name}[index, weight.context] = {name}" for name in text.numbers]
    body.append("grad = self.rescale_grad * grad")
    if _clips_values(spec):
        limit = spec.clipping.limit
        body.append("# mx.nd.clip would hold the limit in float32.")
        body.append(f"grad = mx.nd.maximum(mx.nd.minimum(grad, {limit}), -{limit})")
    names = {**TENSORS, **ARGUMENTS}
    for name, value in text.lines:
        place = f"{name}[:]" if name in text.kept else ARGUMENTS.get(name, name)
        value = "self._get_wd(index)" if name == "decay" else spelled(value, names)
        body.append(f"{place} = {value}")
    body.append(f"weight -= {spelled(text.change, names)}")
    made += ["def update(self, index, weight, grad, state):", *(f"    {line}" for line in body)]
    return [
        f'class {class_name(spec)}(mx.optimizer.Optimizer):\n    """{why}."""\n\n' + _lines(4, made)
    ]


def _schedule(spec: Spec) -> list[str]:
    rate = factor(spec.schedule)
    if rate is None or _is_own_schedule(spec):
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
    has, name, excluded = spec.optimizer.attributes(), class_name(spec), not_decayed(spec)
    given: dict[str, object] = {"learning_rate": has["learning_rate"]}
    own = not difference(spec)
    if own and has.get("momentum"):
        given["momentum"] = has["momentum"]
    if own and name == "Adam":
        defaults = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
        given.update({key: has[key] for key, usual in defaults.items() if has[key] != usual})
    if has["weight_decay"] and (own or excluded):
        given["wd"] = has["weight_decay"]
    if own and _clips_values(spec):
        given["clip_gradient"] = spec.clipping.limit
    arguments = {key: repr(value) for key, value in given.items()}
    if factor(spec.schedule) is not None:
        arguments["lr_scheduler"] = _scheduler(spec)
    lines = []
    if excluded:
        ends = [end for group in spec.optimizer.decay_excludes for end in EXCLUDED[group]]
        names = f".*({'|'.join(ends)})$" if len(ends) > 1 else f".*{ends[0]}$"
        lines.append(f'model.collect_params("{names}").setattr("wd_mult", 0.0)')
    if spec.accumulate > 1:
        lines += [
            "for parameter in model.collect_params().values():",
            '    if parameter.grad_req != "null":',
            '        parameter.grad_req = "add"',
        ]
    if own:
        key = name.lower()
        pairs = ", ".join(f'"{argument}": {value}' for argument, value in arguments.items())
        lines.append(f"{key} = {{{pairs}}}")
        trainer = f'gluon.Trainer(model.collect_params(), "{key}", {key})'
    else:
        pairs = ", ".join(f"{argument}={value}" for argument, value in arguments.items())
        lines.append(f"optimizer = {name}({pairs})")
        trainer = "gluon.Trainer(model.collect_params(), optimizer)"
    if spec.accumulate > 1:
        lines += [f"trainer = {trainer}", "trainer.micro_batches = 0", "return trainer"]
    else:
        lines.append(f"return {trainer}")
    return "def make_trainer(model):\n" + _lines(4, lines)


def _scheduler(spec: Spec) -> str:
    rate = spec.optimizer.learning_rate
    if isinstance(spec.schedule, StepDecay) and _is_own_schedule(spec):
        falls = f"{spec.schedule.every}, {spec.schedule.factor}, stop_factor_lr=0"
        return f"mx.lr_scheduler.FactorScheduler({falls}, base_lr={rate})"
    return f"Schedule(base_lr={rate})"


def _is_own_schedule(spec: Spec) -> bool:
    """MXNet's cosine is one step ahead, and what follows its warm-up counts from the beginning."""
    return spec.schedule.kind == "step_decay" and not spec.schedule.warmup_steps


def _clips_values(spec: Spec) -> bool:
    return spec.clipping is not None and spec.clipping.kind == "clip_value"


def _clipping(spec: Spec) -> list[str]:
    if spec.clipping is None or _clips_values(spec):
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
    if spec.clipping is not None and not _clips_values(spec):
        update.insert(0, f"clip_gradients(model, {spec.clipping.attributes()['max_norm']})")
    loss = ["with autograd.record():", f"    loss = loss_fn(model({inputs}), targets)"]
    if count == 1:
        said = "One step on a batch; returns the loss before the step."
        lines = [*loss, backward, *update]
    else:
        said = f"One micro-batch, {count} of which make a step; returns its loss before the step."
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
    lines = [f'"""{said}"""', *lines, "return loss"]
    return f"def train_step(model, trainer, {inputs}, targets):\n{_lines(4, lines)}"


def _lines(indent: int, lines: list[str]) -> str:
    return "\n".join((" " * indent + line).rstrip() for line in lines)


def _random_targets(spec: Spec) -> str:
    target = spec.loss.target(spec.output_type)
    below = spec.output_type.shape[-1] if target.dtype == "int" else 0
    return _random({"dtype": target.dtype, "below": below}, target.shape)


def _random(attributes: Mapping[str, Any], shape: tuple[int, ...]) -> str:
    if attributes["dtype"] == "int":
        return f"mx.nd.random.randint(0, {attributes['below']}, shape={(8, *shape)})"
    return f"mx.nd.random.normal(shape={(8, *shape)})"
