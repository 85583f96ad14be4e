"""`zoo conventions`: who means what, as it was recorded or as it is here and now."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

import click

from zoo import plugins
from zoo.cli.options import backends_option, json_option, python_option
from zoo.cli.output import check_writable, deliver, progress, write, write_json
from zoo.errors import BackendUnavailable, UsageError, nearest
from zoo.target import Target


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@backends_option()
@click.option("--run", is_flag=True, help="Ask the frameworks here instead of the record.")
@click.option("--check", is_flag=True, help="Ask them, and say what is not as recorded.")
@click.option("--record", is_flag=True, help="Ask them, and record their answers.")
@click.option(
    "-o", "--output", metavar="FILE", help="Write a page: FILE.md, FILE.html or FILE.json."
)
@click.option("--timeout", type=click.IntRange(1), metavar="S", help="Seconds a question may take.")
@python_option
@json_option
def conventions(
    names: tuple[str, ...],
    backends: Sequence[Target] | None,
    run: bool,
    check: bool,
    record: bool,
    output: str | None,
    json_to: str | None,
    **options: Any,
) -> int:
    """Show what each framework means by the same words.

    Defaults, layouts, formulas, derivatives at kinks, optimizers and number types. Prints the table
    that was recorded with this version, at once and without any framework; with --run the
    frameworks are asked here. NAME is a question, which is then shown in full, or a section.
    --check exits with 1 if an answer is not as recorded.
    """
    # Workers import zoo.conventions, so what only the parent has is imported here.
    from zoo.conventions import recorded
    from zoo.conventions.report import CheckReport

    if run + check + record > 1:
        raise UsageError("--run, --check and --record exclude each other")
    if names and (check or record or output):
        raise UsageError("names go with the table that is printed, not with other options")
    _check_names(names)
    if output is not None:
        _page(output)
        check_writable(output)
    if not (run or check or record):
        table = recorded.load()
        if backends is not None:
            table = table.only(tuple(dict.fromkeys(each.backend.name for each in backends)))
        return _show(table, names, output, json_to)
    measured = _measured(backends, options)
    if check:
        found = recorded.load().check(measured)
        deliver(found.to_json(), json_to, CheckReport(found))
        return found.exit_code
    if record and not measured.errors:
        recorded.record(measured)
    code = _show(measured, names, output, json_to)
    if measured.errors:
        return 1
    return BackendUnavailable.exit_code if measured.not_run else code


def _check_names(names: tuple[str, ...]) -> None:
    from zoo.conventions.questions import QUESTIONS, SECTIONS

    known = [*QUESTIONS, *(section.name for section in SECTIONS)]
    for name in names:
        if name not in known:
            raise UsageError(f"no question or section {name!r}: {nearest(name, known)}")


def _page(output: str) -> Any:
    """What writes the page."""
    from zoo.conventions.pages import PAGES

    suffix = Path(output).suffix
    if suffix not in (*PAGES, ".json"):
        known = ", ".join((*PAGES, ".json"))
        raise UsageError(f"-o takes a file that ends in {known}, got {output}")
    return PAGES.get(suffix)


def _measured(backends: Sequence[Target] | None, options: dict[str, Any]) -> Any:
    from zoo.conventions.run import measure

    chosen = plugins.backends().values() if backends is None else [t.backend for t in backends]
    given = {name: value for name, value in options.items() if value is not None}
    with progress() as show:
        return measure(list(dict.fromkeys(chosen)), progress=show, **given)


def _show(table: Any, names: tuple[str, ...], output: str | None, json_to: str | None) -> int:
    from zoo.conventions.questions import QUESTIONS
    from zoo.conventions.report import Details, Report
    from zoo.conventions.view import parts

    if output is not None:
        page = _page(output)
        if page is None:
            write_json(table.to_json(), output)
        else:
            write(page(table).encode(), output)
        if json_to is not None:
            write_json(table.to_json(), json_to)
    elif names and all(name in QUESTIONS for name in names):
        rows = [row for part in parts(table, names) for row in part.rows]
        deliver(table.to_json(), json_to, *(Details(table, row) for row in rows))
    else:
        deliver(table.to_json(), json_to, Report(table, names))
    return 0
