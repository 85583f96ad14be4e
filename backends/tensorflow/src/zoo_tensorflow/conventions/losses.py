from __future__ import annotations

import numpy as np
import tensorflow as tf

from zoo.conventions import measuring
from zoo.conventions.asking import Absent, lacks
from zoo.conventions.measuring import logits_for, reduction
from zoo_tensorflow.conventions import get, put

losses = tf.compat.v1.losses


def cross_entropy_reduction():
    """tf.nn.sparse_softmax_cross_entropy_with_logits"""
    return reduction(get(_cross_entropy(logits_for([1, 2, 6]), [0, 0, 0])))


def cross_entropy_class_axis():
    """tf.nn.sparse_softmax_cross_entropy_with_logits"""
    return measuring.class_axis(lambda logits, labels: get(_cross_entropy(logits, labels)))


def cross_entropy_ignored_label():
    """tf.nn.sparse_softmax_cross_entropy_with_logits"""
    return measuring.ignored_label(lambda logits, labels: get(_cross_entropy(logits, labels)))


def cross_entropy_all_ignored():
    """tf.nn.sparse_softmax_cross_entropy_with_logits"""
    if cross_entropy_ignored_label() == "none":
        raise Absent("ignores neither −1 nor −100")
    return get(_cross_entropy(logits_for([1, 2]), [-1, -1])).mean()


def label_smoothing():
    """tf.compat.v1.losses.softmax_cross_entropy(label_smoothing=0.1)"""
    target, logits = put([[1.0, 0.0, 0.0]]), put([[2.0, 0.0, 0.0]])
    return get(losses.softmax_cross_entropy(target, logits, label_smoothing=0.1))


def squared_error():
    """tf.compat.v1.losses.mean_squared_error"""
    return get(losses.mean_squared_error(put([[1.0, 3.0]]), put([[0.0, 0.0]])))


def squared_error_reduction():
    """tf.compat.v1.losses.mean_squared_error"""
    errors = put(np.sqrt([[1.0], [2.0], [6.0]]))
    return reduction(get(losses.mean_squared_error(errors, tf.zeros((3, 1)))))


def huber_beyond_threshold():
    """tf.compat.v1.losses.huber_loss(delta=2)"""
    return get(losses.huber_loss(put([4.0]), put([0.0]), delta=2.0))


def kl_divergence_divisor():
    """tf.compat.v1.losses"""
    raise lacks(losses, "kl_divergence", "kullback_leibler_divergence")


def probability_zero_loss():
    """tf.compat.v1.losses.log_loss"""
    return get(losses.log_loss(put([1.0]), put([0.0])))


def ctc_blank():
    """tf.nn.ctc_loss"""

    def losses(p, label):
        logits = put(np.log(p))[:, None]
        return get(tf.nn.ctc_loss([[label]], logits, [1], [2], blank_index=None))

    return measuring.ctc_blank(losses)


def _cross_entropy(logits, labels):
    return tf.nn.sparse_softmax_cross_entropy_with_logits(np.asarray(labels, np.int32), put(logits))
