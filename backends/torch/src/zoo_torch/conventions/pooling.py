from __future__ import annotations

import torch
from torch import nn

from zoo_torch.conventions import get, put


def max_pool_partial_window():
    """torch.nn.MaxPool1d(3, stride=2)"""
    return nn.MaxPool1d(3, stride=2)(torch.zeros(1, 1, 6)).shape[-1]


def max_pool_window_in_padding():
    """torch.nn.MaxPool1d(2, stride=3, padding=1, ceil_mode=True)"""
    layer = nn.MaxPool1d(2, stride=3, padding=1, ceil_mode=True)
    return get(layer(put([[[1.0, 2.0, 3.0, 4.0, 5.0]]])))[0, 0]


def max_pool_stride():
    """torch.nn.MaxPool1d(2)"""
    return 8 // nn.MaxPool1d(2)(torch.zeros(1, 1, 8)).shape[-1]


def max_pool_padding_value():
    """torch.nn.MaxPool1d(3, padding=1)"""
    return get(nn.MaxPool1d(3, padding=1)(put([[[-1.0, -1.0, -1.0]]])))[0, 0, 0]


def avg_pool_counts_padding():
    """torch.nn.AvgPool1d(3, padding=1)"""
    return bool(get(nn.AvgPool1d(3, padding=1)(put([[[1.0, 1.0, 1.0]]])))[0, 0, 0] < 0.99)
