"""`zoo bench`: measures a suite or models; its subcommands judge the bench and read records."""

from __future__ import annotations

import sys
from typing import Any

import click

from zoo.cli.guard import Commands
from zoo.cli.options import preset_option, run_options, set_option
from zoo.cli.output import check_writable, console, deliver, progress, write
from zoo.dtypes import DTYPES
from zoo.errors import UsageError

MEASURE = "measure"
SUITES = ("quick", "models", "cpu", "gpu")
QUIETLY = 1.0
"""Turns of the spinner a second, which would otherwise take time from what is timed."""


class Bench(Commands):
    """A group whose default command measures: `zoo bench quick` is `zoo bench measure quick`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            kinds = f"a suite ({', '.join(SUITES)}), models, or one of: {', '.join(self.commands)}"
            raise UsageError(f"{ctx.command_path} takes {kinds}")
        if args[0] not in (*self.commands, *ctx.help_option_names):
            args = [MEASURE, *args]
        return super().parse_args(ctx, args)


@click.group(cls=Bench)
def bench() -> None:
    """Measure times that can be cited, each with its proof.

    \b
    zoo bench quick                        measure a suite (two minutes)
    zoo bench mlp --backends torch,jax --sweep batch=8,32,128
    zoo bench measure --help               all options
    """


def _output(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        check_writable(value)
    return value


@bench.command(MEASURE)
@click.argument("subjects", metavar="SUITE|MODEL...", nargs=-1, required=True)
@click.option(
    "--backends", metavar="B,...",
    help="Backends, with modes if wanted: torch,mxnet:eager,torch@gpu; or all.",
)  # fmt: skip
@click.option(
    "--batch", type=click.IntRange(1), metavar="N", help="Examples in a batch (models: 32)."
)
@click.option(
    "--dtype", type=click.Choice(list(DTYPES)),
    help="What the frameworks compute in (models: float32).",
)  # fmt: skip
@click.option(
    "--sweep", multiple=True, metavar="NAME=V,...",
    help="Several values: batch=1,2,4, threads=1,2, or an argument of the model (repeatable).",
)  # fmt: skip
@click.option(
    "--profile", "profiles", metavar="P,...",
    help="Execution profiles (models: default): how precision, denormals and threads are set.",
)  # fmt: skip
@click.option(
    "--budget", type=click.FloatRange(0, min_open=True), metavar="S",
    help="Seconds for the run (models: 120).",
)  # fmt: skip
@click.option(
    "--precision", type=click.FloatRange(0, 1, min_open=True), metavar="SHARE",
    help="How far the interval of a median may reach before a cell is done (models: 0.02).",
)  # fmt: skip
@click.option("--rounds", type=click.IntRange(1), metavar="N", help="Rounds at least (models: 6).")
@click.option(
    "-o", "--output", metavar="FILE", callback=_output,
    help="Where the record goes; bench-NAME-TIME.json if left out.",
)  # fmt: skip
@click.option(
    "--scheduler", metavar="tcp://HOST:PORT",
    help="Measure on the workers of a Dask cluster (extra [cluster]).",
)  # fmt: skip
@preset_option
@set_option
@run_options
def measure(
    subjects: tuple[str, ...],
    backends: str | None,
    sweep: tuple[str, ...],
    profiles: str | None,
    output: str | None,
    json_to: str | None,
    **options: Any,
) -> int:
    """Measure a suite or models, and write the record.

    SUITE is quick, models, cpu, gpu, or the path of a .json suite; MODEL is a name (zoo list
    models) or the path of a .json specification. Options take the place of what a suite says.
    Environments that are missing are built first. Exits with 1 if a cell has no figures.
    """
    from zoo.bench import bench
    from zoo.bench.cells import parse_sweep
    from zoo.bench.record import dumped
    from zoo.bench.table_of_times import times
    from zoo.bench.terminal import Terminal

    if output is json_to is None:
        check_writable("bench.json")  # in this folder, under a name that is not yet known
    given = {name: value for name, value in options.items() if value is not None}
    with progress(turns_a_second=QUIETLY) as show:
        record = bench(
            subjects,
            backends,
            sweep=parse_sweep(sweep),
            profiles=profiles.split(",") if profiles else None,
            command=["zoo", *sys.argv[1:]],
            progress=show,
            **given,
        )
    data = record.to_json()
    named = f"bench-{record.suite['name']}-{_compact(record.created)}.json"
    targets = list(filter(None, (output, json_to))) or [named]
    for target in targets:
        write(dumped(data).encode(), target)
    if "-" not in targets:
        console().print(Terminal(times(record)))
        console(stderr=True).print(f"the record is in {' and '.join(targets)}", markup=False)
    return int(any(cell.gap is not None for cell in record.cells))


@bench.command()
@click.option(
    "--backend", default="torch", show_default=True, metavar="B",
    help="What is measured beside itself.",
)  # fmt: skip
@click.option(
    "--simulated", type=click.IntRange(0, 10**5), default=200, show_default=True, metavar="N",
    help="Pairs made of random numbers.",
)  # fmt: skip
@click.option(
    "--real", type=click.IntRange(0, 10**4), default=20, show_default=True, metavar="N",
    help="Pairs of real measurements; half a minute each.",
)  # fmt: skip
@run_options
def selftest(json_to: str | None, **options: Any) -> int:
    """Judge the bench: false alarms, a planted slowdown, a barrier that is skipped.

    Pairs of one and the same are to be called different in at most 5 %, one side made 5 % slower
    is to be found in at least 90 % of the pairs that are quiet enough to tell, and a worker that
    skips its barrier is to be refused. Exits with 1 otherwise.
    """
    from zoo.bench.selftest import selftest

    given = {name: value for name, value in options.items() if value is not None}
    with progress(turns_a_second=QUIETLY) as show:
        report = selftest(progress=show, **given)
    deliver(report.to_json(), json_to, report)
    return int(report.exit_code)


def _compact(moment: str) -> str:
    return moment.replace("-", "").replace(":", "")
