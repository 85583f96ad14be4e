"""`zoo selftest`: whether the judge finds faults that were planted, and raises no false alarm."""

from __future__ import annotations

from typing import Any, Sequence

import click

from zoo.cli.judging import build_missing
from zoo.cli.options import backends_option, dtype_option, run_options
from zoo.cli.output import deliver, progress
from zoo.target import Target


@click.command()
@click.option(
    "--clean", type=click.IntRange(0, 10**6), default=125, show_default=True, metavar="N",
    help="How many random models run without a fault on each backend.",
)  # fmt: skip
@click.option(
    "--only", type=str, multiple=True, metavar="FAULT", help="Plant this fault alone (repeatable)."
)
@backends_option("all")
@dtype_option
@run_options
def selftest(
    clean: int,
    only: tuple[str, ...],
    backends: Sequence[Target],
    json_to: str | None,
    **options: Any,
) -> int:
    """Plant faults in every backend to see parity find them.

    Each fault runs in a small model of its own. It should be caught, and the layer that has it be
    named. Then these models and random ones run without a fault, and nothing should be found: one
    model on one backend is one clean comparison, of all its tensors in evaluation, training and
    three optimizer steps, each model with parameters, inputs and masks of its own.

    Exits with 1 unless every fault is caught, 95 % of them at the right layer, and no clean
    comparison raises an alarm. A fault whose training a backend refuses is counted as refused.
    """
    from zoo.selftest import selftest

    given = {name: value for name, value in options.items() if value is not None}
    build_missing(backends, given["python"])
    with progress() as show:
        report = selftest(backends, faults=only or None, clean=clean, progress=show, **given)
    deliver(report.to_json(), json_to, report)
    return int(report.exit_code)
