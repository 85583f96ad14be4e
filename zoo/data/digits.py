"""Handwritten digits: 1,797 images of 8x8 pixels, so that every model can be trained for real.

E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
Repository, 1998, https://doi.org/10.24432/C50P49, CC BY 4.0; LICENSE-digits.txt says more.

Every order here is the sorting order of a Philox bit stream. NumPy promises that stream to be the
same in every version, which it does not for `Generator.permutation`.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zoo.data.checked import read_checked
from zoo.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = Path(__file__).with_name("digits.csv.gz")
SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"
SIDE = 8
CLASSES = 10
VOCABULARY = 17
TEST_COUNT = 360
SPLIT_SEED = 0


class Digits(NamedTuple):
    """Both parts: images are uint8 (N, 8, 8) with values 0..16, labels int64 (N,)."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.int64]


def load() -> Digits:
    """1,437 training and 360 test images, always the same ones, in a fixed shuffled order.

    Each class gives a fifth of its images to the test part, to within one image. Both parts hold
    all 13 writers: the split measures learning, not generalisation to new writers.

    Raises:
        DataFileError: the shipped file is missing or altered.
    """
    lines = gzip.decompress(read_checked(FILE, SHA256)).decode("ascii").splitlines()
    table = np.loadtxt(lines, delimiter=",", dtype=np.int64)
    pixels = table[:, :-1].astype(np.uint8).reshape(-1, SIDE, SIDE)
    labels = np.ascontiguousarray(table[:, -1])
    test, train = np.split(_stratified_order(labels, SPLIT_SEED), [TEST_COUNT])
    return Digits(pixels[train], labels[train], pixels[test], labels[test])


def flat(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Pixels as features: (N, 8, 8) to float64 (N, 64) in [0, 1], value / 16.

    Sixteenths are exact in every floating-point format, so narrowing them loses nothing.
    """
    return pixels.reshape(len(pixels), -1) / 16.0


def images(pixels: NDArray[np.uint8], size: int = SIDE, channels: int = 1) -> NDArray[np.float64]:
    """Images for convolutions: (N, 8, 8) to float64 (N, channels, size, size) in [0, 1].

    Each pixel is repeated size / 8 times both ways, so no interpolation rule is involved; every
    channel is the same grey image.

    Raises:
        UsageError: `size` is no multiple of 8, or a number is not positive.
    """
    if size < SIDE or size % SIDE or channels < 1:
        raise UsageError(
            f"digits: size {size} with {channels} channels is not possible: "
            f"size must be a multiple of {SIDE} ({SIDE}, 16, 24, 32 ...) and channels at least 1"
        )
    factor = size // SIDE
    large = pixels.repeat(factor, axis=1).repeat(factor, axis=2)[:, None] / 16.0
    return large.repeat(channels, axis=1)


def tokens(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Pixels as a sequence, row by row: (N, 8, 8) to int64 (N, 64), token ids 0..16."""
    return pixels.reshape(len(pixels), -1).astype(np.int64)


def batches(count: int, batch: int, epochs: int, seed: int) -> NDArray[np.int64]:
    """Which examples each training step sees: int64 (steps, batch) of indices below `count`.

    Each epoch is shuffled anew by (seed, epoch), so asking for more epochs leaves the earlier ones
    as they were. The last, partial batch of an epoch is dropped: steps = epochs * (count // batch).

    Raises:
        UsageError: a number is out of range, or there are fewer examples than one batch needs.
    """
    if epochs < 0 or not 0 < batch <= count or not 0 <= seed < 2**64:
        raise UsageError(
            f"batches: {epochs} epochs of batches of {batch} from {count} examples, seed {seed}: "
            "epochs must be at least 0, batch from 1 to the number of examples, seed below 2**64"
        )
    kept = count - count % batch
    orders = [_shuffled(count, seed, epoch)[:kept] for epoch in range(epochs)]
    return np.array(orders, dtype=np.int64).reshape(-1, batch)


def _shuffled(count: int, seed: int, stream: int) -> NDArray[np.intp]:
    key = np.array([seed, stream], dtype=np.uint64)
    return np.argsort(np.random.Philox(key=key).random_raw(count), kind="stable")


def _stratified_order(labels: NDArray[np.int64], seed: int) -> NDArray[np.intp]:
    """A shuffled order in which every leading part holds each class in its due share."""
    shuffled = _shuffled(len(labels), seed, 0)
    position = np.empty(len(labels))
    for label in range(CLASSES):
        members = shuffled[labels[shuffled] == label]
        position[members] = (np.arange(len(members)) + 0.5) / len(members)
    return shuffled[np.argsort(position[shuffled], kind="stable")]
