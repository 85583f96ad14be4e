"""What a process says of itself: versions, libraries, processor, memory, environment variables."""

from __future__ import annotations

import os
import re
import resource
import sys
from pathlib import Path
from typing import Any

LIBRARIES = re.compile(
    r"(openblas|mkl|dnnl|onednn|blis|gomp|iomp|libomp|cublas|cudnn|cudart|nccl)[^/]*\.so", re.I
)
VARIABLES = re.compile(
    r"(OMP|GOMP|KMP|MKL|OPENBLAS|BLIS|DNNL|ONEDNN|XLA|JAX|TORCH|PYTORCH|MXNET|CHAINER|KERAS|CUDA"
    r"|CUBLAS|CUDNN|NVIDIA|NCCL|MALLOC|NUMEXPR|VECLIB)_\w+"
    r"|TF_(?!CLI|VAR|LOG|INPUT|DATA|WORKSPACE|PLUGIN|REGISTRY)\w+"  # those are Terraform's
    r"|LD_PRELOAD|NPROC"
)
STATUS = Path("/proc/self/status")


def facts() -> dict[str, Any]:
    """Of this process, as JSON."""
    return {
        "python": sys.version.split()[0],
        "versions": versions(),
        "libraries": libraries(),
        "affinity": affinity(),
    }


def versions() -> dict[str, str]:
    """Of every package that is imported and is not Python's own."""
    own = getattr(sys, "stdlib_module_names", sys.builtin_module_names)  # younger than 3.9
    found = {}
    for name, module in sorted(sys.modules.items()):
        # Not getattr of the module itself, which may import more, or warn.
        version = getattr(module, "__dict__", {}).get("__version__")
        if "." not in name and name not in own and isinstance(version, str):
            found[name] = version
    return found


def libraries() -> list[str]:
    """File names of the numeric libraries that are loaded, as the kernel lists them."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return []
    names = {line.rpartition("/")[2] for line in lines if "/" in line}
    return sorted(filter(LIBRARIES.search, names))


def variables() -> dict[str, str]:
    """Those of the environment variables that frameworks and their libraries read."""
    return {name: os.environ[name] for name in sorted(os.environ) if VARIABLES.fullmatch(name)}


def affinity() -> list[int]:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def peak_memory() -> int:
    """Bytes that this process has had resident at most.

    The kernel's own figure, where it gives one: `getrusage` counts the process that this one was
    forked from, too.
    """
    try:
        (line,) = re.findall(r"^VmHWM:\s*(\d+) kB$", STATUS.read_text(), re.M)
        return 1024 * int(line)
    except (OSError, ValueError):
        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
