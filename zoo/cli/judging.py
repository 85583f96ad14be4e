"""`zoo parity` and `zoo compare`: whether backends agree, and how they stand side by side."""

from __future__ import annotations

from typing import Any

import click

from zoo import modelargs
from zoo.cli.options import (
    backends_option,
    dtype_option,
    plant_option,
    preset_option,
    run_options,
    set_option,
    training_options,
)
from zoo.cli.running import run
from zoo.models import registry


@click.command()
@click.argument("models", metavar="MODEL...", nargs=-1, required=True)
@backends_option("all")
@dtype_option
@click.option(
    "--batch", type=click.IntRange(1), default=8, show_default=True, metavar="N",
    help="Examples in a batch.",
)  # fmt: skip
@click.option(
    "--train", "--steps", "steps", type=click.IntRange(1), default=20, show_default=True,
    metavar="N", help="Optimizer steps; after each, everything is compared.",
)  # fmt: skip
@training_options
@plant_option
@click.option(
    "--locate/--no-locate", default=True, show_default=True,
    help="Where a cell fails, search for the layer and the cause (120 s at most).",
)  # fmt: skip
@click.option(
    "--evidence", metavar="DIR", type=click.Path(file_okay=False),
    help="Leave a folder for each failed cell: sources, arrays, a smaller case that still fails "
    "(sought for 60 s at most), and rerun.py, which needs the framework alone.",
)  # fmt: skip
@preset_option
@set_option
@run_options
def parity(
    models: tuple[str, ...],
    preset: str | None,
    changes: dict[str, Any],
    training: dict[str, Any],
    **options: Any,
) -> int:
    """Check that backends compute what the oracle computes.

    MODEL is a name (zoo list models) or the path of a .json specification. Exits with 1 if a
    comparison failed.
    """
    from zoo.parity import parity

    specs = [modelargs.load(model, preset, changes).replace(**training) for model in models]
    return run(parity, specs, **options)


@click.command()
@click.argument("models", metavar="[MODEL]...", nargs=-1)
@backends_option("all")
@click.option(
    "--train", type=click.IntRange(0, 1000), default=1, show_default=True, metavar="EPOCHS",
    help="Epochs of training on the digits; 0 leaves it out.",
)  # fmt: skip
@run_options
def compare(models: tuple[str, ...], **options: Any) -> int:
    """Compare backends on real data: errors, training and time.

    MODEL is a name (zoo list models); all of them if none is given. Environments that are missing
    are built first. Exits with 1 if a comparison failed.
    """
    from zoo.comparison import compare

    for model in models:
        registry.function(model)
    return run(compare, models or registry.MODELS, **options)
