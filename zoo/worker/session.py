"""A backend's worker with one emitted program at a time, spoken to in canonical names and layouts.

This is the parent's side of every cell: it emits, maps arrays to the framework's own names and
layouts, sends them, and maps the replies back.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Callable, ContextManager, Mapping, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

import zoo
from zoo.backend import broken
from zoo.emit.rearrange import AS_IS, Bindings
from zoo.errors import InternalError, WorkerError
from zoo.oracle.run import Gradients
from zoo.spec.graph import Spec
from zoo.target import Target
from zoo.worker.device import no_device
from zoo.worker.parent import Exchange, Worker
from zoo.worker.runtime import DeviceError
from zoo.worker.symptoms import RemoteError
from zoo.worker.timing import Plan, Read, Timed

T = TypeVar("T")
Array = NDArray[Any]
INCOMPLETE = ("protocol", "configure")
"""How a runtime that lacks a part of its interface fails: symptom and stage."""


class Emitted(NamedTuple):
    """A program: its text, the name of its model, and how arrays map to its own."""

    source: str
    entry: str
    bindings: Bindings


class Session:
    """Runs programs of one target (a backend in a mode); a context manager.

    A `WorkerError` from any method means that this program is lost; the next `load` starts afresh.
    """

    def __init__(
        self, target: Target, worker: Worker, tuning: Mapping[str, bool] | None = None
    ) -> None:
        self.target, self._worker, self._tuning = target, worker, tuning
        self.facts: dict[str, Any] = {}
        self._spec: Spec | None = None
        self._bindings: Bindings | None = None

    @classmethod
    def started(
        cls,
        target: Target,
        python: Path,
        *,
        threads: int = 1,
        timeout: float = 600.0,
        variables: Mapping[str, str] | None = None,
        tuning: Mapping[str, bool] | None = None,
    ) -> "Session":
        """In a process of its own.

        `python` is the interpreter that has the framework, `timeout` seconds for a request, and
        `variables` are set in its environment besides those of the backend. `tuning` is what the
        runtime's `tune` is asked for every program, if it has that; the answer joins `facts`.
        """
        backend = target.backend
        packages = {"zoo": Path(zoo.__file__).parent, backend.package: backend.location()}
        env = {**backend.settings, **(variables or {})}
        worker = Worker(python, packages, backend.runtime, timeout, env, threads=threads)
        return cls(target, worker, tuning)

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._worker.__exit__(type, error, traceback)

    def kill(self) -> None:
        """End the worker at once, with all that it started; the next `load` starts afresh."""
        self._worker.kill()

    @property
    def variables(self) -> Mapping[str, str]:
        """What the worker's environment has beside this process's own."""
        return self._worker.variables

    @property
    def pid(self) -> int | None:
        """The worker's process, if one runs."""
        return self._worker.pid

    @property
    def start_seconds(self) -> Mapping[str, float]:
        """How long the last `load` took: `import` of the framework, if that was new, and `load`."""
        return self._worker.start_seconds

    @property
    def busy_seconds(self) -> float:
        """How long the worker took so far to answer, without what messages cost."""
        return self._worker.busy_seconds

    def log(self) -> str:
        """The last lines that the worker and its framework printed."""
        return self._worker.log()

    def recorded(self) -> ContextManager[list[Exchange]]:
        """Everything that the worker is asked and answers meanwhile, as the framework has it."""
        return self._worker.recorded()

    def load(
        self,
        spec: Spec,
        state: Mapping[str, Array],
        *,
        dtype: str,
        mask_batch: int | None = None,
        emitted: Emitted | None = None,
        seed: int = 0,
    ) -> str:
        """Emit a model, load it with a state, and return its source.

        Args:
            spec: the model.
            state: parameters and statistics by full canonical name.
            dtype: one that the backend computes in.
            mask_batch: dropout takes given masks for a batch of this size.
            emitted: run this program instead of what the backend emits (with a fault planted).
            seed: of the framework's generator.

        Raises:
            UnsupportedError: the backend cannot express the model.
            BackendUnavailable: its adapter is broken, or it does not compute in the dtype.
            WorkerError: the worker or its framework failed.
        """
        backend = self.target.backend
        backend.check_dtype(dtype)
        if emitted is None:
            program = backend.emit(spec, mask_batch=mask_batch)
            bindings = backend.bindings(spec, mask_batch=mask_batch)
            emitted = Emitted(program.source, program.entry, bindings)
        source, entry, self._bindings = emitted
        self._spec = spec
        arrays = self._fit(self._bindings.to_framework, state)
        try:
            self.facts = self._worker.prepare(
                mode=self.target.mode, dtype=dtype, source=source, entry=entry,
                state=arrays, device=self.target.device, seed=seed, tuning=self._tuning,
            )  # fmt: skip
        except WorkerError as error:
            cause = error.__cause__
            if isinstance(cause, RemoteError) and (error.symptom, error.stage) == INCOMPLETE:
                raise broken(backend.name, backend.distribution, cause.message) from error
            if isinstance(cause, RemoteError) and cause.kind == DeviceError.__name__:
                raise no_device(backend, cause.message) from error
            raise
        return source

    def write(self, state: Mapping[str, Array]) -> None:
        """Set states and masks by canonical name."""
        arrays = self._fit(self._loaded.to_framework, state)
        self._request("write", {f"state.{name}": array for name, array in arrays.items()})

    def infer(self, inputs: Mapping[str, Array]) -> Array:
        """The output in evaluation mode."""
        reply = self._request("infer", self._inputs(inputs))
        return self._output(reply["output"], inputs)

    def gradients(self, inputs: Mapping[str, Array], target: Array, *, training: bool) -> Gradients:
        """One backward pass: the same record as the oracle's `gradients`."""
        arrays = {**self._inputs(inputs), "target": target}
        reply = self._request("gradients", arrays, training=training)
        spec, slots = self._spec_loaded, self._loaded
        found = {}
        for index, (node, how) in enumerate(zip(spec.inputs, slots.inputs)):
            if f"input.{index}" in reply:
                gradient, shape = reply[f"input.{index}"], inputs[node.name].shape
                found[node.name] = self._fit(how.back, gradient, shape)
        statistics = self._canonical(reply, "state")
        return Gradients(
            output=self._output(reply["output"], inputs),
            loss=self._fit(float, reply["loss"]),
            inputs=found,
            parameters=self._canonical(reply, "parameter"),
            statistics={n: a for n, a in statistics.items() if spec.states[n].role == "statistic"},
        )

    def train(
        self,
        inputs: Mapping[str, Array],
        target: Array,
        masks: Mapping[str, Array] | None = None,
    ) -> Array:
        """Train on several batches; every array has a leading axis of steps. Returns the losses."""
        steps = len(target)
        stacked = {}
        for index, (node, how) in enumerate(zip(self._spec_loaded.inputs, self._loaded.inputs)):
            stacked[f"input.{index}"] = self._fit(_each_step, how, inputs[node.name])
        for name, array in (masks or {}).items():
            slot = self._loaded.masks[name]
            stacked[f"mask.{slot.name}"] = self._fit(_each_step, slot.how, array)
        losses = self._request("train", {**stacked, "target": target})["loss"]
        if losses.shape != (steps,):
            raise InternalError(f"the worker gave {losses.shape} losses for {steps} steps")
        return losses

    def state(self) -> dict[str, Array]:
        """Parameters and statistics by canonical name."""
        return self._canonical(self._request("state", {}), "state")

    def names(self) -> set[str]:
        """What the program calls its parameters and statistics."""
        return {name.partition(".")[2] for name in self._request("state", {})}

    def optimizer_state(self) -> dict[str, Array]:
        """What the optimizer keeps, by `<parameter>.<name>` in canonical names."""
        reply = self._request("optimizer_state", {})
        return self._named(self._loaded.optimizer_from_framework, reply, "optimizer")

    def seconds(
        self,
        what: str,
        inputs: Mapping[str, Array],
        target: Array,
        *,
        warmup: int,
        repeats: int,
    ) -> list[float]:
        """Times of `repeats` calls, each synchronised; `what` is "train_step" or "inference"."""
        return self.timed(what, inputs, target, Plan.fixed(warmup, repeats)).seconds

    def timed(self, what: str, inputs: Mapping[str, Array], target: Array, plan: Plan) -> Timed:
        """Times of calls, each synchronised; `what` is one of `zoo.worker.timing.QUANTITIES`."""
        arrays = {**self._inputs(inputs), "target": target}
        return Timed(**self._worker.request("time", arrays, what=what, plan=plan._asdict()).fields)

    def read_at_once_and_later(
        self, what: str, inputs: Mapping[str, Array], target: Array, *, calls: int, attempts: int
    ) -> Read:
        """How long results take to arrive right after the barrier, and after a pause."""
        arrays = {**self._inputs(inputs), "target": target}
        fields: dict[str, Any] = {"what": what, "calls": calls, "attempts": attempts}
        return Read(**self._worker.request("barrier", arrays, **fields).fields)

    def peak_memory(self) -> dict[str, int]:
        """Bytes at most so far, by kind: of the process, and of the device if it is not the CPU."""
        found = self._worker.request("memory").fields
        return {kind: bytes for kind, bytes in found.items() if bytes is not None}

    def process_facts(self) -> dict[str, Any]:
        """What the worker's process says of itself: Python, versions, libraries, affinity."""
        facts: dict[str, Any] = self._worker.request("facts").fields["facts"]
        return facts

    @property
    def _loaded(self) -> Bindings:
        if self._bindings is None:
            raise InternalError("a session was used before load")
        return self._bindings

    @property
    def _spec_loaded(self) -> Spec:
        if self._spec is None:
            raise InternalError("a session was used before load")
        return self._spec

    def _request(self, do: str, arrays: Mapping[str, Array], **fields: Any) -> Mapping[str, Array]:
        return self._worker.request(do, arrays, **fields).arrays

    def _inputs(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        pairs = zip(self._spec_loaded.inputs, self._loaded.inputs)
        return {
            f"input.{index}": self._fit(how.there, inputs[node.name])
            for index, (node, how) in enumerate(pairs)
        }

    def _output(self, array: Array, inputs: Mapping[str, Array]) -> Array:
        batch = len(next(iter(inputs.values())))
        shape = (batch, *self._spec_loaded.output_type.shape)
        if array.size != np.prod(shape):
            stage = f"{self.target}: an output of shape {array.shape}, expected {shape}"
            raise WorkerError("protocol", "output", stage)
        return self._fit(self._loaded.output.back, array, shape)

    def _canonical(self, reply: Mapping[str, Array], prefix: str) -> dict[str, Array]:
        return self._named(self._loaded.from_framework, reply, prefix)

    def _named(
        self, function: Callable[..., dict[str, Array]], reply: Mapping[str, Array], prefix: str
    ) -> dict[str, Array]:
        start = prefix + "."
        found = {k[len(start) :]: a for k, a in reply.items() if k.startswith(start)}
        shapes = {name: state.shape for name, state in self._spec_loaded.states.items()}
        return self._fit(function, found, shapes)

    def _fit(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a rearrangement; arrays that do not fit it are the adapter's fault: one cell's."""
        try:
            return function(*arguments)
        except (InternalError, TypeError, ValueError) as error:
            raise WorkerError("protocol", "rearranging", f"{self.target}: {error}") from error


def _each_step(how: Any, array: Array) -> Array:
    """Rearrange the batches of several steps."""
    if how == AS_IS:
        return array
    return np.stack([how.there(step) for step in array])
