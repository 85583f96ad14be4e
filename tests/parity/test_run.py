"""Cells that fail in every way there is, on a backend that fails to order."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from zoo.backend import Backend
from zoo.errors import UsageError
from zoo.ops import batch_norm, dense, input, relu
from zoo.parity import ParityReport, parity, reference
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES, CRASHED, DISAGREES, HUNG, NOT_RUN, UNSUPPORTED
from zoo.parity.noise import noise
from zoo.parity.run import WAITING, judge
from zoo.spec import Spec, initial
from zoo.spec.trace import trace
from zoo.target import Target
from zoo.training import SGD, MeanSquaredError
from zoo.worker.pool import Pool

FAKES = Path(__file__).parents[1] / "fakes" / "fake" / "src"


def linear(name: str) -> Spec:
    return trace(
        lambda: dense(input("x", (3,)), 2, name="layer"), name=name, summary="Linear",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Target:
    """The fake backend as if its distribution were installed."""
    metadata = tmp_path / "site" / "parityzoo_fake-0.1.0.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", "Name: parityzoo-fake", "Version: 0.1.0"]
    lines += [f"Requires-Dist: {need}; extra == 'run'" for need in ("numpy", "safetensors")]
    metadata.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.syspath_prepend(FAKES)
    from zoo_fake import backend

    return Target(backend(), "eager")


def run(target: Target, *names: str, timeout: float = 60, **options) -> ParityReport:
    specs = [linear(name) for name in names]
    return parity(specs, [target], python={"fake": sys.executable}, timeout=timeout, **options)


def test_a_backend_that_behaves_agrees(target: Target) -> None:
    """The fake is right when it is not told otherwise; every tensor is a row."""
    report = run(target, "good")
    assert report.passed
    assert report.exit_code == 0
    keys = {(row.phase, row.quantity, row.tensor) for row in report.rows}
    assert ("evaluation", "parameter-gradient", "layer.weight") in keys
    assert ("training", "input-gradient", "x") in keys
    assert ("steps", "parameter", "layer.bias") in keys
    assert report.environments["fake:eager"]["threads"] >= 1


def test_all_cores_are_those_that_the_process_may_use(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for the bench; a machine may have others, which a scheduler keeps for somebody else."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1, 2}, raising=False)
    assert run(target, "good", steps=1).environments["fake:eager"]["threads"] == 3


def test_beside_other_dtypes_than_float64_stand_numpys_errors(target: Target) -> None:
    """In every row and as a column; the oracle is float64 NumPy itself."""
    report = run(target, "good", dtype="float32")
    assert report.passed
    assert all(row.numpy_error is not None for row in report.rows)
    console = Console(file=StringIO(), width=160)
    console.print(report)
    assert "NumPy's" in console.file.getvalue()
    assert all(row.numpy_error is None for row in run(target, "good").rows)


def test_what_a_runtime_notes_stands_in_every_row_and_once_in_print(target: Target) -> None:
    """A reader of the JSON or of the table learns what was done to run it."""
    report = run(target, "good", "fine")
    assert {row.note for row in report.rows} == {"It is a fake. It never was anything else."}
    console = Console(file=StringIO(), width=120)
    console.print(report)
    line = "fake:eager, float64: It is a fake. It never was anything else."
    assert console.file.getvalue().count(line) == 1


FAULTS = {
    "do_segfault": (CRASHED, "SIGSEGV"),
    "do_abort": (CRASHED, "SIGABRT"),
    "do_exit": (CRASHED, "exit"),
    "do_killed": (CRASHED, "out-of-memory"),
    "do_allocate": (CRASHED, "out-of-memory"),
    "do_out_of_memory": (CRASHED, "allocate memory"),
    "do_hang": (HUNG, "no reply within 3 s"),
    "do_raise": (CRASHED, "ValueError: shapes"),
    "do_nan": (DISAGREES, "NaN or infinite"),
}


def test_every_fault_is_one_failed_cell_and_the_rest_go_on(target: Target) -> None:
    """Each has its reason; good cells before, between and after agree; exit code 1."""
    names = ["first", *FAULTS, "do_print", "do_read", "last"]
    report = run(target, *names, timeout=3)
    assert report.exit_code == 1
    rows = {name: [row for row in report.rows if row.model == name] for name in names}
    for name in ("first", "do_print", "do_read", "last"):
        assert {row.verdict for row in rows[name]} == {AGREES}, rows[name][0].reason
    for name, (verdict, reason) in FAULTS.items():
        bad = [row for row in rows[name] if row.verdict != AGREES]
        assert bad[0].verdict == verdict, name
        assert reason in bad[0].reason, name
    assert "test_run" not in rows["do_raise"][0].log
    assert "fail" in rows["do_raise"][0].log
    assert "hang" in rows["do_hang"][0].log


def test_a_worker_that_is_killed_from_outside_fails_one_cell(target: Target) -> None:
    """Killing the process midway loses the model that it ran, no other."""
    with Pool(python={"fake": sys.executable}) as pool:
        session = pool.session(target)
        case = make_case(linear("good"))
        assert judge(case, [target], pool, "float64", lambda text: None, {})[0].verdict == AGREES
        os.kill(session.pid, signal.SIGKILL)
        killed = judge(case, [target], pool, "float64", lambda text: None, {})
        again = judge(case, [target], pool, "float64", lambda text: None, {})
    assert [row.verdict for row in killed] == [CRASHED]
    assert {row.verdict for row in again} == {AGREES}


def test_backends_run_while_bounds_are_computed(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cells before them wait to be judged, but not too many: what they gave is in memory."""
    begun: list[str] = []
    asked = threading.Event()

    def say(text: str) -> None:
        begun.append(text)
        if len(begun) > WAITING:
            asked.set()

    def slow_noise(*given, **how):
        assert asked.wait(20)
        time.sleep(1)
        assert len(begun) == WAITING + 1
        return noise(*given, **how)

    monkeypatch.setattr(reference, "noise", slow_noise)
    with Pool(python={"fake": sys.executable}) as pool:
        rows = judge(make_case(linear("good")), [target] * 8, pool, "float64", say, {})
    assert len(begun) == 8
    assert len(rows) % 8 == 0
    assert {row.verdict for row in rows} == {AGREES}


