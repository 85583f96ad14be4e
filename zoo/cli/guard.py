"""Every way in which a command can end badly: one line on standard error and the exit code.

ZOO_DEBUG=1 shows the traceback of an error that is otherwise one line. An exception that is not
foreseen here is a fault of parityzoo and keeps its traceback.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
import warnings
from contextlib import contextmanager
from typing import Any, Iterator

import click

from zoo.errors import UsageError, WorkerError, ZooError, nearest

INTERRUPTED = 130  # 128 + SIGINT, as shells report it


class Commands(click.Group):
    """A group that names the nearest commands when it is given an unknown one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            raise UsageError(f"no command {ctx.command_path} {args[0]}; {nearest(args[0], known)}")
        return super().resolve_command(ctx, args)


class Subcommands(Commands):
    """A group within `zoo`: by itself it is a mistake that names what it takes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            known = ", ".join(self.list_commands(ctx))
            raise UsageError(f"{ctx.command_path} takes one of: {known}")
        return super().parse_args(ctx, args)


class Root(Commands):
    """The command `zoo`; `main` always exits, and tracebacks are for faults of parityzoo alone."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.update(prog_name="zoo", standalone_mode=False)
        with _warnings_in_one_line():
            sys.exit(self._guarded(*args, **kwargs))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            return interrupted()

    def _guarded(self, *args: Any, **kwargs: Any) -> int:
        try:
            return super().main(*args, **kwargs) or 0
        except ZooError as error:
            return _report(error, str(error), error.exit_code)
        except click.UsageError as error:
            return _report(error, _usage(error), 2)
        except click.ClickException as error:
            return _report(error, error.format_message(), 2)
        except click.Abort:
            return interrupted()
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            return _report(error, f"{where}{error.strerror or error}", 2)


def interrupted() -> int:
    if sys.stderr.isatty():
        click.echo(err=True)  # leaves the line on which the terminal shows ^C
    say("interrupted")
    return INTERRUPTED


def say(text: str) -> None:
    """One line on standard error, whatever the text holds."""
    click.echo(f"zoo: {one_line(text)}", err=True)


def one_line(text: str) -> str:
    """The text in one line, with what a terminal would obey written as an escape sequence."""
    text = re.sub(r"\s*[\r\n]\s*", " ", text.strip())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _report(error: BaseException, text: str, code: int) -> int:
    if os.environ.get("ZOO_DEBUG", "0") not in ("", "0"):
        traceback.print_exception(type(error), error, error.__traceback__)
    say(text)
    if isinstance(error, WorkerError):
        for line in error.log.splitlines():
            click.echo(f"    {one_line(line)}", err=True)
    return code


def _usage(error: click.UsageError) -> str:
    context = error.ctx
    if context is None:
        return error.format_message()
    if isinstance(error, click.NoSuchOption):
        options = (each for each in context.command.get_params(context))
        known = [name for each in options for name in each.opts if name.startswith("--")]
        hint = nearest(error.option_name, known)
        return f"{context.command_path} has no option {error.option_name}; {hint}"
    text = error.format_message().rstrip(".")
    return f"{text[:1].lower()}{text[1:]}; see {context.command_path} --help"


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    def show(message: Warning | str, *_args: Any, **_kwargs: Any) -> None:
        say(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield
