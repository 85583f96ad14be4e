from __future__ import annotations

import chainer.functions as F
import numpy as np

from zoo.conventions import measuring
from zoo.conventions.asking import lacks, obliges, takes_no
from zoo.conventions.measuring import logits_for, reduction
from zoo_chainer.conventions import get, put


def cross_entropy_reduction():
    """chainer.functions.softmax_cross_entropy"""
    return reduction(_cross_entropy(logits_for([1, 2, 6]), [0, 0, 0]))


def cross_entropy_class_axis():
    """chainer.functions.softmax_cross_entropy"""
    return measuring.class_axis(_cross_entropy)


def cross_entropy_ignored_label():
    """chainer.functions.softmax_cross_entropy"""
    return measuring.ignored_label(_cross_entropy)


def cross_entropy_all_ignored():
    """chainer.functions.softmax_cross_entropy"""
    return _cross_entropy(logits_for([1, 2]), [-1, -1])


def label_smoothing():
    """chainer.functions.softmax_cross_entropy"""
    raise takes_no(F.softmax_cross_entropy, "label_smoothing", "smoothing")


def squared_error():
    """chainer.functions.mean_squared_error"""
    return get(F.mean_squared_error(put([[0.0, 0.0]]), put([[1.0, 3.0]])))


def squared_error_reduction():
    """chainer.functions.mean_squared_error"""
    errors = put(np.sqrt([[1.0], [2.0], [6.0]]))
    return reduction(get(F.mean_squared_error(put(np.zeros((3, 1))), errors)))


def huber_beyond_threshold():
    """chainer.functions.huber_loss(delta=2)"""
    return get(F.huber_loss(put([[4.0]]), put([[0.0]]), 2.0))[0]


def kl_divergence_divisor():
    """chainer.functions"""
    raise lacks(F, "kl_divergence", "kl_div")


def probability_zero_loss():
    """chainer.functions"""
    raise lacks(F, "binary_cross_entropy")


def ctc_blank():
    """chainer.functions.connectionist_temporal_classification"""
    raise obliges(F.connectionist_temporal_classification, "blank_symbol")


def _cross_entropy(logits, labels):
    return get(F.softmax_cross_entropy(put(logits), put(labels, "int32")))
