"""The command `zoo`: each command calls what a person could call from Python.

guard → how a command ends badly; options → what commands share; output → where results go; then
one file a group of commands.
"""

from __future__ import annotations

from typing import NoReturn

import click

from zoo import __version__
from zoo.cli.asking import conventions
from zoo.cli.benching import bench
from zoo.cli.checkup import doctor
from zoo.cli.drawing import dropout
from zoo.cli.environments import env
from zoo.cli.fuzzing import fuzz
from zoo.cli.guard import Root
from zoo.cli.judging import compare, parity
from zoo.cli.listing import list_
from zoo.cli.records import cite, diff, report, table, verify
from zoo.cli.selftesting import selftest
from zoo.cli.showing import emit, show

__all__ = ["commands", "main"]


@click.group(
    "zoo",
    cls=Root,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """One model specification as source code for every framework, proven to mean the same.

    \b
    zoo compare                     compare all models on all backends
    zoo show resnet20 --backends torch,mxnet
    zoo parity mlp --dtype float32 --json report.json

    Exit codes: 0 all good; 1 a comparison failed; 2 bad usage or input; 3 a backend cannot run
    here. ZOO_HOME is where environments are kept; ZOO_DEBUG=1 shows tracebacks.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (
    list_, show, emit, parity, compare, bench, table, report, cite, dropout, fuzz, selftest,
    conventions, env, doctor,
):  # fmt: skip
    commands.add_command(command)
for command in (verify, diff):
    bench.add_command(command)


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    commands.main()
    raise AssertionError("the command line always exits")
