"""Where results go: tables to a terminal or a pipe, JSON to a file or standard output."""

from __future__ import annotations

import json
import math
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, Sequence

import click

from zoo.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

_PIPE_WIDTH = 1000  # columns; a pipe has no width of its own, and a wrapped line is hard to search


def console(*, stderr: bool = False) -> Console:
    """Coloured on a terminal only; NO_COLOR is honoured."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _PIPE_WIDTH
    return made


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """A table without lines; numbers belong in columns named in `right`."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", overflow="fold")
    return made


def deliver(data: Any, json_to: str | None, *renderables: RenderableType) -> None:
    """Print a result, or its JSON instead; JSON that goes to a file does not replace the print."""
    if json_to != "-":
        out = console()
        for each in renderables:
            out.print(each, markup=False)
    if json_to is not None:
        write_json(data, json_to)


def write_json(data: Any, target: str) -> None:
    text = json.dumps(_finite(data), indent=2, allow_nan=False)
    write((text + "\n").encode(), target)


def write(data: bytes, target: str) -> None:
    """Write bytes to a file, or to standard output if the target is `-`.

    Raises:
        UsageError: the file cannot be written.
    """
    if target == "-":
        click.echo(data, nl=False)
        return
    try:
        Path(target).write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from error


def check_writable(target: str) -> None:
    """Refuse a target that is sure to fail, before the work whose result it is to hold.

    Raises:
        UsageError: it is a folder, is in no folder, or may not be written.
    """
    path = Path(target)
    if target == "-":
        return
    if path.is_dir():
        raise UsageError(f"cannot write {target}: it is a folder")
    if not path.parent.is_dir():
        raise UsageError(f"cannot write {target}: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"cannot write {target}: permission denied")


@contextmanager
def progress(*, turns_a_second: float = 12.5) -> Iterator[Callable[[str], None]]:
    """A function that shows what is going on: a spinner on a terminal, nothing in a pipe.

    An empty text takes the spinner away, to leave the terminal to somebody else.
    """
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.markup import escape

    status = console(stderr=True).status("", refresh_per_second=turns_a_second)

    def show(text: str) -> None:
        status.update(escape(text))
        status.start() if text else status.stop()

    try:
        yield show
    finally:
        status.stop()


def _finite(value: Any) -> Any:
    """The same data with null for NaN and infinities, which JSON does not have."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value
