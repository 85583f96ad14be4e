"""A linear model in NumPy whose source may order a fault.

The first line of a source is `behaviour: <name>`, and the fault comes with the next inference,
gradient or training step; any other source behaves. The model is `y = (x * mask) @ weight.T + bias`
with the mean squared error as its loss, and `running_mean` as its statistic.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from typing import Any, Callable, Mapping

import numpy as np

from zoo.worker.runtime import Array, Gradients

LEARNING_RATE = 0.1
KEPT_FRACTION = 0.9


class Runtime:
    def __init__(self, *, mode: str, dtype: str, threads: int) -> None:
        self.mode, self.dtype, self.threads = mode, np.dtype(dtype), threads
        self.state: dict[str, Array] = {}
        self.misbehave: Callable[[], None] = behave

    def facts(self) -> dict[str, object]:
        return {
            "python": sys.version,
            "numpy": np.__version__,
            "threads": int(os.environ["OMP_NUM_THREADS"]),
            "path": sys.path,
            "modules": sorted(sys.modules),
            "notes": ["It is a fake.", "It never was anything else."],
        }

    def load(self, source: str, entry: str, model: Any = None) -> None:
        first = (source.splitlines() or [""])[0]
        name = first.partition("behaviour: ")[2]
        self.misbehave = BEHAVIOURS[name] if name else behave
        self.waits = name != "skip the barrier"

    def write(self, arrays: Mapping[str, Array]) -> None:
        self.state.update({name: self.put(array) for name, array in arrays.items()})

    def read(self) -> dict[str, Array]:
        wait_for_work()
        return {name: array.copy() for name, array in self.state.items() if name != "mask"}

    def put(self, array: Array) -> Array:
        # A copy, as a framework would have made: the parent's bytes are not to be kept.
        return array.astype(self.dtype if array.dtype.kind == "f" else array.dtype)

    def get(self, tensor: Array) -> Array:
        wait_for_work()
        return tensor

    def infer(self, inputs: list[Array]) -> Array:
        self.misbehave()
        if self.misbehave is return_nan:
            return np.full((len(inputs[0]), len(self.state["bias"])), np.nan, self.dtype)
        output: Array = inputs[0] @ self.state["weight"].T + self.state["bias"]
        return output

    def gradients(
        self, inputs: list[Array], targets: Array, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        self.misbehave()
        mask = self.state["mask"] if training and "mask" in self.state else self.dtype.type(1)
        seen = inputs[0] * mask
        output = seen @ self.state["weight"].T + self.state["bias"]
        error = output - targets
        down = 2 * error / error.size
        if self.misbehave is return_nan:
            output = np.full_like(output, np.nan)
        if training and "running_mean" in self.state:
            moved = (1 - KEPT_FRACTION) * inputs[0].mean(0)
            self.state["running_mean"] = KEPT_FRACTION * self.state["running_mean"] + moved
        return Gradients(
            output=output,
            loss=np.mean(error**2),
            inputs=[
                down @ self.state["weight"] * mask if of_inputs else None,
                *(None for _ in inputs[1:]),
            ],
            parameters={"weight": down.T @ seen, "bias": down.sum(0)},
        )

    def optimizer_state(self) -> dict[str, Array]:
        return {}

    def train_step(self, inputs: list[Array], targets: Array) -> Any:
        found = self.gradients(inputs, targets, training=True)
        for name, gradient in found.parameters.items():
            self.state[name] = self.state[name] - LEARNING_RATE * gradient
        return found.loss

    def synchronize(self) -> None:
        if self.waits:
            wait_for_work()

    def tune(self, *, flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        return {"denormals": "flushed" if flush_denormals else "kept"}

    def device_memory(self) -> int | None:
        return 4096


def behave() -> None:
    pass


def segfault() -> None:
    ctypes.string_at(0)


def abort() -> None:
    os.abort()


def leave() -> None:
    os._exit(0)


def hang() -> None:
    time.sleep(3600)


def hang_without_letting_go() -> None:
    """As C code that never returns and holds the interpreter's lock."""
    ctypes.PyDLL(None).sleep(3600)


def hang_with_a_child_process() -> None:
    code = "import os, time; print('child process', os.getpid(), flush=True); time.sleep(3600)"
    subprocess.run([sys.executable, "-c", code], check=True)


def crash_leaving_a_forked_process() -> None:
    """The forked one keeps every descriptor open, the channel to the parent among them."""
    if os.fork() == 0:
        print("child process", os.getpid(), flush=True)
        time.sleep(3600)
    time.sleep(0.5)  # until the other has printed
    segfault()


def allocate() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2**32, resource.RLIM_INFINITY))  # bytes
    hoard = []
    while True:
        hoard.append(np.empty(2**24))


def be_killed() -> None:
    """As the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def print_heaps() -> None:
    noise = b'zoo1\x00\x00\x00\x02{}{"error": 1}\n' * 1000
    for _ in range(100):
        os.write(1, noise)
        os.write(2, noise)
    print("printed " * 10_000)
    ctypes.CDLL(None).puts(b"printed from C")


def work_later() -> None:
    """As a framework that returns before the work is done; the barrier is not called for."""
    LATER.append(threading.Thread(target=time.sleep, args=(0.005,)))
    LATER[-1].start()


def wait_for_work() -> None:
    while LATER:
        LATER.pop().join()


def read_standard_input() -> None:
    threading.Thread(target=sys.stdin.read, daemon=True).start()
    time.sleep(0.2)


def return_nan() -> None:
    pass


def fail() -> None:
    raise ValueError("shapes (2,3) and (4,5) do not fit\nsecond line")


def exit_politely() -> None:
    sys.exit("enough")


def say_out_of_memory() -> None:
    raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes")


LATER: list[threading.Thread] = []

BEHAVIOURS = {
    "abort": abort,
    "allocate": allocate,
    "crash leaving a forked process": crash_leaving_a_forked_process,
    "exit": leave,
    "hang": hang,
    "hang without letting go": hang_without_letting_go,
    "hang with a child process": hang_with_a_child_process,
    "killed": be_killed,
    "nan": return_nan,
    "out of memory": say_out_of_memory,
    "print": print_heaps,
    "raise": fail,
    "read": read_standard_input,
    "segfault": segfault,
    "skip the barrier": work_later,
    "system exit": exit_politely,
    "work behind the back": work_later,
}
