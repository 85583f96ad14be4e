from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from zoo.conventions.asking import Absent
from zoo.conventions.measuring import accepted_layout, layout_of, outcome, which
from zoo_torch.conventions import get, put

ROWS = {"first row": 1.0, "last row": 3.0, "zeros": 0.0, "nan": float("nan")}


def dense_weight_layout():
    """torch.nn.Linear(5, 3).weight"""
    return layout_of(nn.Linear(5, 3).weight.shape, {"in": 5, "out": 3})


def dense_on_rank_3():
    """torch.nn.Linear(5, 3)"""
    return list(nn.Linear(5, 3)(torch.zeros(2, 4, 5)).shape)


def conv_image_layout():
    """torch.nn.Conv2d(2, 3, 1)"""
    sizes = {"batch": 7, "height": 8, "width": 9, "channels": 2}
    layer = nn.Conv2d(2, 3, (1, 9))  # as wide as the image: height and width are told apart

    def call(shape):
        if layer(torch.zeros(shape)).shape != (7, 3, 8, 1):
            raise ValueError(shape)

    return accepted_layout(call, sizes)


def conv_kernel_layout():
    """torch.nn.Conv2d(2, 3, (4, 5)).weight"""
    sizes = {"in": 2, "out": 3, "height": 4, "width": 5}
    return layout_of(nn.Conv2d(2, 3, (4, 5)).weight.shape, sizes)


def conv_impulse():
    """torch.nn.functional.conv1d"""
    x, kernel = put([[[0.0, 0.0, 1.0, 0.0, 0.0]]]), put([[[1.0, 2.0, 3.0]]])
    return get(F.conv1d(x, kernel))[0, 0]


def conv_same_pads():
    """torch.nn.Conv1d(1, 1, 3, stride=2, padding="same")"""
    try:
        nn.Conv1d(1, 1, 3, stride=2, padding="same")
    except ValueError as refusal:
        raise Absent(f"is refused: {refusal}") from refusal


def transposed_conv_kernel_layout():
    """torch.nn.ConvTranspose2d(2, 3, (4, 5)).weight"""
    sizes = {"in": 2, "out": 3, "height": 4, "width": 5}
    return layout_of(nn.ConvTranspose2d(2, 3, (4, 5)).weight.shape, sizes)


def transposed_conv_impulse():
    """torch.nn.functional.conv_transpose1d"""
    return get(F.conv_transpose1d(put([[[1.0]]]), put([[[1.0, 2.0, 3.0]]])))[0, 0]


def depthwise_kernel_layout():
    """torch.nn.Conv2d(2, 6, (4, 5), groups=2).weight"""
    sizes = {"channels × multiplier": 6, "1": 1, "height": 4, "width": 5}
    return layout_of(nn.Conv2d(2, 6, (4, 5), groups=2).weight.shape, sizes)


def depthwise_order():
    """torch.nn.functional.conv2d(x, ones, groups=2)"""
    return get(F.conv2d(put([[[[0.0]], [[1.0]]]]), torch.ones(4, 1, 1, 1), groups=2))[0, :, 0, 0]


def flatten_order():
    """torch.nn.Flatten()"""
    x = torch.arange(6.0).reshape(1, 3, 1, 2)  # batch, channels, height, width
    found = get(nn.Flatten()(x))[0]
    return which(found[1], {"width": x[0, 0, 0, 1].item(), "channels": x[0, 1, 0, 0].item()})


def embedding_index_too_large():
    """torch.nn.functional.embedding"""
    return _row(5)


def embedding_index_negative():
    """torch.nn.functional.embedding"""
    return _row(-1)


def _row(index):
    table = put([[1.0], [2.0], [3.0]])
    look_up = lambda: get(F.embedding(torch.tensor([index]), table))  # noqa: E731
    return outcome(look_up, lambda y: which(y.item(), ROWS))
