"""`zoo show` and `zoo emit`: a model as a tree, as JSON and as source code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Mapping, Sequence

import click

from zoo import modelargs, plugins
from zoo.cli.options import (
    backends_option,
    json_option,
    preset_option,
    python_option,
    set_option,
)
from zoo.cli.output import check_writable, console, progress, table, write
from zoo.cli.running import build_missing
from zoo.emit import emit as source_of
from zoo.errors import UsageError
from zoo.spec.graph import Spec
from zoo.summary import Branch, training, tree
from zoo.target import Target, parse_targets

if TYPE_CHECKING:
    from zoo.parity import ParityReport
    from zoo.report import SideBySide


@click.command()
@click.argument("model")
@backends_option()
@click.option(
    "-o", "--output", metavar="FILE",
    help="Write a page (HTML) of the sources of --backends, of all if there is no such option.",
)  # fmt: skip
@click.option(
    "--verdicts/--no-verdicts", default=None,
    help="Run each source in float64 and show whether it agrees with the oracle; environments "
    "that are missing are built first. A page has verdicts unless told otherwise.",
)  # fmt: skip
@python_option
@click.option("--graph", is_flag=True, help="With --backends: print the tree too.")
@preset_option
@set_option
@json_option
def show(
    model: str,
    backends: Sequence[Target] | None,
    output: str | None,
    verdicts: bool | None,
    python: dict[str, str],
    graph: bool,
    preset: str | None,
    changes: dict[str, Any],
    json_to: str | None,
) -> int:
    """Show a model as a tree, or its source code for backends.

    MODEL is a name (zoo list models) or the path of a .json specification. On a terminal that is
    wide enough (54 columns a backend) and on a page, sources stand side by side, aligned by block;
    in a pipe they follow one another unchanged. Exits with 1 if a verdict is bad.
    """
    if verdicts and backends is None and output is None:
        raise UsageError("--verdicts goes with --backends or with -o")
    if "-" == output == json_to:
        raise UsageError("the page and the JSON cannot both go to standard output")
    if output is not None:
        check_writable(output)
        backends = backends if backends is not None else parse_targets("all")
    spec = modelargs.load(model, preset, changes)
    if json_to is not None:
        write((spec.to_json(indent=2) + "\n").encode(), json_to)
    if output is None and json_to != "-" and (graph or backends is None):
        _print_tree(spec)
    if not backends or (output is None and json_to == "-"):
        return 0
    from zoo.report import side_by_side

    shown, judged = side_by_side(spec, backends), None
    if output is not None if verdicts is None else verdicts:
        judged = _judged(spec, shown, backends, python)
        shown = side_by_side(spec, backends, judged)
    if output is None:
        _print_sources(shown)
    else:
        write(shown.to_html().encode(), output)
    for column in shown.columns:
        if column.refusal:
            raise column.refusal
    return judged.exit_code if judged else 0


@click.command()
@click.argument("model")
@click.option("--backend", required=True, metavar="B", help="The backend to write it for.")
@click.option("-o", "--output", default="-", metavar="FILE", help="Write to FILE.")
@preset_option
@set_option
def emit(
    model: str, backend: str, output: str, preset: str | None, changes: dict[str, Any]
) -> None:
    """Write a model's source code for a backend.

    MODEL is a name (zoo list models) or the path of a .json specification.
    """
    check_writable(output)
    plugins.backend(backend)  # a wrong name is reported before a wrong model
    spec = modelargs.load(model, preset, changes)
    write(source_of(spec, backend).encode(), output)


def _print_tree(spec: Spec) -> None:
    out = console()
    layers = table("layer", "op", "output", "parameters", "FLOPs", right=("parameters", "FLOPs"))
    guides = ("|-- ", "|   ", "`-- ") if out.options.ascii_only else ("├── ", "│   ", "└── ")

    def add(branch: Branch, guide: str, inner: str) -> None:
        numbers = [f"{n:,}" if n else "" for n in (branch.parameters, branch.flops)]
        layers.add_row(guide + branch.name, branch.what, str(branch.type), *numbers)
        *others, last = branch.children or (None,)
        for child in others:
            if child is not None:
                add(child, inner + guides[0], inner + guides[1])
        if last is not None:
            add(last, inner + guides[2], inner + "    ")

    add(tree(spec), "", "")
    out.print(spec.summary, markup=False)
    out.print(layers)
    out.print(
        f"training: {', '.join(training(spec))}", f"hash: {spec.hash}", sep="\n", markup=False
    )


def _judged(
    spec: Spec, shown: SideBySide, backends: Sequence[Target], python: Mapping[str, str]
) -> ParityReport | None:
    """Verdicts on the programs that there are; None if there is none."""
    from zoo.parity import parity

    able = {column.name for column in shown.columns if column.program}
    targets = [target for target in backends if target.backend.name in able]
    if not targets:
        return None
    build_missing(targets, python)
    with progress() as show:
        return parity(spec, targets, python=python, progress=show)


def _print_sources(shown: SideBySide) -> None:
    # Not rich's idea of a terminal: with FORCE_COLOR set it would colour a redirected source.
    if sys.stdout.isatty():
        console().print(shown)
        return
    for column in shown.columns:
        if column.program:
            if len(shown.columns) > 1 or column.verdicts:
                click.echo(f"# ---- {column.title} ----")
            write(column.source.encode(), "-")
