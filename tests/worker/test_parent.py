"""Every way in which a worker fails: named, confined to one request, and nothing left behind."""

from __future__ import annotations

import os
import re
import resource
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from zoo.errors import WorkerError
from zoo.worker.parent import Worker
from zoo.worker.symptoms import RemoteError

X = {"input.0": np.ones((1, 2))}
GOOD = [[3.5, 6.5, 11.0]]


@pytest.fixture
def fail(worker, prepare):
    """The error of an inference that misbehaves."""

    def fail(behaviour, timeout=60):
        prepare(worker, behaviour)
        with pytest.raises(WorkerError) as caught:
            worker.request("infer", X, timeout=timeout)
        assert caught.value.stage == "infer"
        return caught.value

    return fail


def test_a_segmentation_fault_is_a_crash_with_its_signal_and_stack(fail):
    error = fail("segfault")
    assert error.symptom == "crashed"
    assert "SIGSEGV" in error.detail
    assert "in segfault" in error.log


def test_an_abort_is_a_crash(fail):
    error = fail("abort")
    assert (error.symptom, "SIGABRT" in error.detail) == ("crashed", True)


def test_an_exit_from_c_is_a_crash(fail):
    error = fail("exit")
    assert (error.symptom, error.detail) == ("crashed", "exited with status 0")


def test_being_killed_is_said_to_be_probably_out_of_memory(fail):
    error = fail("killed")
    assert (error.symptom, error.detail) == ("out-of-memory", "killed, probably out of memory")


def test_a_memory_error_under_a_limit_is_out_of_memory(fail):
    error = fail("allocate")
    assert error.symptom == "out-of-memory"
    assert error.__cause__.kind.endswith("MemoryError")


def test_a_framework_that_words_it_otherwise_is_out_of_memory_too(fail):
    assert fail("out of memory").symptom == "out-of-memory"


def test_an_exception_keeps_its_type_message_and_traceback(fail):
    error = fail("raise")
    assert error.symptom == "raised"
    assert error.detail == "ValueError: shapes (2,3) and (4,5) do not fit"
    assert isinstance(error.__cause__, RemoteError)
    assert error.__cause__.kind == "ValueError"
    assert error.__cause__.message.endswith("second line")
    assert "in fail" in error.__cause__.traceback


def test_a_source_that_exits_has_raised(fail):
    error = fail("system exit")
    assert (error.symptom, error.detail) == ("raised", "SystemExit: enough")


@pytest.mark.parametrize("behaviour", ["hang", "hang without letting go"])
def test_a_hang_is_ended_and_says_where_it_was(fail, behaviour):
    """Also one that never lets go of the interpreter."""
    error = fail(behaviour, timeout=0.5)
    assert error.symptom == "hung"
    assert "0.5 s" in error.detail
    assert f"in {behaviour.replace(' ', '_')}" in error.log


@pytest.mark.parametrize(
    "behaviour", ["segfault", "killed", "allocate", "raise", "system exit", "exit", "hang"]
)
def test_after_a_failure_the_next_cell_gets_a_new_process(worker, prepare, fail, behaviour):
    first = fail(behaviour, timeout=0.5 if behaviour == "hang" else 60)
    assert worker.pid is None
    assert first.symptom != "protocol"
    prepare(worker)
    assert worker.request("infer", X).arrays["output"].tolist() == GOOD


def test_a_failure_leaves_other_workers_as_they_are(fail, prepare, other_worker):
    prepare(other_worker)
    pid = other_worker.pid
    fail("segfault")
    assert other_worker.request("infer", X).arrays["output"].tolist() == GOOD
    assert other_worker.pid == pid


def test_a_worker_killed_between_two_requests_fails_one_and_comes_back(worker, prepare):
    prepare(worker)
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match="probably out of memory"):
        worker.request("infer", X)
    prepare(worker)
    assert worker.request("infer", X).arrays["output"].tolist() == GOOD


def test_one_process_serves_many_cells(worker, prepare):
    prepare(worker)
    pid = worker.pid
    prepare(worker, dtype="float32")
    assert worker.pid == pid


