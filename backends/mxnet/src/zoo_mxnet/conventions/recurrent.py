from __future__ import annotations

import math

import mxnet as mx
from mxnet.gluon import rnn

from zoo.conventions.measuring import lstm_gates, which
from zoo_mxnet.conventions import number, put

ZERO = mx.nd.zeros((1, 1))


def lstm_gate_order():
    """mx.gluon.rnn.LSTMCell(1)"""

    def step(gate):
        cell = _zeroed(rnn.LSTMCell(1, input_size=1))
        cell.i2h_bias.set_data(100.0 * mx.nd.one_hot(put([gate]), 4)[0])
        output, (_h, c) = cell(ZERO, [ZERO, put([[4.0]])])
        return number(output), number(c)

    return lstm_gates(step)


def lstm_forget_bias():
    """mx.gluon.rnn.LSTMCell(1)"""
    cell = rnn.LSTMCell(1, input_size=1)
    cell.initialize()
    _output, (_h, c) = cell(ZERO, [ZERO, put([[1.0]])])
    share = number(c)
    return round(math.log(share / (1 - share)), 6) + 0.0


def gru_update_gate():
    """mx.gluon.rnn.GRUCell(1)"""
    cell = _zeroed(rnn.GRUCell(1, input_size=1))
    cell.i2h_bias.set_data(put([0.0, 100.0, 0.0]))
    output, _states = cell(ZERO, [put([[4.0]])])
    return which(number(output), {"keeps the old": 4.0, "takes the new": 0.0})


def gru_reset_gate():
    """mx.gluon.rnn.GRUCell(1)"""
    cell = _zeroed(rnn.GRUCell(1, input_size=1))
    cell.i2h_bias.set_data(put([-100.0, -100.0, 0.0]))  # reset and update gates closed
    cell.h2h_bias.set_data(put([0.0, 0.0, 1.0]))  # survives a reset only if that comes before it
    output, _states = cell(ZERO, [put([[4.0]])])
    return which(number(output), {"before": math.tanh(1.0), "after": 0.0})


def _zeroed(cell):
    cell.initialize(mx.init.Zero())
    return cell
