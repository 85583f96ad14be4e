"""Options that several commands share, with what they are turned into."""

from __future__ import annotations

import functools
from typing import Any, Callable, Mapping, TypeVar, cast

import click

from zoo import modelargs, plugins
from zoo.cli.output import check_writable
from zoo.dtypes import DTYPES
from zoo.errors import UsageError
from zoo.models.registry import MODELS
from zoo.target import parse_targets
from zoo.training import CLIPPINGS, LOSSES, OPTIMIZERS, SCHEDULES

F = TypeVar("F", bound=Callable[..., Any])

PARTS: Mapping[str, Mapping[str, Any]] = {
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "clipping": CLIPPINGS,
}
PLURAL = {"loss": "losses", **{name: f"{name}s" for name in ("optimizer", "schedule", "clipping")}}


def _json_target(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    if value in MODELS or value in plugins.backends():
        raise UsageError(
            f"--json took {value!r} as its FILE; put --json last, or write --json - {value}"
        )
    check_writable(value)
    return value


def _targets(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Any:
    return None if value is None else parse_targets(value)


def _changes(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> Any:
    return modelargs.parse_changes(value)


def _interpreters(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> Any:
    chosen = {}
    for word in value:
        name, equals, path = word.partition("=")
        if not (name and equals and path):
            raise UsageError(f"--python takes BACKEND=PATH, such as torch=python3, got {word!r}")
        chosen[plugins.backend(name).name] = path
    return chosen


def _planted(_ctx: click.Context, _param: click.Parameter, value: Any) -> Any:
    """Replacements by backend; None if there are none."""
    faults: dict[str, dict[str, str]] = {}
    for name, old, new in value:
        faults.setdefault(plugins.backend(name).name, {})[old] = new
    return faults or None


json_option = click.option(
    "--json",
    "json_to",
    is_flag=False,
    flag_value="-",
    metavar="[FILE]",
    callback=_json_target,
    help="Write JSON to FILE, or to standard output instead of the table.",
)

python_option = click.option(
    "--python",
    multiple=True,
    metavar="BACKEND=PATH",
    callback=_interpreters,
    help="Run a backend in your own Python (repeatable).",
)

dtype_option = click.option(
    "--dtype", type=click.Choice(list(DTYPES)), default="float64", show_default=True,
    help="What the frameworks compute in; the oracle is float64.",
)  # fmt: skip

plant_option = click.option(
    "--plant", nargs=3, multiple=True, metavar="BACKEND OLD NEW", callback=_planted,
    help="Replace text in a backend's emitted source: a fault, to see it found (repeatable).",
)  # fmt: skip

preset_option = click.option("--preset", metavar="NAME", help="A preset of the model's arguments.")

set_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_changes,
    help="Change an argument: a number, or whole numbers with commas (repeatable).",
)


def backends_option(default: str | None = None) -> Callable[[F], F]:
    return click.option(
        "--backends",
        default=default,
        show_default=default is not None,
        metavar="B,...",
        callback=_targets,
        help="Backends, with modes if wanted: torch,mxnet:eager,torch@gpu; or all.",
    )


def training_options(command: F) -> F:
    """How models are trained instead of as they say; the command gets `training`."""

    @functools.wraps(command)
    def with_training(**options: Any) -> Any:
        training = {}
        for name, table in PARTS.items():
            text = options.pop(name)
            if text is not None:
                training[name] = modelargs.parse_part(f"--{name}", table, text)
        accumulate = options.pop("accumulate")
        if accumulate is not None:
            training["accumulate"] = accumulate
        return command(training=training, **options)

    made: Any = click.option(
        "--accumulate", type=click.IntRange(1), metavar="K", help="Micro-batches a step."
    )(with_training)
    for name in reversed(list(PARTS)):
        made = click.option(
            f"--{name}",
            metavar="KIND[:NAME=VALUE,...]",
            help=f"Instead of the model's own (zoo list {PLURAL[name]}).",
        )(made)
    return cast(F, made)


def run_options(command: F) -> F:
    """What every command that starts workers has."""
    for option in (
        json_option,
        python_option,
        click.option(
            "--timeout", type=click.IntRange(1), metavar="S", help="Seconds a request may take."
        ),
        click.option(
            "--threads", type=click.IntRange(1, 4096), metavar="N", help="Threads of a worker."
        ),
        click.option(
            "--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, metavar="N",
            help="Of parameters, inputs and masks.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command
