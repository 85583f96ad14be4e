from __future__ import annotations

import math

import mxnet as mx
from mxnet import autograd
from mxnet.gluon import nn

from zoo_mxnet.conventions import get

ONES = mx.nd.ones(10_000)


def dropout_initial_mode():
    """mx.gluon.nn.Dropout(0.5)"""
    return "drops" if (get(nn.Dropout(0.5)(ONES)) == 0).any() else "does nothing"


def dropout_argument():
    """mx.gluon.nn.Dropout(0.9) in autograd.train_mode()"""
    return "dropped" if (_dropped(0.9, ONES) == 0).mean() > 0.5 else "kept"


def dropout_scale():
    """mx.gluon.nn.Dropout(0.75) in autograd.train_mode()"""
    return _dropped(0.75, ONES).max()


def dropout_of_infinity():
    """mx.gluon.nn.Dropout(0.5) in autograd.train_mode()"""
    y = _dropped(0.5, ONES * math.inf)
    return y[y != math.inf][0]


def _dropped(rate, x):
    with autograd.train_mode():
        return get(nn.Dropout(rate)(x))
