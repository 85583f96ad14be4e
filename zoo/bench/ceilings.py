"""The machine's own limits: its rate of matrix products, and its memory bandwidth.

On the CPU both are NumPy's, in this process and between the rounds: a product of two square
matrices by the BLAS that NumPy brings, and a copy of an array far larger than the caches, each
thread its part. A framework with a better library may exceed the first a little; the record keeps
which BLAS it was. Those of a GPU are in `gpu_ceilings`.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from zoo.bench.record import Ceiling

SIZE = 1024
"""Rows of the matrices: some 10 MB in all, which is worth every core, in some 10 ms of one."""
COPIED = 2**26
"""Bytes that are copied, read and written once each."""
SAMPLES = 5
UNITS = {"matrix-product": "FLOP/s", "bandwidth": "B/s"}
DTYPES = ("float32", "float64")
"""What NumPy's BLAS multiplies."""


def measure(into: list[Ceiling], dtype: str, threads: int) -> None:
    """Add samples of this moment to the ceilings of the CPU, which begin with the first."""
    entry(into, "matrix-product", dtype, threads).samples.extend(matrix_product(dtype, threads))
    entry(into, "bandwidth", dtype, threads).samples.extend(bandwidth(dtype, threads))


def matrix_product(dtype: str, threads: int) -> list[float]:
    """Floating-point operations a second, one figure a product."""
    a = np.full((SIZE, SIZE), 1.5, dtype)
    out = np.empty_like(a)
    with threadpool_limits(threads, user_api="blas"):
        return _rates(lambda: np.matmul(a, a, out=out), 2 * SIZE**3)


def bandwidth(dtype: str, threads: int) -> list[float]:
    """Bytes a second, read and written ones alike, one figure a copy."""
    source = np.ones(COPIED // np.dtype(dtype).itemsize, dtype)
    parts = list(zip(np.array_split(source, threads), np.array_split(source.copy(), threads)))
    with ThreadPoolExecutor(threads) as pool:
        copies = lambda: list(pool.map(lambda part: np.copyto(part[1], part[0]), parts))  # noqa: E731
        return _rates(copies, 2 * COPIED)


def _rates(call: Callable[[], object], amount: int) -> list[float]:
    call()
    rates = []
    for _ in range(SAMPLES):
        start = time.perf_counter()
        call()
        rates.append(amount / (time.perf_counter() - start))
    return rates


def entry(
    ceilings: list[Ceiling], quantity: str, dtype: str, threads: int, device: str = "cpu"
) -> Ceiling:
    """The ceiling of these, made if there is none yet."""
    wanted = (quantity, dtype, threads, device)
    for each in ceilings:
        if (each.quantity, each.dtype, each.threads, each.device) == wanted:
            return each
    ceilings.append(Ceiling(*wanted, UNITS[quantity]))
    return ceilings[-1]
