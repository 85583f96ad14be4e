"""Faults in how arrays are loaded: transposed, reordered, left as they were, or lost."""

from __future__ import annotations

from typing import Any, Mapping

import attrs
import numpy as np

from zoo.selftest import models
from zoo.selftest.fault import Alter, Array, Misread
from zoo.selftest.models import Layer, spec_of

HEADS = 2


def altered(
    name: str,
    sentence: str,
    model: Layer,
    layer: str,
    alter: Mapping[str, Alter],
    **arguments: Any,
) -> Misread:
    """Arrays of one layer are altered; they go by their names in the layer."""
    full = {f"{layer}.{array}": function for array, function in alter.items()}
    return Misread(name, sentence, spec_of(model, **arguments), (layer,), full)


def reordered(*table: Any, **arguments: Any) -> Misread:
    """The same by a weight map, there and back."""
    return attrs.evolve(altered(*table, **arguments), is_order=True)


def turned(array: Array) -> Array:
    return np.asarray(array.swapaxes(-1, -2))


def flipped(array: Array) -> Array:
    return array[..., ::-1, ::-1]


def moved_by_one(array: Array) -> Array:
    return np.roll(array, 1, axis=0)


def inverted(mask: Array) -> Array:
    return 1 - mask


def in_float32(array: Array) -> Array:
    return array.astype(np.float32).astype(array.dtype)


def kernel_as_stored_channels_last(kernel: Array) -> Array:
    return np.asarray(kernel.transpose(2, 3, 1, 0).reshape(kernel.shape))


def columns_of_channels_last(weight: Array) -> Array:
    return np.asarray(weight.reshape(-1, 3, 3, 3).transpose(0, 2, 3, 1).reshape(weight.shape))


def of_the_other_group(kernel: Array) -> Array:
    return np.asarray(kernel.reshape(2, 2, -1).swapaxes(0, 1).reshape(kernel.shape))


def thirds(*order: int) -> Alter:
    """Queries, keys and values of a packed projection in another order."""
    return lambda packed: np.concatenate([np.split(packed, 3)[index] for index in order])


def packed_by_head(packed: Array) -> Array:
    return np.asarray(packed.reshape(3, HEADS, -1).swapaxes(0, 1).reshape(packed.shape))


