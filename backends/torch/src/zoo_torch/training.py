"""Loss, optimizer, schedule, clipping and training step of an emitted PyTorch module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping

from zoo.emit.formulas import decays_by_rank, factor, formula, not_decayed, spelled
from zoo.emit.pieces import indented, unless
from zoo.emit.training import step_said, targets
from zoo.spec.graph import Spec

if TYPE_CHECKING:
    from zoo_torch.emit import TorchEmitter

Arguments = Callable[[Mapping[str, Any]], "list[str]"]


def sgd(has: Mapping[str, Any]) -> list[str]:
    if not has["momentum"]:  # then the other two have no meaning
        return []
    dampening, nesterov = repr(has["dampening"]), repr(has["nesterov"])
    return [
        f"momentum={has['momentum']}",
        *unless(0.0, dampening=dampening),
        *unless(False, nesterov=nesterov),
    ]


def adagrad(has: Mapping[str, Any]) -> list[str]:
    start, epsilon = repr(has["initial_accumulator"]), repr(has["epsilon"])
    return [*unless(0.0, initial_accumulator_value=start), *unless(1e-10, eps=epsilon)]


def adadelta(has: Mapping[str, Any]) -> list[str]:
    return [*unless(0.9, rho=repr(has["rho"])), *unless(1e-6, eps=repr(has["epsilon"]))]


def rmsprop(has: Mapping[str, Any]) -> list[str]:
    return [
        *unless(0.99, alpha=repr(has["rho"])),
        *unless(1e-8, eps=repr(has["epsilon"])),
        *unless(0.0, momentum=repr(has["momentum"])),
        *unless(False, centered=repr(has["centered"])),
    ]


def adam(has: Mapping[str, Any]) -> list[str]:
    betas = repr((has["beta1"], has["beta2"]))
    return [*unless((0.9, 0.999), betas=betas), *unless(1e-8, eps=repr(has["epsilon"]))]


def nadam(has: Mapping[str, Any]) -> list[str]:
    return [*adam(has), *unless(0.004, momentum_decay=repr(has["momentum_decay"]))]


OWN: Mapping[str, tuple[str, Arguments]] = {
    "sgd": ("SGD", sgd),
    "adagrad": ("Adagrad", adagrad),
    "adadelta": ("Adadelta", adadelta),
    "rmsprop": ("RMSprop", rmsprop),
    "adam": ("Adam", adam),
    "adamw": ("AdamW", adam),
    "adamax": ("Adamax", adam),
    "nadam": ("NAdam", nadam),
}
"""PyTorch's name of each optimizer, and its arguments beside the learning rate and the decay."""

CLASSES = tuple(name for name, _ in OWN.values())

PLACEMENT = {"adamax": "inside"}
"""Where PyTorch has epsilon, if not outside of the root."""

DECOUPLES = ("adam", "nadam")
"""Those that take decoupled_weight_decay."""

FUSED = ("sgd", "adam", "adamw")
"""Those that have a faster kernel, in which all arithmetic of a parameter is one pass."""

SGD_IS_FUSED = (
    "# PyTorch 2.13's fused SGD skips most numbers in half precision on the CPU.",
    "fused = next(model.parameters()).dtype.itemsize > 2",
)

NUMBERS = {"cos": "math.cos", "pi": "math.pi", "minimum": "min"}
TENSORS = {name: f"torch.{name}" for name in ("abs", "maximum", "relu", "sqrt")}


def difference(spec: Spec) -> str:
    """What PyTorch's own optimizer means otherwise, in words; empty if it means the same."""
    kind, has = spec.optimizer.kind, spec.optimizer.attributes()
    own = f"torch.optim.{OWN[kind][0]}"
    there = PLACEMENT.get(kind, "outside")
    here = has.get("epsilon_placement", there)
    if here != there:
        return f"Epsilon is {here!r}; that of {own} is {there!r}"
    if has["weight_decay"] and has["decay"] == "decoupled" and kind not in (*DECOUPLES, "adamw"):
        return f"The weight decay is decoupled; that of {own} is coupled"
    return ""


