from __future__ import annotations

import mxnet as mx

from zoo.conventions.asking import lacks
from zoo_mxnet.conventions import get


def resize_bilinear():
    """mx.nd.contrib.BilinearResize2D"""
    image = mx.nd.arange(16).reshape((1, 1, 4, 4))
    return get(mx.nd.contrib.BilinearResize2D(image, height=2, width=2)).ravel()


def resize_bicubic():
    """mx.nd.contrib"""
    raise lacks(mx.nd.contrib, "BicubicResize2D")


def resize_nearest():
    """mx.nd.contrib"""
    raise lacks(mx.nd.contrib, "NearestResize2D")
