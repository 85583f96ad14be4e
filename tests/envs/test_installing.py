"""What pip prints is turned into a plain reason; the lines here are real ones of pip."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from zoo.envs import installing
from zoo.envs.installing import Outcome

NO_VERSION = (
    "ERROR: Could not find a version that satisfies the requirement torch==2.13.0 "
    "(from versions: none)",
    "ERROR: No matching distribution found for torch==2.13.0",
)
RETRY = (
    "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after "
    "connection broken by 'NewConnectionError('<HTTPSConnection object>: Failed to establish a new "
    "connection: [Errno -2] Name or service not known')': /simple/torch/"
)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left",),
            "the disk is full",
        ),
        (("OSError: [Errno 122] Disk quota exceeded",), "the disk is full"),
        (
            ("FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp']",),
            "the disk is full",
        ),
        ((RETRY, *NO_VERSION), "no network: .*Name or service not known"),
        (
            (
                "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool("
                "host='index.invalid', port=443): Max retries exceeded with url: /torch.whl",
            ),
            "no network",
        ),
        (
            (
                "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError("
                "1, '[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate'))'",
                *NO_VERSION,
            ),
            "certificate",
        ),
        (NO_VERSION, r"offers torch==2\.13\.0 for this Python"),
        (("The virtual environment was not created: ensurepip is not available.",), "ensurepip"),
        (("Collecting x", "ERROR: Failed building wheel for x"), "exit status 1: ERROR: Failed b"),
        ((), "it printed nothing"),
    ],
)
def test_each_kind_of_failure_has_its_reason(
    tmp_path: Path, lines: tuple[str, ...], reason: str
) -> None:
    failure = installing.explain(Outcome(1, lines), tmp_path / "env")
    assert re.search(reason, failure.reason)
    assert failure.advice


def test_a_passing_hiccup_of_the_network_is_not_blamed(tmp_path: Path) -> None:
    """pip retried and went on; what failed in the end was something else."""
    lines = (RETRY, "Collecting x", "ERROR: Failed building wheel for x")
    failure = installing.explain(Outcome(1, lines), tmp_path / "env")
    assert "network" not in failure.reason
    assert "Failed building wheel" in failure.reason


def test_the_debug_log_tells_no_network_from_no_such_version(tmp_path: Path) -> None:
    """Without retries pip prints the same for both."""
    folder = tmp_path / "env"
    folder.mkdir()
    installing.debug_log(folder).write_text(
        "Could not fetch URL https://index.invalid/torch/: 404 Client Error: Not Found - skipping\n"
    )
    assert "offers" in installing.explain(Outcome(1, NO_VERSION), folder).reason
    installing.debug_log(folder).write_text(
        "Could not fetch URL https://index.invalid/torch/: connection error: Max retries exceeded "
        "(Caused by NewConnectionError('[Errno 111] Connection refused')) - skipping\n"
    )
    failure = installing.explain(Outcome(1, NO_VERSION), folder)
    assert failure.reason.endswith("(Connection refused)")


def test_a_full_disk_is_measured_where_pip_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both the environments' folder and the temporary one, as they are now."""
    other = tmp_path / "tmp"
    other.mkdir()
    monkeypatch.setenv("TMPDIR", str(other))
    reason = installing.disk_full(tmp_path / "not yet" / "made" / "env").reason
    assert f"MB in {tmp_path}, " in reason
    assert f"MB in {other})" in reason


def test_a_run_keeps_every_line_in_its_log_and_shows_it(tmp_path: Path) -> None:
    """Both streams, in order; bytes that are no text do not stop it."""
    log, seen = tmp_path / "log", []
    code = "import os; os.write(1, b'one\\n\\n'); os.write(2, b'two\\xff\\n'); raise SystemExit(4)"
    with open(os.devnull) as lock:
        outcome = installing.run(
            [sys.executable, "-c", code],
            log=log,
            env=dict(os.environ),
            show=seen.append,
            keep_open=lock.fileno(),
        )
    assert outcome == Outcome(4, ("one", "two\ufffd"))
    assert seen == ["one", "two\ufffd"]
    assert log.read_text() == "one\n\ntwo\ufffd\n"


def test_a_run_that_is_broken_off_ends_the_process(tmp_path: Path) -> None:
    """Whatever breaks it off, Ctrl-C too, no pip goes on behind the user's back."""
    pids = []

    def stop(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    with open(os.devnull) as lock, pytest.raises(KeyboardInterrupt):
        installing.run(
            [sys.executable, "-c", code],
            log=tmp_path / "log",
            env=dict(os.environ),
            show=stop,
            keep_open=lock.fileno(),
        )
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
