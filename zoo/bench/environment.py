"""Facts of the machine and of the software that measures."""

from __future__ import annotations

import os
import platform
import re
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from zoo import __version__
from zoo.bench.record import Clock, Machine
from zoo.worker.facts import affinity, variables

GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
GPUS = Path("/proc/driver/nvidia/gpus")


def machine() -> Machine:
    """Facts of this machine, without its ceilings."""
    cores = affinity()
    return Machine(
        cpu=_cpu(),
        cores=len(cores),
        affinity=cores,
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        os=platform.platform(),
        kernel=platform.release(),
        governor=_first_line(GOVERNOR),
        gpus=_gpus(),
        libraries=_blas(),
        variables=variables(),
    )


def software() -> dict[str, str]:
    return {
        "parityzoo": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def clock() -> Clock:
    return Clock("perf_counter", time.get_clock_info("perf_counter").resolution)


def _cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    return found[1] if found else platform.processor() or platform.machine()


def _gpus() -> list[str]:
    texts = (path.read_text() for path in sorted(GPUS.glob("*/information")))
    return [found[1] for text in texts for found in re.finditer(r"Model:\s*(.+)", text)]


def _blas() -> list[str]:
    return [
        f"{each['internal_api']} {each['version']} ({each.get('architecture')})"
        for each in threadpool_info()
        if each["user_api"] == "blas"
    ]


def _first_line(path: Path) -> str | None:
    try:
        return path.read_text().splitlines()[0]
    except (OSError, IndexError):
        return None
