from __future__ import annotations

import math

import numpy as np
from keras import layers

from zoo.conventions.measuring import lstm_gates, which
from zoo_keras.conventions import get, put

ZERO = put([[0.0]])


def lstm_gate_order():
    """keras.layers.LSTMCell(1)"""

    def step(gate):
        cell = _zeroed(layers.LSTMCell(1))
        cell.bias.assign(100.0 * np.eye(4)[gate])
        h, (_h, c) = cell(ZERO, [ZERO, put([[4.0]])])
        return get(h).item(), get(c).item()

    return lstm_gates(step)


def lstm_forget_bias():
    """keras.layers.LSTMCell(1)"""
    _h, (_same, c) = layers.LSTMCell(1)(ZERO, [ZERO, put([[1.0]])])
    share = get(c).item()
    return math.log(share / (1 - share))


def gru_update_gate():
    """keras.layers.GRUCell(1), both gates one after the other"""
    h = [_gru([[100.0 * first, 100.0 * (1 - first), 0.0], [0.0] * 3]) for first in (1, 0)]
    return which(max(h), {"keeps the old": 4.0, "takes the new": 2.0})


def gru_reset_gate():
    """keras.layers.GRUCell(1)"""
    # Gates closed; the candidate's inner bias survives a reset only if that comes before it.
    h = _gru([[-100.0, -100.0, 0.0], [0.0, 0.0, 1.0]])
    return which(h, {"before": math.tanh(1.0), "after": 0.0})


def _gru(bias):
    """The new state, from 4, of a cell whose weights are zero."""
    cell = _zeroed(layers.GRUCell(1))
    cell.bias.assign(bias)
    return get(cell(ZERO, [put([[4.0]])])[0]).item()


def _zeroed(cell):
    cell.build((None, 1))
    cell.set_weights([np.zeros_like(each) for each in cell.get_weights()])
    return cell
