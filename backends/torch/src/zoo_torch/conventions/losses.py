from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from zoo.conventions import measuring
from zoo.conventions.measuring import logits_for, reduction, which
from zoo_torch.conventions import get, put


def cross_entropy_reduction():
    """torch.nn.functional.cross_entropy"""
    return reduction(get(_cross_entropy(logits_for([1, 2, 6]), [0, 0, 0])))


def cross_entropy_class_axis():
    """torch.nn.functional.cross_entropy"""
    return measuring.class_axis(lambda logits, labels: get(_cross_entropy(logits, labels)))


def cross_entropy_ignored_label():
    """torch.nn.functional.cross_entropy"""
    return measuring.ignored_label(lambda logits, labels: get(_cross_entropy(logits, labels)))


def cross_entropy_all_ignored():
    """torch.nn.functional.cross_entropy"""
    return _cross_entropy(logits_for([1, 2]), [-100, -100]).item()


def label_smoothing():
    """torch.nn.functional.cross_entropy(label_smoothing=0.1)"""
    return F.cross_entropy(put([[2.0, 0.0, 0.0]]), torch.tensor([0]), label_smoothing=0.1).item()


def squared_error():
    """torch.nn.functional.mse_loss"""
    return get(F.mse_loss(put([[0.0, 0.0]]), put([[1.0, 3.0]]))).mean()


def squared_error_reduction():
    """torch.nn.functional.mse_loss"""
    return reduction(get(F.mse_loss(put(np.zeros((3, 1))), put(np.sqrt([[1.0], [2.0], [6.0]])))))


def huber_beyond_threshold():
    """torch.nn.functional.huber_loss(delta=2.0)"""
    return F.huber_loss(put([4.0]), put([0.0]), delta=2.0).item()


def kl_divergence_divisor():
    """torch.nn.functional.kl_div"""
    p, q = np.full((2, 3), 1 / 3), np.array([[0.5, 0.25, 0.25]] * 2)
    found = F.kl_div(put(np.log(q)), put(p)).item()
    whole = float(np.sum(p * np.log(p / q)))
    return which(whole / found, {"nothing": 1.0, "examples": 2.0, "elements": 6.0})


def probability_zero_loss():
    """torch.nn.functional.binary_cross_entropy"""
    return F.binary_cross_entropy(put([0.0]), put([1.0])).item()


def ctc_blank():
    """torch.nn.functional.ctc_loss"""

    def losses(p, label):
        sizes = torch.tensor([2]), torch.tensor([1])
        return get(F.ctc_loss(put(np.log(p))[:, None], torch.tensor([[label]]), *sizes))

    return measuring.ctc_blank(losses)


def _cross_entropy(logits, labels):
    return F.cross_entropy(put(logits), torch.tensor(np.asarray(labels), dtype=torch.int64))
