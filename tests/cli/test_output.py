"""Results go where they were sent, and what cannot be written is said."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from zoo.cli.output import check_writable, write, write_json
from zoo.errors import UsageError


def on_a_terminal(*words: str, **env: str) -> str:
    """What a command prints if both of its outputs are a terminal."""
    outside, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, *words],
        stdout=inside,
        stderr=inside,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", **env},
    )
    os.close(inside)
    printed = b""
    while True:
        try:
            printed += os.read(outside, 65536)
        except OSError:  # the other end is closed
            break
    os.close(outside)
    assert process.wait(timeout=120) == 0
    return printed.decode()


def test_colour_is_for_terminals_that_want_it() -> None:
    """Bold heads on a terminal, and plain text with NO_COLOR or in a pipe."""
    words = ("-m", "zoo", "show", "mlp")
    env = {"COLUMNS": "160", "NO_COLOR": ""}
    assert "\x1b[1m" in on_a_terminal(*words, **env)
    assert "\x1b[3" not in on_a_terminal(*words, COLUMNS="160", NO_COLOR="1")


PROGRESS = """
from zoo.cli.output import progress
with progress() as show:
    show("oracle [of] mlp")
    show("")
    show("torch:eager")
"""


def test_progress_shows_on_a_terminal_and_is_silent_in_a_pipe() -> None:
    """Text with brackets is text, and an empty text takes the spinner away."""
    printed = on_a_terminal("-c", PROGRESS)
    assert "oracle [of] mlp" in printed
    assert "torch:eager" in printed
    done = subprocess.run(
        [sys.executable, "-c", PROGRESS],
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_numbers_that_json_lacks_become_null(tmp_path: Path) -> None:
    """At any depth; everything else stays as it is."""
    write_json({"a": [float("inf"), (1.5, None)], "b": {"c": float("nan")}}, str(tmp_path / "x"))
    expected = '{"a":[null,[1.5,null]],"b":{"c":null}}'
    assert "".join((tmp_path / "x").read_text().split()) == expected


@pytest.mark.parametrize("name", ["folder", "folder/none/x"])
def test_a_target_that_must_fail_is_refused_beforehand(tmp_path: Path, name: str) -> None:
    """A folder, or a file in a folder that is not there; by the check and by writing alike."""
    (tmp_path / "folder").mkdir()
    for attempt in (check_writable, lambda target: write(b"x", target)):
        with pytest.raises(UsageError, match=f"cannot write .*{name}: "):
            attempt(str(tmp_path / name))


def test_a_full_disk_is_said_in_one_line() -> None:
    """The system's own words, with the target."""
    if not Path("/dev/full").exists():
        pytest.fail("this test needs /dev/full, which every Linux has")
    with pytest.raises(UsageError, match="cannot write /dev/full: No space left"):
        write(b"x", "/dev/full")
