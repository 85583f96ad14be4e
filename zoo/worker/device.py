"""Whether a target's device is there; the framework itself is asked later, by its worker."""

from __future__ import annotations

from pathlib import Path

from zoo.backend import Backend
from zoo.errors import BackendUnavailable
from zoo.target import Target

DRIVER = (Path("/proc/driver/nvidia/version"), Path("/dev/nvidiactl"))


def check_device(target: Target) -> None:
    """Raise BackendUnavailable if the target's device is not to be had here."""
    backend = target.backend
    if target.device not in backend.devices:
        reason = f"its pinned build computes on {', '.join(backend.devices)} alone"
        raise BackendUnavailable(backend.name, reason, f"leave @{target.device} out")
    if target.device == "gpu" and not any(path.exists() for path in DRIVER):
        raise no_device(backend, "there is no NVIDIA driver here")


def no_device(backend: Backend, reason: str) -> BackendUnavailable:
    """The error of a backend whose GPU is missing, or unseen by its framework."""
    mend = (
        "run it on a machine with an NVIDIA GPU, and give a Python with a GPU build of "
        f"{backend.framework}: --python {backend.name}=PATH"
    )
    return BackendUnavailable(backend.name, reason, mend)
