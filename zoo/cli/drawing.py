"""`zoo dropout`: whether each framework's own generator drops as it should."""

from __future__ import annotations

from typing import Any

import click

from zoo.cli.options import backends_option, plant_option, run_options
from zoo.cli.running import run
from zoo.dtypes import WIDE


@click.command()
@backends_option("all")
@click.option(
    "--rate", "drop_rate", type=float, default=0.3, show_default=True, metavar="P",
    help="Probability of being dropped.",
)  # fmt: skip
@click.option(
    "--steps", type=click.IntRange(2, 2000), default=64, show_default=True, metavar="N",
    help="Training steps of each model; each shows 8192 elements.",
)  # fmt: skip
@click.option(
    "--dtype", type=click.Choice(WIDE), default="float32", show_default=True,
    help="What the frameworks compute in.",
)  # fmt: skip
@plant_option
@run_options
def dropout(**options: Any) -> int:
    """Test what frameworks drop with their own generators.

    Emitted programs are trained as they are, and what was dropped is read off their weights: by
    dropout in both forms and by attention. Tested are the rate, the scaling, the way back of the
    gradient, independence between positions, examples, steps and layers, and that evaluation drops
    nothing. Exits with 1 if a test fails; if everything is right, the probability of that is
    0.001 for the whole run. The seed is that of the generators.
    """
    from zoo.randomness import randomness

    return run(randomness, **options)