def test_an_interrupt_ends_the_workers(target: Target) -> None:
    """Ctrl-C while a worker hangs leaves no process behind."""
    spec = linear("do_hang")
    state, inputs = initial.generic_state(spec), initial.random_inputs(spec, 2)

    def interrupt() -> None:
        time.sleep(2)
        os.kill(os.getpid(), signal.SIGINT)

    def work() -> None:
        with Pool(python={"fake": sys.executable}) as pool:
            session = pool.session(target)
            session.load(spec, state, dtype="float64")
            pids.append(session.pid)
            threading.Thread(target=interrupt).start()
            session.infer(inputs)

    pids: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        work()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_what_a_backend_cannot_express_is_unsupported(target: Target) -> None:
    """Nothing is emitted, nothing runs, and the verdict is no pass."""
    spec = trace(
        lambda: relu(dense(input("x", (3,)), 2)), name="two", summary="Two",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip
    report = parity(spec, [target], python={"fake": sys.executable})
    assert [row.verdict for row in report.rows] == [UNSUPPORTED]
    assert "only one dense layer" in report.rows[0].reason
    assert report.exit_code == 1


def test_a_backend_that_cannot_run_is_not_green(target: Target, tmp_path: Path) -> None:
    """A missing interpreter is the verdict not-run, with the mend, and exit code 3."""
    report = parity(linear("good"), [target], python={"fake": str(tmp_path / "python")})
    assert [row.verdict for row in report.rows] == [NOT_RUN]
    assert "To mend it" in report.rows[0].reason
    assert not report.passed
    assert report.exit_code == 3


def test_planted_text_that_is_not_there_is_an_error(target: Target) -> None:
    """A fault that was never planted must not look like one that was not found."""
    with pytest.raises(UsageError, match="has no text 'epsilon'"):
        run(target, "good", plant={"fake": {"epsilon": "0"}})


@pytest.mark.parametrize("name", ["jax", "fkae"])
def test_a_fault_of_a_backend_that_is_not_run_is_an_error(target: Target, name: str) -> None:
    """One that nobody plants is found by nobody, which must not look like a pass."""
    with pytest.raises(UsageError, match=f"planted in '{name}', but only fake is run"):
        run(target, "good", plant={"fake": {"behaviour": "behavior"}, name: {"relu": "tanh"}})


def test_specifications_of_one_name_are_refused(target: Target) -> None:
    """Their rows would be one cell's, and their evidence one folder; the same one is run once."""
    other = linear("good").replace(optimizer=SGD(learning_rate=0.2))
    with pytest.raises(UsageError, match="2 different specifications are called good; give each"):
        parity([linear("good"), linear("fine"), other], [target])
    report = run(target, "good", "good", steps=1)
    assert report.rows == run(target, "good", steps=1).rows


@pytest.mark.parametrize(
    "options",
    [{"dtype": "half"}, {"batch": 0}, {"batch": 2.5}, {"steps": 0}, {"steps": 10**9}],
)
def test_numbers_out_of_range_are_refused(target: Target, options: dict) -> None:
    """One line that says what is possible."""
    with pytest.raises(UsageError, match="must be"):
        run(target, "good", **options)


def test_a_batch_of_one_is_refused_where_batch_norm_cannot_train(target: Target) -> None:
    """Before anything runs; other models take it."""
    normed = trace(
        lambda: batch_norm(dense(input("x", (3,)), 2)), name="normed", summary="Normed",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip
    with pytest.raises(UsageError, match="normed: batch must be 2 or more"):
        parity([linear("good"), normed], [target], batch=1)
    assert run(target, "good", batch=1).passed


def test_nothing_to_compare_is_not_a_pass() -> None:
    """An empty report is not green."""
    assert not ParityReport((), {}, 3).passed
    with pytest.raises(UsageError, match="at least one model"):
        parity([], "all")


def test_the_json_form_is_the_published_one(target: Target) -> None:
    """The keys that other programs rely on."""
    data = run(target, "good", "do_nan").to_json()
    assert data["schema"] == "parityzoo-parity/1"
    assert data["passed"] is False
    wanted = {
        "model",
        "backend",
        "mode",
        "dtype",
        "quantity",
        "tensor",
        "error",
        "bound",
        "verdict",
    }
    assert all(wanted <= set(row) for row in data["rows"])
    assert {row["verdict"] for row in data["rows"]} == {AGREES, DISAGREES}


def test_the_backend_of_the_tests_is_a_plain_plug_in(target: Target) -> None:
    """The fake is what a third party would write."""
    assert isinstance(target.backend, Backend)
    assert target.backend.location() == FAKES / "zoo_fake"