def queries_times(factor: float) -> Alter:
    return lambda packed: np.concatenate(
        [factor * packed[: len(packed) // 3], packed[len(packed) // 3 :]]
    )


def shared(axis: int) -> Alter:
    """The first mask along an axis stands for all of them."""
    return lambda mask: np.repeat(mask.take([0], axis), mask.shape[axis], axis)


def packed(alter: Alter) -> Mapping[str, Alter]:
    return {"in_proj_weight": alter, "in_proj_bias": alter}


STATISTICS_AT_START: Mapping[str, Alter] = {
    "running_mean": np.zeros_like, "running_var": np.ones_like,
}  # fmt: skip

ARRAY_FAULTS: tuple[Misread, ...] = (
    reordered(
        "dense weight transposed",
        "A square weight of (in, out) is taken for one of (out, in).",
        models.activated, "first", {"weight": turned},
    ),
    altered(
        "dense bias lost",
        "A bias is not loaded and is zero.",
        models.activated, "first", {"bias": np.zeros_like},
    ),
    altered(
        "dense weight through float32",
        "A weight loses its last digits in float32 on its way.",
        models.activated, "first", {"weight": in_float32},
    ),
    reordered(
        "columns of a flattened image",
        "The dense layer after a flattening has its columns in the order of channels last.",
        models.flattened, "last", {"weight": columns_of_channels_last},
    ),
    reordered(
        "kernel not turned",
        "A kernel goes from one layout to the other without being flipped, as if a convolution "
        "were a cross-correlation.",
        models.convolved, "conv", {"weight": flipped},
    ),
    reordered(
        "kernel's height and width",
        "A square kernel has height and width interchanged.",
        models.convolved, "conv", {"weight": turned},
    ),
    reordered(
        "kernel's channels in and out",
        "A kernel with as many channels in as out has them interchanged.",
        models.convolved, "conv", {"weight": lambda kernel: kernel.swapaxes(0, 1)},
    ),
    reordered(
        "kernel read in another layout",
        "A kernel that is stored with its channels last is read as if they were first.",
        models.convolved, "conv", {"weight": kernel_as_stored_channels_last},
    ),
    altered(
        "convolution's bias lost",
        "A bias is not loaded and is zero.",
        models.convolved, "conv", {"bias": np.zeros_like},
    ),
    reordered(
        "channels of groups mixed",
        "The channels of two groups alternate where those of a group should follow each other.",
        models.convolved, "conv", {"weight": of_the_other_group}, groups=2,
    ),
    altered(
        "stale statistics",
        "Running statistics are not loaded and are as at the start, 0 and 1.",
        models.normalized, "norm", STATISTICS_AT_START,
    ),
    altered(
        "deviation for variance",
        "The running variance is taken for one, but is the standard deviation.",
        models.normalized, "norm", {"running_var": np.sqrt},
    ),
    altered(
        "batch norm's scale frozen",
        "The scale is taken as one, whatever was loaded: MXNet's fix_gamma.",
        models.normalized, "norm", {"weight": np.ones_like},
    ),
    altered(
        "layer norm without scale and shift",
        "Scale and shift are not loaded and are one and zero.",
        models.layer_normalized, "norm", {"weight": np.ones_like, "bias": np.zeros_like},
    ),
    altered(
        "mask inverted",
        "Dropout drops what it should keep, and keeps what it should drop.",
        models.dropped, "drop", {"mask": inverted},
    ),
    altered(
        "mask shared by a batch",
        "All examples of a batch have the mask of the first.",
        models.dropped, "drop", {"mask": shared(0)},
    ),
    altered(
        "mask shared by heads",
        "All heads of attention have the mask of the first: Flax's broadcast_dropout.",
        models.attended, "attention", {"mask": shared(1)}, drop_rate=0.4,
    ),
    altered(
        "mask of keys and queries",
        "The mask of attention has queries and keys interchanged.",
        models.attended, "attention", {"mask": turned}, drop_rate=0.4,
    ),
    reordered(
        "queries for keys",
        "Queries and keys are interchanged.",
        models.attended, "attention", packed(thirds(1, 0, 2)),
    ),
    reordered(
        "keys for values",
        "Keys and values are interchanged.",
        models.attended, "attention", packed(thirds(0, 2, 1)),
    ),
    reordered(
        "projections packed by head",
        "Queries, keys and values are packed head by head where each should be in one piece.",
        models.attended, "attention", packed(packed_by_head),
    ),
    altered(
        "scores not scaled",
        "The scores of attention are not divided by the root of a head's features.",
        models.attended, "attention", packed(queries_times(2.0)),
    ),
    altered(
        "scores scaled for one head",
        "The scores of attention are divided by the root of all features, not of a head's.",
        models.attended, "attention", packed(queries_times(HEADS**-0.5)),
    ),
    reordered(
        "projection of attention transposed",
        "The square weight of the projection out is transposed.",
        models.attended, "attention", {"out_proj.weight": turned},
    ),
    altered(
        "projections of attention without bias",
        "The biases of queries, keys and values are not loaded and are zero.",
        models.attended, "attention", {"in_proj_bias": np.zeros_like},
    ),
    reordered(
        "rows off by one",
        "Each token has the row of the one before it: a row for padding was counted or was not.",
        models.embedded, "rows", {"weight": moved_by_one},
    ),
    altered(
        "rows scaled",
        "Rows are multiplied by the root of their length, as in the paper on transformers, where "
        "they should be as they are.",
        models.embedded, "rows", {"weight": lambda rows: 2.0 * rows},
    ),
    reordered(
        "positions off by one",
        "Each position has the row of the one before it.",
        models.embedded, "positions", {"weight": moved_by_one},
    ),
    altered(
        "positions left out",
        "Positions are not added.",
        models.embedded, "positions", {"weight": np.zeros_like},
    ),
)  # fmt: skip
