"""The runtime: what it reads back of the process that it runs in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FACTS = """
from zoo_chainer.run import Runtime
print(Runtime(mode="eager", dtype="float32", threads=1).facts()["threads"])
"""


@pytest.mark.framework
@pytest.mark.parametrize("threads", ["1", "2"])
def test_threads_are_read_back_from_numpys_blas(threads: str) -> None:
    """The parent sets the variable before NumPy is loaded; the runtime says what came of it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FACTS],
        env={**os.environ, "OPENBLAS_NUM_THREADS": threads},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [threads]
