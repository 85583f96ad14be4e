from __future__ import annotations

import math

import chainer.links as L
import numpy as np

from zoo.conventions.measuring import lstm_gates, which
from zoo_chainer.conventions import get, put

ZERO = put([[0.0]])


def lstm_gate_order():
    """chainer.links.StatelessLSTM(1, 1), and (1, 2) to see whether units or gates come first"""

    def step(gate):
        cell = _zeroed(L.StatelessLSTM(1, 1))
        cell.upward.b.array[gate] = 100.0
        c, h = cell(put([[4.0]]), ZERO, ZERO)
        return get(h).item(), get(c).item()

    two = _zeroed(L.StatelessLSTM(1, 2))
    two.upward.b.array[:2] = 100.0
    c, _h = two(put([[4.0, 4.0]]), put([[0.0, 0.0]]), ZERO)
    one_by_one = get(c)[0, 0] != get(c)[0, 1]
    return lstm_gates(step) + (" for each unit" if one_by_one else "")


def lstm_forget_bias():
    """chainer.links.StatelessLSTM(1, 1)"""
    cell = L.StatelessLSTM(1, 1)
    c, _h = cell(put([[1.0]]), ZERO, ZERO)
    share = get(c).item()
    return math.log(share / (1 - share))


def gru_update_gate():
    """chainer.links.StatelessGRU(1, 1)"""
    cell = _zeroed(L.StatelessGRU(1, 1))
    cell.W_z.b.array[:] = 100.0
    h = get(cell(put([[4.0]]), ZERO)).item()
    return which(h, {"keeps the old": 4.0, "takes the new": 0.0})


def gru_reset_gate():
    """chainer.links.StatelessGRU(1, 1)"""
    cell = _zeroed(L.StatelessGRU(1, 1))
    cell.W_r.b.array[:] = -100.0  # reset gate closed
    cell.W_z.b.array[:] = 100.0  # update gate takes the new state
    cell.U.b.array[:] = 1.0  # survives a reset only if that comes before it
    h = get(cell(put([[4.0]]), ZERO)).item()
    return which(h, {"before": np.tanh(1.0), "after": 0.0})


def _zeroed(cell):
    for parameter in cell.params():
        parameter.array[...] = 0.0
    return cell
