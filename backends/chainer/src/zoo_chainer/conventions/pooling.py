from __future__ import annotations

import chainer.functions as F
import numpy as np

from zoo_chainer.conventions import get, put


def max_pool_partial_window():
    """chainer.functions.max_pooling_1d(x, 3, 2)"""
    return F.max_pooling_1d(put(np.zeros((1, 1, 6))), 3, 2).shape[-1]


def max_pool_window_in_padding():
    """chainer.functions.max_pooling_1d(x, 2, 3, 1)"""
    return get(F.max_pooling_1d(put([[[1.0, 2.0, 3.0, 4.0, 5.0]]]), 2, 3, 1))[0, 0]


def max_pool_stride():
    """chainer.functions.max_pooling_1d(x, 2)"""
    return 8 // F.max_pooling_1d(put(np.zeros((1, 1, 8))), 2).shape[-1]


def max_pool_padding_value():
    """chainer.functions.max_pooling_1d(x, 3, 1, 1)"""
    return get(F.max_pooling_1d(put([[[-1.0, -1.0, -1.0]]]), 3, 1, 1))[0, 0, 0]


def avg_pool_counts_padding():
    """chainer.functions.average_pooling_1d(x, 3, 1, 1)"""
    return bool(get(F.average_pooling_1d(put([[[1.0, 1.0, 1.0]]]), 3, 1, 1))[0, 0, 0] < 0.99)