def footer(emitter: TorchEmitter) -> str:
    """Everything below the model's class."""
    spec = emitter.spec
    inputs = ", ".join(emitter.local(node.name) for node in spec.inputs)
    batches = "\n".join(
        f"    {emitter.local(node.name)} = {_random(node.op.attributes(), node.type.shape)}"
        for node in spec.inputs
    )
    functions = [
        f"def loss_fn(output, targets):\n    return {_loss(spec)}",
        *_written_out(spec),
        *_schedule(spec),
        _make_optimizer(spec),
        *_clipping(spec),
        _train_step(spec, inputs),
    ]
    return (
        "\n\n\n".join(functions)
        + f"""


if __name__ == "__main__":
    torch.manual_seed(0)
    model = {emitter.entry}()
    optimizer = make_optimizer(model)
{batches}
    targets = {_random(*targets(spec))}
    for step in range(5):
        loss = train_step(model, optimizer, {inputs}, targets)
        print(f"step {{step}}: loss {{loss.item():.4f}}")
"""
    )


def _loss(spec: Spec) -> str:
    if spec.loss.kind == "mean_squared_error":
        return "F.mse_loss(output, targets)"
    smoothing = repr(spec.loss.attributes()["label_smoothing"])
    how = "".join(f", {text}" for text in unless(0.0, label_smoothing=smoothing))
    if len(spec.output_type.shape) == 1:
        return f"F.cross_entropy(output, targets{how})"
    return f"F.cross_entropy(output.flatten(0, -2), targets.flatten(){how})"


def _written_out(spec: Spec) -> list[str]:
    """The class of an optimizer that means something else than PyTorch's own."""
    why = difference(spec)
    if not why:
        return []
    text = formula(spec)
    mine = {name: f"self.{name}" for name in text.numbers}
    kept = {name: f'state["{name}"]' for name in text.kept}
    default = f'"lr": {spec.optimizer.learning_rate}'
    if not_decayed(spec):
        default += f', "weight_decay": {spec.optimizer.weight_decay}'
    start = [f"super().__init__(parameters, {{{default}}})"]
    start += [f"self.{name} = {value}" for name, value in text.numbers.items()]
    start += ["self.steps = 0"] * text.counts
    step = ["self.steps += 1", "step = self.steps"] * text.counts
    for name, value in text.scalars:
        step.append(f"{mine.get(name, name)} = {spelled(value, {**NUMBERS, **mine})}")
    each = []
    if kept:
        each.append("if not state:")
    for name, first in text.kept.items():
        each.append(f"    {kept[name]} = torch.full_like(parameter, {first})")
    for name, value in text.lines:
        made = 'group["weight_decay"]' if name == "decay" else spelled(value, {**TENSORS, **kept})
        each.append(f"{kept.get(name, name)} = {made}")
    each.append(f"parameter -= {spelled(text.change, {**TENSORS, **kept, **mine})}")
    step += [
        "for group in self.param_groups:",
        '    rate = group["lr"]',
        '    for parameter in group["params"]:',
        "        gradient, state = parameter.grad, self.state[parameter]",
        *(f"        {line}" for line in each),
    ]
    return [
        f'''\
class {OWN[spec.optimizer.kind][0]}(torch.optim.Optimizer):
    """{why}."""

    def __init__(self, parameters):
{indented(8, start)}

    @torch.no_grad()
    def step(self):
{indented(8, step)}'''
    ]


def _schedule(spec: Spec) -> list[str]:
    rate = factor(spec.schedule, first=0)
    if rate is None:
        return []
    return [
        f'''\
def rate_factor(step):
    """What the learning rate is multiplied by; the first step is 0."""
    return {spelled(rate, NUMBERS)}'''
    ]


