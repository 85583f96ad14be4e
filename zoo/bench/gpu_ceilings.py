"""The limits of a GPU, which only a framework can reach: asked of one in its worker.

The rate of matrix products is that of a dense layer on square matrices, the bandwidth that of a
dense layer with one unit, which reads a large matrix and writes next to nothing.
"""

from __future__ import annotations

import numpy as np

import zoo
from zoo import ops
from zoo.bench.ceilings import SAMPLES, entry
from zoo.bench.record import Ceiling
from zoo.bench.work import ITEM_SIZE
from zoo.spec import Spec, Tensor, initial
from zoo.training import SGD, MeanSquaredError
from zoo.worker.session import Session
from zoo.worker.timing import Plan

SQUARE = 8192
"""Rows of the matrices."""
EXAMPLES = 32768
"""Rows of the matrix that is only read: 1 GiB in float32."""


def measure(into: list[Ceiling], session: Session, dtype: str, threads: int) -> None:
    """Add samples of the GPU that a session computes on."""
    for quantity, rows, units, amount in (
        ("matrix-product", SQUARE, SQUARE, 2 * SQUARE**3),
        ("bandwidth", EXAMPLES, 1, EXAMPLES * SQUARE * ITEM_SIZE[dtype]),
    ):
        spec = _dense(units)
        session.load(spec, initial.initial_state(spec), dtype=dtype)
        inputs = {"x": np.ones((rows, SQUARE), np.float32)}
        plan = Plan.fixed(SAMPLES, SAMPLES)
        seconds = session.timed("inference", inputs, np.zeros((rows, units)), plan).seconds
        found = entry(into, quantity, dtype, threads, "gpu")
        found.samples.extend(amount / each for each in seconds)


def _dense(units: int) -> Spec:
    @zoo.model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1))
    def ceiling() -> Tensor:
        """A dense layer; its bias is too little to count."""
        return ops.dense(ops.input("x", (SQUARE,)), units, name="dense")

    return ceiling()
