"""What is read from a record: `verify` and `diff` of `zoo bench`, `zoo table`, `report`, `cite`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Callable

import attrs
import click

from zoo.cli.guard import say
from zoo.cli.options import json_option
from zoo.cli.output import check_writable, console, deliver, progress, write, write_json
from zoo.errors import UsageError

if TYPE_CHECKING:
    from zoo.bench.record import Record
    from zoo.bench.table import Table

FORMATS = ("terminal", "markdown", "latex", "csv", "html")

output_option = click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to FILE instead."
)


def _conditions(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> Any:
    found = {}
    for word in value:
        name, equals, wanted = word.partition("=")
        if not (name and equals and wanted):
            raise UsageError(f"--where takes NAME=VALUE, such as model=mlp, got {word!r}")
        found[name] = wanted
    return found


where_option = click.option(
    "--where", multiple=True, metavar="NAME=VALUE", callback=_conditions,
    help="Only cells with this model, backend, mode, dtype, device, batch, threads, profile, "
    "machine or argument (repeatable).",
)  # fmt: skip


@click.command()
@click.argument("record")
@json_option
def verify(record: str, json_to: str | None) -> int:
    """Derive every figure of a record again from its raw samples.

    Compares hashes, certificates and figures, and says which samples are noisy, drift or are too
    few. Exits with 1 if anything is not what the record says.
    """
    from zoo.bench.record import read
    from zoo.bench.verify import verify

    data = read(record)
    with progress() as show:
        show(f"deriving {record} again")
        found = verify(data)
    deliver(found.to_json(), json_to, found)
    return found.exit_code


@click.command()
@click.argument("a")
@click.argument("b")
@click.option(
    "--tolerance", type=click.FloatRange(0), metavar="SHARE",
    help="Changes up to this share do not count; the precision of the records if left out.",
)  # fmt: skip
@click.option(
    "--different-machines", is_flag=True,
    help="Compare although the records are of different machines.",
)  # fmt: skip
@json_option
def diff(
    a: str, b: str, tolerance: float | None, different_machines: bool, json_to: str | None
) -> int:
    """Compare two records cell by cell: faster, slower or cannot tell.

    Exits with 1 if something became slower, or if a figure is gone.
    """
    from zoo.bench.diff import diff

    old, new = _load(a), _load(b)
    found = diff(old, new, tolerance=tolerance, different_machines=different_machines)
    deliver(found.to_json(), json_to, found)
    return found.exit_code


@click.command()
@click.argument("record")
@click.option("--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True)
@click.option(
    "--columns", metavar="C,...",
    help="inference, gradients, train_step, each also with _rate and _share; first_inference, "
    "first_train_step, import, load, process_memory, device_memory.",
)  # fmt: skip
@click.option(
    "--across", is_flag=True,
    help="One column (train_step) across all models and settings, a row a backend.",
)  # fmt: skip
@click.option("--growth", is_flag=True, help="The fitted exponents of sweeps instead of times.")
@where_option
@output_option
@json_option
def table(
    record: str,
    form: str,
    columns: str | None,
    across: bool,
    growth: bool,
    where: dict[str, str],
    output: str,
    json_to: str | None,
) -> None:
    """Print the table of a record, derived from its raw samples.

    CSV has every figure unrounded, in seconds and bytes. --json has the same.
    """
    from zoo.bench import derive, flat, formats
    from zoo.bench.cite import key
    from zoo.bench.columns import PAPER
    from zoo.bench.likeness import select
    from zoo.bench.table_across import across as compared
    from zoo.bench.table_of_growth import exponents
    from zoo.bench.table_of_times import times
    from zoo.bench.terminal import Terminal

    if growth and (columns or across):
        raise UsageError("--growth goes neither with --columns nor with --across")
    if across and columns and "," in columns:
        raise UsageError(f"--across takes one column, got {columns}")
    check_writable(output)
    loaded = _load(record)
    cells = select(loaded.cells, where)
    if json_to is not None:
        write_json([attrs.asdict(figure) for figure in derive.figures(loaded, cells)], json_to)
        if output == "-":
            return
    if form == "csv":
        write(flat.figures(loaded, cells).encode(), output)
        return
    if growth:
        made = exponents(loaded, cells)
    elif across:
        made = compared(loaded, cells, columns or "train_step")
    else:
        names = columns.split(",") if columns else PAPER if form == "latex" else None
        made = times(loaded, cells, names)
    if form == "terminal" and output == "-":
        console().print(Terminal(made))
        return
    written: dict[str, Callable[[Table], str]] = {
        "terminal": formats.plain,
        "markdown": formats.markdown,
        "latex": partial(formats.latex, key=key(loaded)),
        "html": formats.html,
    }
    write(written[form](made).encode(), output)


@click.command()
@click.argument("record")
@output_option
def report(record: str, output: str) -> None:
    """Write a record as one page (HTML) that needs no network.

    Tables, plots, the emitted sources side by side, the environment, and the raw data to download.
    """
    from zoo.bench.record import read
    from zoo.report.benchmark import page

    check_writable(output)
    data = read(record)
    with progress() as show:
        show(f"drawing {record}")
        text = page(data)
    write(text.encode(), output)


@click.command()
@click.argument("record")
@click.option(
    "--format", "form", type=click.Choice(["bibtex", "cff"]), help="Only this one of the two."
)
@output_option
def cite(record: str, form: str | None, output: str) -> None:
    """Print how to cite a record: BibTeX and CITATION.cff."""
    from zoo.bench.cite import bibtex, cff

    check_writable(output)
    loaded = _load(record)
    written = {"bibtex": bibtex, "cff": cff}
    texts = [cited(loaded) for name, cited in written.items() if form in (None, name)]
    write("\n".join(texts).encode(), output)


def _load(path: str) -> Record:
    """A record; that it was edited is said, and does not stop the reader."""
    from zoo.bench.record import Record, digest, read

    data = read(path)
    record = Record.from_json(data)
    if digest(data) != data["digest"]:
        say(f"warning: {path} was edited after it was measured; zoo bench verify says where")
    return record