def _make_optimizer(spec: Spec) -> str:
    lines, parameters = _parameters(spec)
    name = OWN[spec.optimizer.kind][0]
    own = f"torch.optim.{name}({', '.join([parameters, *_arguments(spec)])})"
    made = f"{name}({parameters})" if difference(spec) else own
    if made == own and spec.optimizer.kind == "sgd":
        lines += SGD_IS_FUSED
    later = []
    if factor(spec.schedule) is not None:
        later += [
            "scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate_factor)",
            "optimizer.register_step_post_hook(lambda *_: scheduler.step())",
        ]
    if spec.accumulate > 1:
        later.append("optimizer.micro_batches = 0")
    lines += [f"optimizer = {made}", *later, "return optimizer"] if later else [f"return {made}"]
    return "def make_optimizer(model):\n" + indented(4, lines)


def _parameters(spec: Spec) -> tuple[list[str], str]:
    """Lines that part those that decay from the others, and the expression of all."""
    excluded = not_decayed(spec)
    if not excluded:
        return [], "model.parameters()"
    if decays_by_rank(spec):
        lines, each, decays, does_not = [], "p in model.parameters()", "p.ndim > 1", "p.ndim <= 1"
    else:
        from zoo_torch.weights import bindings

        states = bindings(spec).states
        lines = ["others = {", *(f'    "{states[name].name}",' for name in excluded), "}"]
        each, decays, does_not = (
            "name, p in model.named_parameters()", "name not in others", "name in others",
        )  # fmt: skip
    return [
        *lines,
        "groups = [",
        f'    {{"params": [p for {each} if {decays}]}},',
        f'    {{"params": [p for {each} if {does_not}], "weight_decay": 0.0}},',
        "]",
    ], "groups"


def _arguments(spec: Spec) -> list[str]:
    """Those of PyTorch's own optimizer, its defaults left out."""
    optimizer, kind = spec.optimizer, spec.optimizer.kind
    arguments = [f"lr={optimizer.learning_rate}", *OWN[kind][1](optimizer.attributes())]
    decay = repr(optimizer.weight_decay)
    arguments += unless(0.01 if kind == "adamw" else 0.0, weight_decay=decay)
    if optimizer.weight_decay and optimizer.decay == "decoupled" and kind in DECOUPLES:
        arguments.append("decoupled_weight_decay=True")
    if kind in FUSED:
        arguments.append("fused=fused" if kind == "sgd" else "fused=True")
    return arguments


def _clipping(spec: Spec) -> list[str]:
    if spec.clipping is None or spec.clipping.kind != "clip_global_norm":
        return []
    return [
        '''\
def clip_gradients(model, max_norm):
    """Clip by global norm; nn.utils.clip_grad_norm_ adds 1e-6 to the norm."""
    gradients = [parameter.grad for parameter in model.parameters()]
    norm = nn.utils.get_total_norm(gradients)
    torch._foreach_div_(gradients, torch.clamp(norm / max_norm, min=1))'''
    ]


def _train_step(spec: Spec, inputs: str) -> str:
    update = ["optimizer.step()"]
    if spec.clipping is not None:
        clipped = {
            "clip_global_norm": "clip_gradients(model, {max_norm})",
            "clip_value": "nn.utils.clip_grad_value_(model.parameters(), {limit})",
        }[spec.clipping.kind]
        update.insert(0, clipped.format(**spec.clipping.attributes()))
    if spec.accumulate == 1:
        before, after = ["optimizer.zero_grad()"], ["loss.backward()", *update]
    else:
        count = spec.accumulate
        update.append("optimizer.zero_grad()")
        before, after = [], [
            f"(loss / {count}).backward()",
            "optimizer.micro_batches += 1",
            f"if optimizer.micro_batches % {count} == 0:",
            *(f"    {line}" for line in update),
        ]  # fmt: skip
    lines = [*before, f"loss = loss_fn(model({inputs}), targets)", *after, "return loss.detach()"]
    head = f"def train_step(model, optimizer, {inputs}, targets):"
    return f'{head}\n    """{step_said(spec)}"""\n{indented(4, lines)}'


def _random(attributes: Mapping[str, Any], shape: tuple[int, ...]) -> str:
    if attributes["dtype"] == "int":
        return f"torch.randint({attributes['below']}, {(8, *shape)})"
    return f"torch.randn({', '.join(map(str, (8, *shape)))})"
