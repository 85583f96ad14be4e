from __future__ import annotations

import mxnet as mx
import numpy as np
from mxnet.gluon import loss

from zoo.conventions import measuring
from zoo.conventions.asking import Absent, takes_no
from zoo.conventions.measuring import logits_for, reduction, which
from zoo_mxnet.conventions import get, number, put


def cross_entropy_reduction():
    """mx.gluon.loss.SoftmaxCrossEntropyLoss()"""
    return reduction(_cross_entropy(logits_for([1, 2, 6]), [0, 0, 0]))


def cross_entropy_class_axis():
    """mx.gluon.loss.SoftmaxCrossEntropyLoss()"""
    return measuring.class_axis(_cross_entropy)


def cross_entropy_ignored_label():
    """mx.gluon.loss.SoftmaxCrossEntropyLoss()"""
    return measuring.ignored_label(_cross_entropy)


def cross_entropy_all_ignored():
    """mx.gluon.loss.SoftmaxCrossEntropyLoss()"""
    if cross_entropy_ignored_label() == "none":
        raise Absent("ignores neither −1 nor −100")
    return _cross_entropy(logits_for([1, 2]), [-1, -1]).mean()


def label_smoothing():
    """mx.gluon.loss.SoftmaxCrossEntropyLoss"""
    raise takes_no(loss.SoftmaxCrossEntropyLoss.__init__, "label_smoothing", "smoothing")


def squared_error():
    """mx.gluon.loss.L2Loss()"""
    return number(loss.L2Loss()(put([[0.0, 0.0]]), put([[1.0, 3.0]])))


def squared_error_reduction():
    """mx.gluon.loss.L2Loss(weight=2)"""
    errors = put(np.sqrt([[1.0], [2.0], [6.0]]))
    return reduction(get(loss.L2Loss(weight=2.0)(mx.nd.zeros((3, 1)), errors)))


def huber_beyond_threshold():
    """mx.gluon.loss.HuberLoss(rho=2)"""
    return number(loss.HuberLoss(rho=2.0)(put([[4.0]]), put([[0.0]])))


def kl_divergence_divisor():
    """mx.gluon.loss.KLDivLoss(), averaged over the batch"""
    p, q = np.full((2, 3), 1 / 3), np.array([[0.5, 0.25, 0.25]] * 2)
    found = get(loss.KLDivLoss()(put(np.log(q)), put(p))).mean()
    whole = float(np.sum(p * np.log(p / q)))
    return which(whole / found, {"nothing": 1.0, "examples": 2.0, "elements": 6.0})


def probability_zero_loss():
    """mx.gluon.loss.SigmoidBCELoss(from_sigmoid=True)"""
    return number(loss.SigmoidBCELoss(from_sigmoid=True)(put([[0.0]]), put([[1.0]])))


def ctc_blank():
    """mx.gluon.loss.CTCLoss()"""
    return measuring.ctc_blank(
        lambda p, label: get(loss.CTCLoss()(put(np.log(p)[None]), put([[label]])))
    )


def _cross_entropy(logits, labels):
    return get(loss.SoftmaxCrossEntropyLoss()(put(logits), put(labels)))
