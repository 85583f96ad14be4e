"""`zoo fuzz`: random models on every backend."""

from __future__ import annotations

from typing import Any

import click

from zoo.cli.options import backends_option, dtype_option, run_options
from zoo.cli.running import run


@click.command()
@click.option(
    "--models", type=click.IntRange(1, 10**6), default=100, show_default=True, metavar="N",
    help="How many random models.",
)  # fmt: skip
@click.option(
    "--start", type=click.IntRange(0, 2**62), default=0, show_default=True, metavar="NUMBER",
    help="Number of the first model.",
)  # fmt: skip
@click.option(
    "--only", type=click.IntRange(0, 2**62), multiple=True, metavar="NUMBER",
    help="Run this model alone (repeatable).",
)  # fmt: skip
@backends_option("all")
@dtype_option
@run_options
def fuzz(models: int, start: int, only: tuple[int, ...], **options: Any) -> int:
    """Draw random models and check every backend on them.

    A model is known by its number and the seed. One that fails is made as small as it can be while
    it still fails, unless it hangs; a model that a backend refuses is counted, and is no failure.
    Exits with 1 if a comparison failed.
    """
    from zoo.fuzz import fuzz

    return run(fuzz, only or range(start, start + models), **options)
