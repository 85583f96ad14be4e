"""What a worker does beside its steps must not slow them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.framework

TASKS = Path("/proc/self/task")
VARIABLE = "MXNET_CPU_PARALLEL_SIZE"
COPY = f"""
import os
import mxnet as mx, numpy as np
mx.nd.zeros(1).asnumpy()
before = len(os.listdir("{TASKS}"))
mx.nd.array(np.zeros(1_000_000, np.float32)).asnumpy()
print(len(os.listdir("{TASKS}")) - before)
"""


def threads_that_stay(first: str) -> int:
    """After an array has gone in and out, in a process with two threads for MXNet."""
    env = {**os.environ, "OMP_NUM_THREADS": "2"}
    env.pop(VARIABLE, None)  # which a runtime in this process may have set
    command = [sys.executable, "-c", first + COPY]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not TASKS.exists(), reason="threads are counted in /proc")
def test_a_large_array_leaves_no_threads_behind():
    """They would be more than the cores, and libgomp's threads then sleep instead of spinning."""
    assert threads_that_stay("") == 1
    assert threads_that_stay("import zoo_mxnet.run") == 0
