"""`zoo selftest`: whether the judge finds faults that were planted, and raises no false alarm."""

from __future__ import annotations

from typing import Any

import click

from zoo.cli.options import backends_option, dtype_option, run_options
from zoo.cli.running import run


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
def selftest(only: tuple[str, ...], **options: Any) -> int:
    """Plant faults in every backend to see parity find them.

    Each fault runs in a small model of its own. It should be caught, and the layer that has it be
    named. Then these models and random ones run without a fault, and nothing should be found: one
    model on one backend is one clean comparison, of all its tensors in evaluation, training and
    three optimizer steps, each model with parameters, inputs and masks of its own.

    Exits with 1 unless every fault is caught, 95 % of them at the right layer, and no clean
    comparison raises an alarm. A fault whose training a backend refuses is counted as refused.
    """
    from zoo.selftest import selftest

    return run(selftest, faults=only or None, **options)
