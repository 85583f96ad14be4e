from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from zoo.conventions.measuring import lstm_gates, which
from zoo_tensorflow.conventions import get, put


def lstm_gate_order():
    """tf.raw_ops.LSTMBlockCell(forget_bias=0, cell_clip=-1)"""

    def step(gate):
        bias = 100.0 * np.eye(4)[gate]
        found = _lstm(4.0, bias, forget_bias=0.0, cell_clip=-1.0)
        return get(found.h).item(), get(found.cs).item()

    return lstm_gates(step)


def lstm_forget_bias():
    """tf.raw_ops.LSTMBlockCell"""
    share = get(_lstm(1.0, np.zeros(4)).cs).item()
    return math.log(share / (1 - share))


def gru_update_gate():
    """tf.raw_ops.GRUBlockCell"""
    h = _gru([4.0, 4.0], [0.0, 0.0, 100.0, 100.0])[0]
    return which(h, {"keeps the old": 4.0, "takes the new": math.tanh(4.0)})


def gru_reset_gate():
    """tf.raw_ops.GRUBlockCell, two units that see each other, the first one's reset gate closed"""
    h = _gru([0.0, 4.0], [-100.0, 100.0, -100.0, -100.0])[0]
    return which(h, {"before": math.tanh(4.0), "after": 0.0})


def _lstm(cell, bias, **options):
    zero = put([[0.0]])
    peepholes = dict.fromkeys(("wci", "wcf", "wco"), put([0.0]))
    return tf.raw_ops.LSTMBlockCell(
        x=zero, cs_prev=put([[cell]]), h_prev=zero, w=tf.zeros((2, 4)), b=put(bias), **peepholes,
        **options,
    )  # fmt: skip


def _gru(state, bias):
    """The new state; the candidate of each unit is the tanh of the other one's state."""
    candidate = put([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    found = tf.raw_ops.GRUBlockCell(
        x=put([[0.0]]), h_prev=put([state]), w_ru=tf.zeros((3, 4)), w_c=candidate, b_ru=put(bias),
        b_c=tf.zeros(2),
    )  # fmt: skip
    return get(found.h)[0]
