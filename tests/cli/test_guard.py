"""However a command ends, it says so in one line and with the documented exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from zoo import catalog
from zoo.cli.guard import one_line
from zoo.errors import BackendUnavailable, SpecError, WorkerError, ZooError

ZOO = [sys.executable, "-m", "zoo"]


def fail(monkeypatch, error: BaseException) -> None:
    def raise_it():
        raise error

    monkeypatch.setattr(catalog, "models", raise_it)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["lst"], "zoo: no command zoo lst; did you mean list or selftest?"),
        (["list", "model"], "zoo: no command zoo list model; did you mean models?"),
        (
            ["list"],
            "zoo: zoo list takes one of: backends, clippings, losses, models, ops, optimizers, "
            "schedules",
        ),
        (["env"], "zoo: zoo env takes one of: create, list, path, remove"),
        (["--verson"], "zoo: zoo has no option --verson; did you mean --version?"),
        (
            ["show", "mlp", "--graf"],
            "zoo: zoo show has no option --graf; did you mean --graph?",
        ),
        (["show"], "zoo: missing argument 'MODEL'; see zoo show --help"),
        (["show", "mpl"], "zoo: no model 'mpl'; did you mean mlp?"),
        (
            ["list", "ops", "more"],
            "zoo: got unexpected extra argument (more); see zoo list ops --help",
        ),
    ],
)
def test_bad_usage_is_one_line_with_the_nearest_names(zoo, words, line) -> None:
    """Nothing goes to standard output, and the exit code is 2."""
    result = zoo(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line + "\n")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SpecError("bad"), 2),
        (BackendUnavailable("torch", "no Python", "install it"), 3),
        (ZooError("bad"), 1),
    ],
)
def test_each_error_has_its_exit_code_and_no_traceback(zoo, monkeypatch, error, code) -> None:
    """The message is the whole of standard error."""
    fail(monkeypatch, error)
    result = zoo("list", "models")
    assert (result.exit_code, result.stderr) == (code, f"zoo: {error}\n")


def test_a_message_of_several_lines_becomes_one(zoo, monkeypatch) -> None:
    """Line ends are spaces, and what would steer a terminal is shown instead of obeyed."""
    fail(monkeypatch, SpecError("first\n  second \x1b[31mred"))
    assert zoo("list", "models").stderr == "zoo: first second \\x1b[31mred\n"


def test_one_line_keeps_text_that_prints() -> None:
    """Letters of any script stay, and so do blanks within a line."""
    assert one_line("ä  漢\r\n字 ") == "ä  漢 字"


def test_the_log_of_a_worker_follows_indented(zoo, monkeypatch) -> None:
    """What the framework printed last is shown below the line."""
    fail(monkeypatch, WorkerError("crashed", "load", "SIGSEGV", log="one\ntwo\n"))
    result = zoo("list", "models")
    assert result.exit_code == 1
    assert result.stderr == "zoo: crashed during load: SIGSEGV\n    one\n    two\n"


def test_a_debug_variable_shows_the_traceback(zoo, monkeypatch) -> None:
    """ZOO_DEBUG=1 puts it before the line."""
    monkeypatch.setenv("ZOO_DEBUG", "1")
    fail(monkeypatch, SpecError("bad"))
    stderr = zoo("list", "models").stderr
    assert stderr.startswith("Traceback")
    assert stderr.endswith("\nzoo: bad\n")


def test_a_fault_of_our_own_keeps_its_traceback(zoo, monkeypatch) -> None:
    """An exception that nobody foresaw is not dressed up as bad usage."""
    fail(monkeypatch, ZeroDivisionError())
    assert isinstance(zoo("list", "models").exception, ZeroDivisionError)


def test_a_file_that_cannot_be_used_is_bad_input(zoo, monkeypatch) -> None:
    """An OSError becomes its path and the system's words, with exit code 2."""
    fail(monkeypatch, FileNotFoundError(2, "No such file or directory", "x.txt"))
    result = zoo("list", "models")
    assert (result.exit_code, result.stderr) == (2, "zoo: x.txt: No such file or directory\n")


def test_an_interruption_is_one_line_and_130(zoo, monkeypatch) -> None:
    """Ctrl-C passes through every context manager before it is reported."""
    fail(monkeypatch, KeyboardInterrupt())
    result = zoo("list", "models")
    assert (result.exit_code, result.stderr) == (130, "zoo: interrupted\n")


def test_a_warning_is_one_line_on_standard_error(zoo, monkeypatch) -> None:
    """The result on standard output is whole."""

    def warn() -> list:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn("backend x is left out:\nbroken", RuntimeWarning, stacklevel=2)
        return []

    monkeypatch.setattr(catalog, "models", warn)
    result = zoo("list", "models", "--json")
    assert result.stdout == "[]\n"
    assert result.stderr == "zoo: warning: backend x is left out: broken\n"


def test_a_broken_plug_in_costs_one_line(pretend: Path) -> None:
    """The listing goes on without it, in a process of its own."""
    (pretend / "zoo_pretend" / "__init__.py").write_text("import nothing_of_that_name")
    done = subprocess.run(
        [*ZOO, "list", "backends", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(pretend), *sys.path])},
    )
    assert done.returncode == 0
    assert '"pretend"' not in done.stdout
    assert done.stderr == (
        "zoo: warning: backend pretend is left out: the plug-in parityzoo-pretend is broken: "
        "ModuleNotFoundError: No module named 'nothing_of_that_name' (zoo_pretend/__init__.py, "
        "line 1). To mend it: pip install --force-reinstall --no-deps parityzoo-pretend, "
        "or tell its authors\n"
    )


def start(*words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [*ZOO, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """A closed pipe ends the command without a word."""
    process = start("list", "ops")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.wait(timeout=120)
    process.stderr.close()


def test_control_c_ends_a_real_process_with_one_line(tmp_path: Path) -> None:
    """SIGINT while the command waits for its input: exit code 130, no traceback."""
    fifo = tmp_path / "never.json"
    os.mkfifo(fifo)
    process = start("show", str(fifo))
    writer = os.open(fifo, os.O_WRONLY)  # returns when the command has opened the other end
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    os.close(writer)
    assert (process.returncode, stderr) == (130, "zoo: interrupted\n")


def test_help_has_a_line_for_each_command(zoo) -> None:
    """`zoo` alone is `zoo --help`, and no line had to be cut."""
    result = zoo("--help")
    assert zoo().stdout == result.stdout
    listed = result.stdout.partition("Commands:\n")[2].split("\n")
    names = [
        "bench", "cite", "compare", "conventions", "doctor", "dropout", "emit", "env", "fuzz",
        "list", "parity", "report", "selftest", "show", "table",
    ]  # fmt: skip
    assert [line.split()[0] for line in listed if line] == names
    assert "..." not in "".join(listed)


def test_the_version_is_the_distribution_s(zoo) -> None:
    """`zoo --version` prints one line."""
    import zoo as project

    assert zoo("--version").stdout == f"zoo {project.__version__}\n"