def test_what_a_framework_prints_never_reaches_the_protocol(worker, prepare):
    """Megabytes on both outputs, from Python, C and file descriptors, that look like messages."""
    prepare(worker, "print")
    assert worker.request("infer", X).arrays["output"].tolist() == GOOD


def test_what_a_framework_prints_never_reaches_the_parents_outputs(worker, prepare, capfd):
    prepare(worker, "print")
    worker.request("infer", X)
    assert capfd.readouterr() == ("", "")


def test_the_log_of_a_failure_starts_with_its_own_request(fail, worker, prepare):
    """What an earlier request printed is gone, and leaves no hole either."""
    prepare(worker, "print")
    worker.request("infer", X)
    log = fail("hang", timeout=0.5).log
    assert "printed" not in log
    assert "\0" not in log
    assert "in hang" in log


def test_a_framework_that_reads_standard_input_gets_nothing_of_the_protocol(worker, prepare):
    prepare(worker, "read")
    for _ in range(3):
        assert worker.request("infer", X).arrays["output"].tolist() == GOOD


def test_nan_is_a_result_like_any_other(worker, prepare):
    prepare(worker, "nan")
    assert np.isnan(worker.request("infer", X).arrays["output"]).all()


def test_an_interpreter_that_is_missing_is_said_so(packages):
    worker = Worker(Path("/nowhere/python"), packages, "zoo_fake.run")
    with worker, pytest.raises(WorkerError, match=r"/nowhere/python cannot be started"):
        worker.request("state")


def test_a_runtime_that_cannot_be_imported_has_raised(packages, prepare):
    worker = Worker(Path(sys.executable), packages, "zoo_fake.absent", timeout=60)
    with worker, pytest.raises(WorkerError, match="ModuleNotFoundError") as caught:
        prepare(worker)
    assert (caught.value.symptom, caught.value.stage) == ("raised", "configure")


def test_objects_are_not_pickled_but_refused(worker, prepare):
    prepare(worker)
    with pytest.raises(WorkerError, match=r"'input\.0' has dtype object") as caught:
        worker.request("infer", {"input.0": np.array([None])})
    assert caught.value.symptom == "protocol"


def test_arrays_that_find_no_room_in_the_parent_are_out_of_memory(worker, prepare):
    prepare(worker)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(WorkerError, match="cannot be sent") as caught:
            worker.request("infer", {"input.0": np.ones((1000, 2))})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.symptom == "out-of-memory"


@pytest.fixture
def impostor(tmp_path):
    """A worker whose interpreter is a script that answers with the given bytes."""

    def impostor(answer, then):
        program = tmp_path / "python"
        program.write_text(
            f"#!{sys.executable}\nimport socket, time\nchannel = socket.socket(fileno=0)\n"
            f"channel.recv(8)\nchannel.sendall({answer!r})\n{then}\n"
        )
        program.chmod(0o755)
        return Worker(program, {}, "none", timeout=60)

    return impostor


STAY, CLOSE = "time.sleep(600)", "channel.close(); time.sleep(600)"


@pytest.mark.parametrize(
    ("answer", "then", "symptom"),
    [
        (b"I am MXNet, and I print\n", STAY, "protocol"),
        (b"zoo1\xff\xff\xff\xff", STAY, "protocol"),
        (b"zoo1\x00\x00\x00\x04{no}", STAY, "protocol"),
        (b"zoo1\x00\x00\x00\x04{", CLOSE, "protocol"),
        (b"zoo1\x00\x00\x00\x04{", "raise SystemExit(3)", "crashed"),
        (b"", CLOSE, "protocol"),
    ],
)
def test_garbage_from_a_worker_is_told_and_ended(impostor, ends, answer, then, symptom):
    with impostor(answer, then) as worker:
        with pytest.raises(WorkerError) as caught:
            worker.request("state")
        assert caught.value.symptom == symptom
        assert worker.pid is None


def test_a_reply_announced_longer_than_it_is_counts_as_a_hang(impostor):
    worker = impostor(b"zoo1\x00\x00\x00\x09{}", STAY)
    with worker, pytest.raises(WorkerError) as caught:
        worker.request("state", timeout=0.5)
    assert caught.value.symptom == "hung"


