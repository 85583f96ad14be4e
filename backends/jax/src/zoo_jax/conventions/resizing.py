from __future__ import annotations

import jax
import jax.numpy as jnp

IMAGE = jnp.arange(16.0).reshape(4, 4)


def resize_bilinear():
    """jax.image.resize(method="bilinear")"""
    return jax.image.resize(IMAGE, (2, 2), "bilinear").ravel().tolist()


def resize_bicubic():
    """jax.image.resize(method="bicubic")"""
    return jax.image.resize(IMAGE, (3, 3), "bicubic")[0].tolist()


def resize_nearest():
    """jax.image.resize(method="nearest")"""
    return jax.image.resize(jnp.arange(5.0), (3,), "nearest").tolist()
