"""The parent's side: a worker that is started when first asked, and anew after it failed."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Iterator, Mapping, NamedTuple, Optional

from zoo.errors import WorkerError
from zoo.worker import boot
from zoo.worker.process import Process
from zoo.worker.protocol import ChannelClosedError, Message, ProtocolError
from zoo.worker.runtime import Array
from zoo.worker.symptoms import ended, raised

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)
NOT_INHERITED = ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__")  # they mean this interpreter


class Exchange(NamedTuple):
    """One request as it was sent, and the reply; None if there was none."""

    do: str
    fields: Mapping[str, Any]
    arrays: Mapping[str, Array]
    reply: Optional[Message]


class Worker:
    """A framework in its own process; a context manager, for one thread at a time.

    A request that fails ends the process, whatever the reason, and raises `WorkerError`; the next
    request starts a new one, which is empty: begin each cell with `prepare`.

        with Worker(python, packages, "zoo_torch.run") as worker:
            for cell in cells:
                try:
                    worker.prepare(mode=..., dtype=..., source=..., entry=..., state=...)
                    output = worker.request("infer", {"input.0": x}).arrays["output"]
                except WorkerError as error:
                    ...  # this cell failed; the others go on

    Args:
        python: the interpreter that has the framework, NumPy and safetensors.
        packages: folders of `zoo` and of the adapter's package, by import name.
        runtime: module of the adapter that defines `Runtime`, such as `zoo_torch.run`.
        timeout: seconds for one request, the start of the process included.
        env: variables to set in the worker's environment besides the parent's.
        threads: for the framework and the libraries below it.

    Attributes:
        busy_seconds: that its processes took to answer, without what messages cost.
    """

    def __init__(
        self,
        python: Path,
        packages: Mapping[str, Path],
        runtime: str,
        timeout: float = 600.0,
        env: Mapping[str, str] | None = None,
        *,
        threads: int = 1,
    ) -> None:
        self.python, self.runtime, self.timeout, self.threads = python, runtime, timeout, threads
        offered = [f"{name}={Path(folder).absolute()}" for name, folder in packages.items()]
        # -u: what was printed is in the log when the process is killed.
        self._command = [str(python), "-u", str(Path(boot.__file__).absolute()), *offered]
        inherited = {name: os.environ[name] for name in os.environ if name not in NOT_INHERITED}
        limits = dict.fromkeys(THREAD_VARIABLES, str(threads))
        self.variables = {**limits, **(env or {})}
        self._env = {**inherited, **self.variables}
        self._process: Process | None = None
        self._exchanges: list[Exchange] | None = None
        self.start_seconds: dict[str, float] = {}
        self.busy_seconds = 0.0

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close() if error is None else self.kill()

    @property
    def pid(self) -> int | None:
        """The process that runs now, if any."""
        return self._process.pid if self._process else None

    @contextmanager
    def recorded(self) -> Iterator[list[Exchange]]:
        """Everything that is asked and answered meanwhile."""
        exchanges: list[Exchange] = []
        self._exchanges = exchanges
        try:
            yield exchanges
        finally:
            self._exchanges = None

    def prepare(
        self,
        *,
        mode: str,
        dtype: str,
        source: str,
        entry: str,
        state: Mapping[str, Array],
        device: str = "cpu",
        seed: int = 0,
        tuning: Mapping[str, bool] | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """Configure the framework and load a model: what a cell begins with.

        Args:
            mode: one of the backend's modes, such as `eager`.
            dtype: one that the backend computes in, such as "float32".
            source: the emitted module.
            entry: name of its model class.
            state: parameters, statistics and masks by the framework's own names.
            device: "cpu" or "gpu".
            seed: of the framework's generator.
            tuning: what the runtime's `tune` is asked, if it has that.
            timeout: seconds for each of the two requests; the worker's own if None.

        Returns:
            The facts that the runtime read back: versions, threads, flags. How long it took is
            left in `start_seconds`.
        """
        configured = self.request(
            "configure",
            timeout=timeout,
            runtime=self.runtime,
            mode=mode,
            dtype=dtype,
            threads=self.threads,
            device=device,
            seed=seed,
        ).fields
        facts: dict[str, Any] = configured["facts"]
        if tuning is not None:
            how: dict[str, Any] = dict(tuning)
            facts.update(self.request("tune", timeout=timeout, **how).fields["facts"] or {})
        arrays = {f"state.{name}": array for name, array in state.items()}
        loaded = self.request("load", arrays, timeout=timeout, source=source, entry=entry).fields
        self.start_seconds = {"import": configured["seconds"], "load": loaded["seconds"]}
        return facts

    def request(
        self,
        do: str,
        arrays: Mapping[str, Array] | None = None,
        *,
        timeout: float | None = None,
        **fields: Any,
    ) -> Message:
        """Ask for one thing; `zoo.worker.child` lists what can be asked.

        Raises:
            WorkerError: with one of these symptoms; the process is ended.
                raised: a Python exception; `__cause__` is a `RemoteError` with its traceback.
                crashed: a signal such as SIGSEGV, or an exit.
                out-of-memory: a MemoryError, or SIGKILL that nobody here sent.
                hung: no reply in time; the log ends with where it was.
                protocol: something that is not a message, or a request that does not exist.
        """
        wait = self.timeout if timeout is None else timeout
        reply: Message | None = None
        try:
            if self._process is None:
                self._process = Process(self._command, self._env)
            reply = self._process.ask({"do": do, **fields}, arrays or {}, wait)
        except (OSError, ProtocolError) as error:
            failure = self._failure(do, wait, error)
            self.kill()
            raise failure from error
        except BaseException:  # Ctrl-C above all
            self.kill()
            raise
        finally:
            if self._exchanges is not None:
                self._exchanges.append(Exchange(do, fields, arrays or {}, reply))
        if "error" in reply.fields:
            failure = raised(do, reply.fields["error"], self.log())
            self.kill()
            raise failure
        self.busy_seconds += reply.fields.pop("answered_in")
        return reply

    def close(self) -> None:
        """End the process in good order, if one runs."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()

    def _failure(self, do: str, wait: float, error: Exception) -> WorkerError:
        if self._process is None:
            return WorkerError("crashed", do, f"{self.python} cannot be started: {error}")
        if isinstance(error, TimeoutError):
            self._process.ask_for_stack()
            return WorkerError("hung", do, f"no reply within {wait:g} s; ended", self.log())
        if isinstance(error, ChannelClosedError):
            return ended(do, self._process.exit_status(), str(error), self.log())
        if isinstance(error, ProtocolError):
            return WorkerError("protocol", do, str(error), self.log())
        return WorkerError("out-of-memory", do, f"the arrays cannot be sent: {error}", self.log())

    def log(self) -> str:
        """The last lines that the worker and its framework printed."""
        return self._process.log() if self._process else ""

    def kill(self) -> None:
        """End the process at once, with all that it started, if one runs."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
