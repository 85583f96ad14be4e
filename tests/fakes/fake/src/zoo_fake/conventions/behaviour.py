from __future__ import annotations

import os

import numpy as np

from zoo.conventions.asking import find, lacks
from zoo_fake.run import hang, segfault


def says_pid():
    """os.getpid()"""
    return os.getpid()


def says_third():
    """numpy.float64(1) / 3"""
    return np.float64(1) / 3


def says_nothing():
    """numpy"""
    raise lacks(np, "relu")


def finds_nothing():
    """numpy"""
    return find(np, "gelu", "softplus")


def raises():
    """numpy.linalg.inv"""
    return np.linalg.inv(np.zeros((2, 2)))


def crashes():
    """a null pointer"""
    segfault()


def hangs():
    """for an hour"""
    hang()


def says_other_word():
    """no adapter"""
    return "maybe"


def says_vector():
    """numpy.array([nan, 1])"""
    return np.array([np.nan, 1.0])
