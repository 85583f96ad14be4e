"""Optimizers and schedules as arithmetic, for programs that write them out.

The text is Python that every framework's tensors understand, with calls of sqrt, abs, maximum and
relu (of tensors) and of cos and minimum (of numbers), which `spelled` turns into a framework's own
names. `step` is the number of the step under way, `rate` the learning rate of that step;
`parameter`, `gradient` and what an optimizer keeps are tensors of one parameter.

The formulas themselves, with their sources, stand in `zoo.training`.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Mapping, Tuple, Union

import attrs

from zoo.errors import InternalError
from zoo.oracle.table import OPTIMIZERS
from zoo.spec.graph import Spec
from zoo.training import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    Constant,
    Cosine,
    NAdam,
    Optimizer,
    RMSprop,
    Schedule,
    StepDecay,
)

Line = Tuple[str, "Expression"]
"""An assignment: the name and the expression."""


@attrs.frozen
class Choice:
    """One of two numbers, chosen by the step."""

    condition: str
    then: str
    otherwise: str


Expression = Union[str, Choice]


@attrs.frozen
class Formula:
    """One optimizer step.

    Attributes:
        kept: tensors that each parameter keeps between steps, with the value that they start at.
        numbers: numbers that all parameters share and keep between steps, with their start.
        scalars: assignments of numbers, once a step.
        lines: assignments of tensors, for each parameter.
        change: what the parameter then loses, `rate` times something.
    """

    kept: Mapping[str, float]
    numbers: Mapping[str, float]
    scalars: Tuple[Line, ...]
    lines: Tuple[Tuple[str, str], ...]
    change: str

    @property
    def counts(self) -> bool:
        """Whether it reads the number of the step."""
        return any("step" in words(expression) for _, expression in self.scalars)


def formula(spec: Spec, *, decay: bool = True) -> Formula:
    """The optimizer of a specification; without `decay`, something else decays the weights.

    Where some parameters do not decay, the text reads `is_decayed`, which `spelled` has to know.
    """
    optimizer = spec.optimizer
    numbers, scalars, lines, direction = _parts(optimizer)
    weight_decay: Any = optimizer.weight_decay
    if decay and weight_decay:
        if not_decayed(spec):
            lines = [("decay", f"{weight_decay} if is_decayed else 0.0"), *lines]
            weight_decay = "decay"
        if optimizer.decay == "coupled":
            place = 1 if weight_decay == "decay" else 0
            lines.insert(place, ("gradient", f"gradient + {weight_decay} * parameter"))
        else:
            if not direction.isidentifier():
                bare = direction[1:-1] if direction.startswith("(") else direction
                lines.append(("direction", bare))
                direction = "direction"
            direction = f"({weight_decay} * parameter + {direction})"
    kept = OPTIMIZERS[optimizer.kind].start(optimizer)
    return Formula(kept, numbers, tuple(scalars), tuple(lines), f"rate * {direction}")


Parts = Tuple[Mapping[str, float], "list[Line]", "list[Tuple[str, str]]", str]


def _parts(optimizer: Optimizer) -> Parts:
    """Numbers kept, scalars, lines, and what the rate is multiplied by; without weight decay."""
    for kind, parts in PARTS.items():
        if isinstance(optimizer, kind):
            return parts(optimizer)
    raise InternalError(f"{optimizer.kind} has no formula here; possible: {', '.join(OPTIMIZERS)}")


def _sgd(sgd: SGD) -> Parts:
    if not sgd.momentum:
        return {}, [], [], "gradient"
    scalars: list[Line] = []
    undamped = ""
    if sgd.dampening:  # the first velocity is the first gradient
        scalars = [("undamped", Choice("step == 1", "1.0", f"1 - {sgd.dampening}"))]
        undamped = "undamped * "
    lines = [("velocity", f"{sgd.momentum} * velocity + {undamped}gradient")]
    ahead = f"(gradient + {sgd.momentum} * velocity)"
    return {}, scalars, lines, ahead if sgd.nesterov else "velocity"


def _adagrad(adagrad: Adagrad) -> Parts:
    lines = [("accumulator", "accumulator + gradient**2")]
    return {}, [], lines, f"gradient / {_root('accumulator', adagrad)}"


def _adadelta(adadelta: Adadelta) -> Parts:
    rho, epsilon = adadelta.rho, adadelta.epsilon
    ratio = f"sqrt(delta_square_average + {epsilon}) / sqrt(square_average + {epsilon})"
    lines = [
        ("square_average", _average(rho, "square_average", "gradient**2")),
        ("ratio", ratio),
        ("delta", "ratio * gradient"),
        ("delta_square_average", _average(rho, "delta_square_average", "delta**2")),
    ]
    return {}, [], lines, "delta"


def _rmsprop(rmsprop: RMSprop) -> Parts:
    spread = "square_average"
    lines = [(spread, _average(rmsprop.rho, spread, "gradient**2"))]
    if rmsprop.centered:
        lines.append(("average", _average(rmsprop.rho, "average", "gradient")))
        lines.append(("spread", "relu(square_average - average * average)"))
        spread = "spread"
    direction = f"gradient / {_root(spread, rmsprop)}"
    if rmsprop.momentum:
        lines.append(("velocity", f"{rmsprop.momentum} * velocity + {direction}"))
        direction = "velocity"
    return {}, [], lines, direction


def _adam(adam: Adam) -> Parts:
    bias1, bias2 = _bias(1, adam.beta1), _bias(2, adam.beta2)
    lines = [
        ("first_moment", _average(adam.beta1, "first_moment", "gradient")),
        ("second_moment", _average(adam.beta2, "second_moment", "gradient**2")),
    ]
    if adam.epsilon_placement == "uncorrected":
        scalars = [bias1, bias2, ("correction", "bias2**0.5 / bias1")]
        direction = f"correction * first_moment / (sqrt(second_moment) + {adam.epsilon})"
        return {}, scalars, lines, direction
    lines.append(("root", "sqrt(second_moment / bias2)"))
    return {}, [bias1, bias2], lines, f"first_moment / bias1 / (root + {adam.epsilon})"


def _adamax(adamax: Adamax) -> Parts:
    size, norm = "abs(gradient)", "norm"
    if adamax.epsilon_placement == "inside":
        size += f" + {adamax.epsilon}"
    else:
        norm = f"(norm + {adamax.epsilon})"
    lines = [
        ("first_moment", _average(adamax.beta1, "first_moment", "gradient")),
        ("norm", f"maximum({adamax.beta2} * norm, {size})"),
    ]
    return {}, [_bias(1, adamax.beta1)], lines, f"first_moment / bias1 / {norm}"


def _nadam(nadam: NAdam) -> Parts:
    beta1, beta2, decay = nadam.beta1, nadam.beta2, nadam.momentum_decay
    scalars: list[Line] = [
        ("mu", f"{beta1} * (1 - 0.5 * 0.96 ** (step * {decay}))"),
        ("next_mu", f"{beta1} * (1 - 0.5 * 0.96 ** ((step + 1) * {decay}))"),
        ("mu_product", "mu_product * mu"),
        _bias(2, beta2),
        ("now", "(1 - mu) / (1 - mu_product)"),
        ("ahead", "next_mu / (1 - mu_product * next_mu)"),
    ]
    lines = [
        ("first_moment", _average(beta1, "first_moment", "gradient")),
        ("second_moment", _average(beta2, "second_moment", "gradient**2")),
        ("mean", "now * gradient + ahead * first_moment"),
        ("root", "sqrt(second_moment / bias2)"),
    ]
    return {"mu_product": 1.0}, scalars, lines, f"mean / (root + {nadam.epsilon})"


PARTS: Mapping[Any, Callable[[Any], Parts]] = {
    SGD: _sgd,
    Adagrad: _adagrad,
    Adadelta: _adadelta,
    RMSprop: _rmsprop,
    Adam: _adam,
    Adamax: _adamax,
    NAdam: _nadam,
}


def _average(kept: float, old: str, new: str) -> str:
    return f"{kept} * {old} + (1 - {kept}) * {new}"


def _bias(number: int, beta: float) -> Line:
    return f"bias{number}", f"1 - {beta}**step"


def _root(x: str, optimizer: Adagrad | RMSprop) -> str:
    if optimizer.epsilon_placement == "inside":
        return f"sqrt({x} + {optimizer.epsilon})"
    return f"(sqrt({x}) + {optimizer.epsilon})"


def factor(schedule: Schedule, *, first: int = 1) -> Expression | None:
    """What the learning rate is multiplied by at `step`, whose first value is `first`.

    None if it is always 1.
    """
    after = _factor(schedule, first + schedule.warmup_steps)
    if not schedule.warmup_steps:
        return after
    warmup, last = schedule.warmup_steps, first + schedule.warmup_steps - 1
    if warmup == 1:  # a ramp that is at its top
        return Choice(f"step <= {last}", "1.0", after) if after else None
    ramp = f"{_less('step', first - 1, '/')} {warmup}"
    return Choice(f"step <= {last}", ramp, after or "1.0")


def _factor(schedule: Schedule, first: int) -> str | None:
    if isinstance(schedule, Constant):
        return None
    if isinstance(schedule, StepDecay):
        return f"{schedule.factor} ** ({_less('step', first, '//')} {schedule.every})"
    if isinstance(schedule, Cosine):
        done = _less("step", first, ",")
        wave = f"(1 + cos(pi * minimum({done} {schedule.steps}) / {schedule.steps})) / 2"
        end = schedule.end_fraction
        return f"{end} + (1 - {end}) * {wave}" if end else wave
    raise InternalError(f"{schedule.kind} has no formula here")


def _less(name: str, amount: int, then: str) -> str:
    """`name - amount` and what follows it; in brackets where it needs them."""
    if not amount:
        return f"{name}{then}" if then == "," else f"{name} {then}"
    text = f"{name} {'-' if amount > 0 else '+'} {abs(amount)}"
    return f"{text}{then}" if then == "," else f"({text}) {then}"


def not_decayed(spec: Spec) -> tuple[str, ...]:
    """Canonical names of the parameters that weight decay leaves out."""
    excluded = spec.optimizer.decay_excludes if spec.optimizer.weight_decay else ()
    trained = [(n, s) for n, s in spec.states.items() if s.role == "parameter"]
    return tuple(name for name, state in trained if state.group in excluded)


def decays_by_rank(spec: Spec) -> bool:
    """Whether the parameters that do not decay are exactly those with one axis."""
    excluded = set(not_decayed(spec))
    trained = [(n, s) for n, s in spec.states.items() if s.role == "parameter"]
    return all((name in excluded) == (len(state.shape) < 2) for name, state in trained)


def words(expression: Expression) -> set[str]:
    """The names in an expression."""
    parts = (
        (expression.condition, expression.then, expression.otherwise)
        if isinstance(expression, Choice)
        else (expression,)
    )
    return {word for part in parts for word in re.findall(r"[A-Za-z_]\w*", part)}


TERNARY = "{then} if {condition} else {otherwise}"


def spelled(expression: Expression, names: Mapping[str, str], choice: str = TERNARY) -> str:
    """An expression as a framework writes it.

    Args:
        expression: of this module.
        names: what replaces names, such as {"sqrt": "torch.sqrt"}.
        choice: how one of two numbers is chosen.
    """
    if isinstance(expression, Choice):
        parts = attrs.asdict(expression).items()
        return choice.format(**{part: spelled(text, names) for part, text in parts})
    # An exponent such as the e of 1e-08 is no name.
    return re.sub(
        r"(?<![\w.])[A-Za-z_]\w*", lambda found: names.get(found[0], found[0]), expression
    )
