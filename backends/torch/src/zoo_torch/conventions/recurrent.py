from __future__ import annotations

import numpy as np
import torch
from torch import nn

from zoo.conventions.asking import Absent
from zoo.conventions.measuring import law_of, lstm_gates, which
from zoo_torch.conventions import put


def lstm_gate_order():
    """torch.nn.LSTMCell(1, 1)"""

    def step(gate):
        cell = _zeroed(nn.LSTMCell(1, 1))
        cell.bias_ih.data[gate] = 100.0
        h, c = cell(torch.zeros(1, 1), (torch.zeros(1, 1), put([[4.0]])))
        return h.item(), c.item()

    return lstm_gates(step)


def lstm_forget_bias():
    """torch.nn.LSTMCell(1, 500)"""
    cell = nn.LSTMCell(1, 500)
    forget = (cell.bias_ih + cell.bias_hh).detach().numpy()[500:1000]
    if law_of(forget) not in ("zeros", "constant"):
        raise Absent(f"draws it at random, around {abs(forget.mean()):.1f}")
    return forget[0]


def gru_update_gate():
    """torch.nn.GRUCell(1, 1)"""
    cell = _zeroed(nn.GRUCell(1, 1))
    cell.bias_ih.data[1] = 100.0
    h = cell(torch.zeros(1, 1), put([[4.0]])).item()
    return which(h, {"keeps the old": 4.0, "takes the new": 0.0})


def gru_reset_gate():
    """torch.nn.GRUCell(1, 1)"""
    cell = _zeroed(nn.GRUCell(1, 1))
    cell.bias_ih.data[:2] = -100.0  # reset and update gates closed
    cell.bias_hh.data[2] = 1.0  # survives a reset only if that comes before it
    h = cell(torch.zeros(1, 1), put([[4.0]])).item()
    return which(h, {"before": np.tanh(1.0), "after": 0.0})


def _zeroed(cell):
    for parameter in cell.parameters():
        nn.init.zeros_(parameter)
    return cell
