"""`zoo show` and `zoo emit`: a model as a tree, as JSON and as source code."""

from __future__ import annotations

import sys
from typing import Any, Sequence

import click

from zoo import modelargs, plugins
from zoo.cli.guard import one_line
from zoo.cli.options import backends_option, json_option, preset_option, set_option
from zoo.cli.output import check_writable, console, table, write
from zoo.emit import emit as source_of
from zoo.errors import UnsupportedError
from zoo.plugins import Target
from zoo.spec.graph import Spec
from zoo.summary import Branch, tree


@click.command()
@click.argument("model")
@backends_option()
@click.option("--graph", is_flag=True, help="With --backends: print the tree too.")
@preset_option
@set_option
@json_option
def show(
    model: str,
    backends: Sequence[Target] | None,
    graph: bool,
    preset: str | None,
    changes: dict[str, Any],
    json_to: str | None,
) -> None:
    """Show a model as a tree, or its source code for backends.

    MODEL is a name (zoo list models) or the path of a .json specification.
    """
    spec = modelargs.load(model, preset, changes)
    if json_to is not None:
        write((spec.to_json(indent=2) + "\n").encode(), json_to)
    if json_to != "-":
        if graph or backends is None:
            _print_tree(spec)
        _print_sources(spec, list(dict.fromkeys(each.backend.name for each in backends or ())))


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
    training = f"{_declared(spec.loss)}, {_declared(spec.optimizer)}"
    out.print(one_line(spec.summary), markup=False)
    out.print(layers)
    out.print(f"training: {training}", f"hash: {spec.hash}", sep="\n", markup=False)


def _declared(part: Any) -> str:
    values = ", ".join(f"{name}={value!r}" for name, value in part.attributes().items())
    return f"{part.kind}({values})" if values else str(part.kind)


def _print_sources(spec: Spec, names: list[str]) -> None:
    """The sources of all backends that can express the model; then the first refusal, if any."""
    sources, refusals = {}, []
    for name in names:
        try:
            sources[name] = source_of(spec, name)
        except UnsupportedError as error:
            refusals.append(error)
    for name, source in sources.items():
        if len(names) > 1:
            _print_title(name)
        _print_source(source)
    if refusals:
        raise refusals[0]


def _print_title(name: str) -> None:
    if sys.stdout.isatty():
        console().rule(name)
    else:
        click.echo(f"# ---- {name} ----")


def _print_source(source: str) -> None:
    # Not rich's idea of a terminal: with FORCE_COLOR set it would colour a redirected source.
    if not sys.stdout.isatty():
        write(source.encode(), "-")
        return
    from rich.syntax import Syntax

    console().print(Syntax(source, "python", background_color="default", word_wrap=True))
