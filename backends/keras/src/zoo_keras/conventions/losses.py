from __future__ import annotations

import numpy as np
from keras import losses

from zoo.conventions import measuring
from zoo.conventions.asking import Absent
from zoo.conventions.measuring import logits_for, reduction, which
from zoo_keras.conventions import get, put


def cross_entropy_reduction():
    """keras.losses.SparseCategoricalCrossentropy(from_logits=True)"""
    return reduction(_cross_entropy(logits_for([1, 2, 6]), [0, 0, 0]))


def cross_entropy_class_axis():
    """keras.losses.SparseCategoricalCrossentropy(from_logits=True)"""
    return measuring.class_axis(_cross_entropy)


def cross_entropy_ignored_label():
    """keras.losses.SparseCategoricalCrossentropy(from_logits=True)"""
    return measuring.ignored_label(_cross_entropy)


def cross_entropy_all_ignored():
    """keras.losses.SparseCategoricalCrossentropy(from_logits=True)"""
    if cross_entropy_ignored_label() == "none":
        raise Absent("ignores neither −1 nor −100")
    return _cross_entropy(logits_for([1, 2]), [-1, -1])


def label_smoothing():
    """keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)"""
    loss = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    return get(loss(put([[1.0, 0.0, 0.0]]), put([[2.0, 0.0, 0.0]])))


def squared_error():
    """keras.losses.MeanSquaredError()"""
    return get(losses.MeanSquaredError()(put([[1.0, 3.0]]), put([[0.0, 0.0]])))


def squared_error_reduction():
    """keras.losses.MeanSquaredError()"""
    errors = put(np.sqrt([[1.0], [2.0], [6.0]]))
    return reduction(get(losses.MeanSquaredError()(errors, put(np.zeros((3, 1))))))


def huber_beyond_threshold():
    """keras.losses.Huber(delta=2)"""
    return get(losses.Huber(2.0)(put([[4.0]]), put([[0.0]])))


def kl_divergence_divisor():
    """keras.losses.KLDivergence()"""
    p, q = np.full((2, 3), 1 / 3), np.array([[0.5, 0.25, 0.25]] * 2)
    whole = float(np.sum(p * np.log(p / q)))
    found = whole / float(get(losses.KLDivergence()(put(p), put(q))))
    return which(round(found, 3), {"nothing": 1.0, "examples": 2.0, "elements": 6.0})


def probability_zero_loss():
    """keras.losses.BinaryCrossentropy()"""
    return get(losses.BinaryCrossentropy()(put([[1.0]]), put([[0.0]])))


def ctc_blank():
    """keras.losses.CTC()"""
    return measuring.ctc_blank(
        lambda p, label: get(losses.CTC()(put([[label]], "int32"), put(np.log(p)[None])))
    )


def _cross_entropy(logits, labels):
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    return get(loss(put(labels, "int32"), put(logits)))
