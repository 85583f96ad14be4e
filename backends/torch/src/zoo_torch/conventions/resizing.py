from __future__ import annotations

import torch
import torch.nn.functional as F

from zoo_torch.conventions import get

IMAGE = torch.arange(16.0).reshape(1, 1, 4, 4)


def resize_bilinear():
    """torch.nn.functional.interpolate(mode="bilinear")"""
    return get(F.interpolate(IMAGE, (2, 2), mode="bilinear")).ravel()


def resize_bicubic():
    """torch.nn.functional.interpolate(mode="bicubic")"""
    return get(F.interpolate(IMAGE, (3, 3), mode="bicubic"))[0, 0, 0]


def resize_nearest():
    """torch.nn.functional.interpolate(mode="nearest")"""
    return get(F.interpolate(torch.arange(5.0)[None, None], 3, mode="nearest"))[0, 0]
