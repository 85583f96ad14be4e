"""The worker's side: answers the parent's requests with one backend's `Runtime`.

    configure  {runtime, mode, dtype, threads, device,
                seed}                                       -> {facts, seconds} (of the import)
    tune       {flush_denormals, reduced_precision}         -> {facts}; null if it cannot
    load       {source, entry}, state.<name>                -> {seconds}
    write      state.<name>                                 -> {}
    infer      input.<i>                                    -> output
    gradients  {training}, input.<i>, target                -> output, loss, parameter.<name>,
                                                               input.<i> (floats), state.<name>
    train      input.<i>, target, mask.<name>, each with a
               leading axis of steps                        -> loss (steps,) float64
    state                                                   -> state.<name>
    optimizer_state                                         -> optimizer.<parameter>.<name>
    time       {what, plan}, input.<i>, target              -> {warmup, seconds, calls, finite}
    barrier    {what, calls, attempts}, input.<i>, target   -> {seconds, read, read_later}
    memory                                                  -> {process, device}
    facts                                                   -> {facts} of the process
    versions   {module}                                     -> {versions}
    convention {module, name}                               -> {answer}
    stop                                                    (ends the process)

Each reply also has `answered_in`, the seconds that it took without receiving and sending. A failure
is the reply `error`: {symptom, type, message, traceback}. Imports NumPy, safetensors,
`zoo.worker`, for a convention `zoo.conventions.asking`, and the adapter's modules; no other package
can be counted on in a worker's environment.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
import traceback
from importlib import import_module
from types import ModuleType
from typing import Any, Callable, Mapping

import numpy as np

from zoo.worker import facts, timing
from zoo.worker.protocol import ChannelClosedError, Message, ProtocolError, receive, send
from zoo.worker.runtime import Array, Runtime

Answer = tuple[dict[str, Any], dict[str, Array]]


def main() -> None:
    """Serve on standard input, a socket, until the parent says stop or is gone."""
    try:
        channel = socket.socket(fileno=os.dup(0))
    except OSError:
        sys.exit("zoo.worker is started by zoo, with a socket as its standard input")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # the framework shall not read our messages
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)  # the parent asks for a stack before it ends a hang
    _no_core_dump()
    threading.Thread(target=_end_with_parent, args=(channel.fileno(),), daemon=True).start()
    server = Server()
    while _serve_one(channel, server):
        pass


def _serve_one(channel: socket.socket, server: Server) -> bool:
    """Answer a request; its arrays are let go on return, not while waiting for the next."""
    try:
        request = receive(channel)
    except ChannelClosedError:
        return False
    if request.fields.get("do") == "stop":
        return False
    start = time.perf_counter()
    try:
        fields, arrays = server.answer(request)
        send(channel, {**fields, "answered_in": time.perf_counter() - start}, arrays)
    except BaseException as error:  # a framework, or a source that calls sys.exit, raises anything
        send(channel, {"error": describe(error)})
    return True


def describe(error: BaseException) -> dict[str, str]:
    """The fields of an `error` reply; the traceback is its last thirty lines."""
    symptom = "raised"
    if isinstance(error, ProtocolError):
        symptom = "protocol"
    elif isinstance(error, MemoryError):
        symptom = "out-of-memory"
    lines = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "symptom": symptom,
        "type": type(error).__name__,
        "message": str(error)[:10_000],
        "traceback": "\n".join(lines.splitlines()[-30:]),
    }


class Server:
    """Answers requests; holds the runtime between them.

    With `model`, that object is run in place of the one that an emitted source makes.
    """

    def __init__(self, model: Any = None) -> None:
        self._runtime: Runtime | None = None
        self._own = {} if model is None else {"model": model}

    def answer(self, request: Message) -> Answer:
        """Fields and arrays of the reply.

        Raises:
            ProtocolError: an unknown request, one with a field or array missing, or one that comes
                before `configure`.
        """
        do = request.fields.get("do")
        known: dict[Any, Callable[[Message], Answer]] = {
            "configure": self._configure,
            "load": self._load,
            "tune": self._tune,
            "write": self._write,
            "infer": self._infer,
            "gradients": self._gradients,
            "train": self._train,
            "state": self._state,
            "optimizer_state": self._optimizer_state,
            "time": self._time,
            "barrier": self._barrier,
            "memory": self._memory,
            "facts": self._facts,
            "versions": self._versions,
            "convention": self._convention,
        }
        if do not in known:
            raise ProtocolError(f"no request {do!r}; possible: {', '.join(known)}")
        return known[do](request)

    @property
    def runtime(self) -> Runtime:
        if self._runtime is None:
            raise ProtocolError("this worker is not configured; a new process starts empty")
        return self._runtime

    def _configure(self, request: Message) -> Answer:
        start = time.perf_counter()
        module = import_module(_field(request, "runtime", str))
        seconds = time.perf_counter() - start
        _check_interface(module)
        self._runtime = None  # frees the previous model before the next one is built
        mode, dtype = _field(request, "mode", str), _field(request, "dtype", str)
        device, seed = _field(request, "device", str), _field(request, "seed", int)
        runtime: Runtime = module.Runtime(
            mode=mode, dtype=dtype, threads=_field(request, "threads", int),
            **({} if device == "cpu" else {"device": device}), **({"seed": seed} if seed else {}),
        )  # fmt: skip
        self._runtime = runtime
        return {"facts": runtime.facts(), "seconds": seconds}, {}

    def _tune(self, request: Message) -> Answer:
        how = {
            name: _field(request, name, bool) for name in ("flush_denormals", "reduced_precision")
        }
        tune = getattr(self.runtime, "tune", None)
        return {"facts": None if tune is None else tune(**how)}, {}

    def _load(self, request: Message) -> Answer:
        source, entry = _field(request, "source", str), _field(request, "entry", str)
        start = time.perf_counter()
        self.runtime.load(source, entry, **self._own)
        self._write(request)
        return {"seconds": time.perf_counter() - start}, {}

    def _write(self, request: Message) -> Answer:
        self.runtime.write(_under(request, "state"))
        return {}, {}

    def _infer(self, request: Message) -> Answer:
        return {}, {"output": self.runtime.get(self.runtime.infer(self._inputs(request)))}

    def _gradients(self, request: Message) -> Answer:
        get = self.runtime.get
        inputs, target = self._inputs(request), self.runtime.put(_array(request, "target"))
        training = _field(request, "training", bool)
        found = self.runtime.gradients(inputs, target, training=training)
        arrays = {"output": get(found.output), "loss": get(found.loss)}
        for index, gradient in enumerate(found.inputs):
            if gradient is not None:
                arrays[f"input.{index}"] = get(gradient)
        arrays.update({f"parameter.{name}": get(each) for name, each in found.parameters.items()})
        return {}, {**arrays, **self._state(request)[1]}

    def _train(self, request: Message) -> Answer:
        target, masks = _array(request, "target"), _under(request, "mask")
        inputs = _input_arrays(request)
        losses = np.empty(len(target), np.float64)
        for step in range(len(target)):
            self.runtime.write({name: mask[step] for name, mask in masks.items()})
            batch = [self.runtime.put(each[step]) for each in inputs]
            loss = self.runtime.train_step(batch, self.runtime.put(target[step]))
            losses[step] = self.runtime.get(loss)
        return {}, {"loss": losses}

    def _state(self, _request: Message) -> Answer:
        return {}, {f"state.{name}": each for name, each in self.runtime.read().items()}

    def _optimizer_state(self, _request: Message) -> Answer:
        kept = self.runtime.optimizer_state()
        return {}, {f"optimizer.{name}": each for name, each in kept.items()}

    def _time(self, request: Message) -> Answer:
        plan = timing.Plan(**_field(request, "plan", dict))
        return timing.timed(self._work(request), self.runtime.synchronize, plan)._asdict(), {}

    def _barrier(self, request: Message) -> Answer:
        calls, attempts = _field(request, "calls", int), _field(request, "attempts", int)
        found = timing.read_at_once_and_later(
            self._work(request), self.runtime.synchronize, calls, attempts
        )
        return found._asdict(), {}

    def _work(self, request: Message) -> timing.Work:
        what = _field(request, "what", str)
        if what not in timing.QUANTITIES:
            raise ProtocolError(f"cannot time {what!r}; possible: {', '.join(timing.QUANTITIES)}")
        target = None
        if what != "inference":
            target = self.runtime.put(_array(request, "target"))
        return timing.work(self.runtime, what, self._inputs(request), target)

    def _memory(self, _request: Message) -> Answer:
        device = getattr(self.runtime, "device_memory", None)
        return {"process": facts.peak_memory(), "device": device() if device else None}, {}

    def _facts(self, _request: Message) -> Answer:
        return {"facts": facts.facts()}, {}

    def _versions(self, request: Message) -> Answer:
        return {"versions": import_module(_field(request, "module", str)).versions()}, {}

    def _convention(self, request: Message) -> Answer:
        from zoo.conventions.asking import answer  # not needed for anything else

        module = import_module(_field(request, "module", str))
        return {"answer": answer(module, _field(request, "name", str))}, {}

    def _inputs(self, request: Message) -> list[Any]:
        return [self.runtime.put(each) for each in _input_arrays(request)]


def _check_interface(module: ModuleType) -> None:
    runtime = getattr(module, "Runtime", None)
    if runtime is None:
        raise ProtocolError(f"{module.__name__} has no class Runtime")
    needed = (name for name in vars(Runtime) if not name.startswith("_"))
    absent = [name for name in needed if not hasattr(runtime, name)]
    if absent:
        raise ProtocolError(f"Runtime of {module.__name__} has no {', '.join(absent)}")


def _field(request: Message, name: str, kind: type) -> Any:
    value = request.fields.get(name)
    if type(value) is not kind:
        raise ProtocolError(f"field {name!r} is {value!r}; needed: {kind.__name__}")
    return value


def _array(request: Message, name: str) -> Array:
    if name not in request.arrays:
        raise ProtocolError(f"array {name!r} is missing; sent: {', '.join(request.arrays)}")
    return request.arrays[name]


def _under(request: Message, prefix: str) -> dict[str, Array]:
    start = f"{prefix}."
    found = request.arrays.items()
    return {name[len(start) :]: array for name, array in found if name.startswith(start)}


def _input_arrays(request: Message) -> list[Array]:
    found: Mapping[str, Array] = _under(request, "input")
    return [_array(request, f"input.{index}") for index in range(len(found))]


def _no_core_dump() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _end_with_parent(channel: int) -> None:
    """Wait until the parent is gone, then end this process and all that it started.

    The parent's end of the socket closes however the parent ends. The group is this worker's own.
    """
    poll = select.poll()
    poll.register(channel, 0)  # no events: reports only a hang-up
    poll.poll()
    os.killpg(0, signal.SIGKILL)
