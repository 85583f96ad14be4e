"""Run pip, keep all that it prints, and say in plain words why it failed."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Callable, Mapping, Sequence

from attrs import frozen

from zoo.envs.interpreters import how_it_ended

FULL = (errno.ENOSPC, errno.EDQUOT)

_DISK = re.compile(
    r"No space left on device|Disk quota exceeded|\[Errno (28|122)\]|No usable temporary", re.I
)
_NETWORK = re.compile(
    r"NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|Read timed out|ProxyError"
    r"|Max retries exceeded|Temporary failure in name resolution|Name or service not known"
    r"|Network is unreachable|Connection (refused|broken|reset)|Remote ?Disconnected"
    r"|IncompleteRead|ProtocolError",
    re.I,
)
_CERTIFICATE = re.compile(r"SSLError|CERTIFICATE_VERIFY_FAILED|certificate verify failed", re.I)
_NO_MATCH = re.compile(r"No matching distribution found for (.+)")
_NO_PIP = re.compile(r"ensurepip is not available|No module named ensurepip", re.I)


@frozen
class Failure:
    """Why a step failed, and what the user can do before trying again."""

    reason: str
    advice: str


@frozen
class Outcome:
    """How a process ended and every line that it printed, both streams in order."""

    returncode: int
    lines: tuple[str, ...]


def run(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str],
    show: Callable[[str], None],
    keep_open: int,
) -> Outcome:
    """Run a command to its end; append its output to a log and show each line as it comes.

    Args:
        keep_open: a descriptor that the command inherits. It is the lock of the environment: if
            this process is killed, the lock is held until the command has ended too.
    """
    lines = []
    with open(log, "a", encoding="utf-8", errors="replace") as record:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=dict(env),
            pass_fds=(keep_open,),
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                record.write(line)
                record.flush()
                if line.strip():
                    lines.append(line.rstrip())
                    show(line.strip())
            returncode = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
    return Outcome(returncode, tuple(lines))


def debug_log(folder: Path) -> Path:
    """Where pip is told to write every step of its own."""
    return folder / "pip-debug.log"


def explain(outcome: Outcome, folder: Path) -> Failure:
    """Why making or filling the environment in `folder` failed, from what was printed."""
    lines = (*outcome.lines, *_unfetched(folder))
    text = "\n".join(lines)
    if _DISK.search(text):
        return disk_full(folder)
    if _NO_PIP.search(text):
        return Failure(
            "that Python has no ensurepip, which its system packages apart",
            "install it (on Debian and Ubuntu: apt install python3-venv)",
        )
    missing = _NO_MATCH.search(text)
    gave_up = "\n".join(line for line in outcome.lines if line.upper().startswith("ERROR"))
    trouble = text if missing else gave_up or text
    if _CERTIFICATE.search(trouble):
        line = _cause(_CERTIFICATE, lines)
        return Failure(
            f"the certificate of the package index could not be verified ({line})",
            "give pip the right certificates (its option `cert`)",
        )
    if _NETWORK.search(trouble):
        line = _cause(_NETWORK, lines)
        return Failure(
            f"no network: pip could not reach its package index ({line})",
            "check the connection, the proxy and pip's index settings; "
            "finished downloads are still in pip's cache",
        )
    if missing:
        return Failure(
            f"no package index that pip is set up to use offers {missing[1]} "
            "for this Python and platform",
            "check pip's index settings, or use an interpreter that has it with --python",
        )
    last = (gave_up or text or "it printed nothing").split("\n")[-1]
    return Failure(f"pip {how_it_ended(outcome.returncode)}: {last[:300]}", "see the log")


def disk_full(folder: Path) -> Failure:
    """The failure of a full disk, with the room that is really left where pip writes."""
    # Not tempfile.gettempdir(): on a full disk it finds no folder that it can write to.
    places = (next(each for each in folder.parents if each.exists()), os.environ.get("TMPDIR"))
    room = ", ".join(
        f"{shutil.disk_usage(each).free / 1e6:,.0f} MB in {each}"
        for each in dict.fromkeys(str(place or "/tmp") for place in places)
        if os.path.exists(each)
    )
    return Failure(
        f"the disk is full (free now: {room})",
        "make room, or set ZOO_HOME, and TMPDIR for pip's temporary files, to a disk that has it",
    )


def _unfetched(folder: Path) -> list[str]:
    """Addresses that pip gave up on: with no retries left it names them in its debug log alone."""
    try:
        text = debug_log(folder).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if "Could not fetch URL" in line]


def _cause(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    line = next(line for line in lines if pattern.search(line))
    system = re.search(r"\[Errno -?\d+\] ([^'\")]+)", line)
    return system[1].strip() if system else line[:200]