def test_a_worker_that_takes_no_request_hangs_rather_than_the_parent(impostor):
    with impostor(b"", STAY) as worker, pytest.raises(WorkerError) as caught:
        worker.request("load", source="x" * 2**24, timeout=0.5)
    assert caught.value.symptom == "hung"


def test_threads_and_variables_reach_the_worker(packages, prepare):
    python = Path(sys.executable)
    with Worker(python, packages, "zoo_fake.run", 60, threads=2) as worker:
        assert prepare(worker)["threads"] == 2
    with Worker(python, packages, "zoo_fake.run", 60, {"OMP_NUM_THREADS": "3"}) as worker:
        assert prepare(worker)["threads"] == 3


# Nothing stays behind.


def test_a_closed_worker_is_gone(worker, prepare, ends):
    prepare(worker)
    pid = worker.pid
    worker.close()
    assert ends(pid)
    assert worker.pid is None


def test_closing_runs_exit_handlers_of_the_framework(tmp_path, prepare, packages, monkeypatch):
    """A worker is told to stop before it is killed."""
    marker = tmp_path / "cleaned"
    adapter = tmp_path / "zoo_tidy"
    adapter.mkdir()
    adapter.joinpath("run.py").write_text(
        f"import atexit, pathlib\natexit.register(pathlib.Path({str(marker)!r}).touch)\n"
        "from zoo_fake.run import Runtime\n"
    )
    offered = {**packages, "zoo_tidy": adapter}
    with Worker(Path(sys.executable), offered, "zoo_tidy.run", timeout=60) as worker:
        prepare(worker)
        assert not marker.exists()
    assert marker.exists()


@pytest.mark.parametrize(
    ("behaviour", "symptom"),
    [("hang with a child process", "hung"), ("crash leaving a forked process", "crashed")],
)
def test_processes_started_by_a_worker_end_with_it(fail, ends, behaviour, symptom):
    """Even one that holds the channel open after the worker itself has died."""
    error = fail(behaviour, timeout=3)
    assert error.symptom == symptom
    assert ends(int(re.search(r"child process (\d+)", error.log)[1]))


def test_ctrl_c_in_the_parent_ends_the_worker(worker, prepare, ends):
    prepare(worker, "hang")
    pid = worker.pid

    def interrupt(_signal, _frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            worker.request("infer", X)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert ends(pid)


@pytest.mark.parametrize("behaviour", ["", "hang", "hang with a child process"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_ends_when_its_parent_is_killed(script, ends, behaviour, number):
    """Idle or busy; whatever the parent could not do about it."""
    ask = "worker.request('infer', {'input.0': x})" if behaviour else "sys.stdin.read()"
    program = script(f"prepare({behaviour!r})\nprint(worker.pid, flush=True)\n{ask}\n")
    pid = int(program.stdout.readline())
    os.kill(pid, 0)
    program.send_signal(number)
    assert ends(pid)


def test_a_worker_ends_when_its_parent_forgets_to_close_it(script, ends):
    program = script("prepare()\nprint(worker.pid, flush=True)\n")
    pid = int(program.stdout.readline())
    assert program.wait(60) == 0
    assert ends(pid)


@pytest.mark.parametrize(
    "end",
    [
        "worker.close()",
        "import os; os.kill(os.getpid(), 9)",
        "prepare('segfault')\ntry: worker.request('infer', {'input.0': x})\nexcept Exception: pass",
    ],
)
def test_no_file_is_left_in_the_temporary_folder(script, ends, end):
    """After a large request and reply, and a good end, the parent's death or a crash."""
    program = script(f"""
prepare(big=np.zeros(2**20))
big = worker.request("state").arrays["state.big"]
print(worker.pid, flush=True)
{end}
""")
    pid = int(program.stdout.readline())
    program.wait(60)
    assert ends(pid)
    assert list(script.folder.iterdir()) == []


def test_many_lives_leave_no_descriptor_open(worker, prepare):
    prepare(worker)
    worker.close()
    before = os.listdir("/dev/fd")
    for behaviour in ("raise", "segfault", "exit"):
        prepare(worker, behaviour)
        with pytest.raises(WorkerError):
            worker.request("infer", X)
    assert len(os.listdir("/dev/fd")) == len(before)
