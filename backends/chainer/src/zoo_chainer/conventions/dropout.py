from __future__ import annotations

import math

import chainer.functions as F
import numpy as np

from zoo_chainer.conventions import get, put

ONES = put(np.ones(10_000))


def dropout_initial_mode():
    """chainer.functions.dropout(x, 0.5)"""
    return "drops" if (get(F.dropout(ONES, 0.5)) == 0).any() else "does nothing"


def dropout_argument():
    """chainer.functions.dropout(x, 0.9)"""
    return "dropped" if (get(F.dropout(ONES, 0.9)) == 0).mean() > 0.5 else "kept"


def dropout_scale():
    """chainer.functions.dropout(x, 0.75)"""
    return get(F.dropout(ONES, 0.75)).max()


def dropout_of_infinity():
    """chainer.functions.dropout(x, 0.5)"""
    with np.errstate(all="ignore"):
        y = get(F.dropout(ONES * math.inf, 0.5))
    return y[y != math.inf][0]
