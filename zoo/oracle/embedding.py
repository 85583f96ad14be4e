"""Rows of a table; a row's gradient is the sum over every place where it was taken."""

from __future__ import annotations

import numpy as np

from zoo.ops.embedding import Embedding
from zoo.oracle.base import Array, Given, Gradient, Result


def forward(op: Embedding, given: Given) -> Result:
    (indices,) = given.inputs
    return Result(given.states["weight"][indices], saved=indices)


def backward(op: Embedding, grad: Array, saved: Array) -> Gradient:
    weight = np.zeros((op.vocabulary, op.features), grad.dtype)
    np.add.at(weight, saved, grad)
    return Gradient([None], {"weight": weight})
