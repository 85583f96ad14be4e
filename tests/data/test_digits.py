from __future__ import annotations

import hashlib

import numpy as np
import pytest

from zoo.data import digits
from zoo.data.checked import DataFileError
from zoo.errors import UsageError

# From optdigits.names, which UCI publishes with the data: the test set's images of each class.
UCI_TEST_SET_COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]

# The first line of UCI's optdigits.tes, a zero.
FIRST_IMAGE = [
    [0, 0, 5, 13, 9, 1, 0, 0],
    [0, 0, 13, 15, 10, 15, 5, 0],
    [0, 3, 15, 2, 0, 11, 8, 0],
    [0, 4, 12, 0, 0, 8, 8, 0],
    [0, 5, 8, 0, 0, 9, 8, 0],
    [0, 4, 11, 0, 1, 12, 7, 0],
    [0, 2, 14, 5, 10, 12, 0, 0],
    [0, 0, 6, 13, 10, 0, 0, 0],
]


@pytest.fixture(scope="module")
def data():
    return digits.load()


@pytest.fixture(scope="module")
def everything(data):
    return (
        np.concatenate([data.train_images, data.test_images]),
        np.concatenate([data.train_labels, data.test_labels]),
    )


def test_provenance(everything):
    """The images are UCI's test set: its size, its count of each class and its first image."""
    images, labels = everything
    assert images.shape == (1797, 8, 8)
    assert np.bincount(labels).tolist() == UCI_TEST_SET_COUNTS
    assert images.min() == 0
    assert images.max() == 16
    (where,) = np.nonzero((images == FIRST_IMAGE).all(axis=(1, 2)))
    assert labels[where].tolist() == [0]


def test_licence_names_what_cc_by_asks_for():
    """Creators, source, licence and changes stand in the text beside the file."""
    text = digits.FILE.with_name("LICENSE-digits.txt").read_text(encoding="utf-8")
    for part in ("Alpaydin", "Kaynak", "10.24432/C50P49", "CC BY 4.0", "What was changed"):
        assert part in text


def test_altered_file_is_refused(tmp_path, monkeypatch):
    """Loading verifies the checksum of the file that it reads."""
    altered = tmp_path / "digits.csv.gz"
    altered.write_bytes(digits.FILE.read_bytes()[:-1])
    monkeypatch.setattr(digits, "FILE", altered)
    with pytest.raises(DataFileError, match="not the one that was shipped"):
        digits.load()


def test_parts(data):
    """The parts have 1,437 and 360 images, as uint8 pixels and int64 labels."""
    assert data.train_images.shape == (1437, 8, 8)
    assert data.test_images.shape == (360, 8, 8)
    assert (len(data.train_labels), len(data.test_labels)) == (1437, 360)
    assert data.train_images.dtype == data.test_images.dtype == np.uint8
    assert data.train_labels.dtype == data.test_labels.dtype == np.int64


def test_split_is_stratified(data):
    """Each class gives a fifth of its images to the test part, to within one."""
    given = np.bincount(data.test_labels)
    due = np.array(UCI_TEST_SET_COUNTS) * 360 / 1797
    assert np.abs(given - due).max() <= 1


def test_parts_do_not_overlap(everything):
    """The file has no image twice and the split repeats none."""
    assert len(np.unique(everything[0].reshape(1797, -1), axis=0)) == 1797


def test_labels_belong_to_their_images(data):
    """The nearest training image names the right digit for almost every test image."""
    train, test = digits.flat(data.train_images), digits.flat(data.test_images)
    distance = (train**2).sum(axis=1) - 2 * test @ train.T
    nearest = data.train_labels[distance.argmin(axis=1)]
    assert (nearest == data.test_labels).mean() > 0.97


def test_split_is_pinned(data):
    """The split and its order are the same on every machine and NumPy version."""
    digest = hashlib.sha256()
    for part in data:
        digest.update(part.astype("<i8").tobytes())
    assert digest.hexdigest() == "0a7105134f573df16ca35662263673c3957da09f8ec34932c2ddf057aa7853d8"


def test_flat(data):
    """Features are the sixteenths of the pixels, exact also in float16."""
    features = digits.flat(data.test_images)
    assert features.shape == (360, 64)
    assert features.dtype == np.float64
    assert np.array_equal(features * 16, data.test_images.reshape(360, 64))
    assert np.array_equal(features, features.astype(np.float16))


@pytest.mark.parametrize(("size", "channels"), [(8, 1), (16, 1), (32, 3)])
def test_images(data, size, channels):
    """Enlarged pixels are blocks of one value in every channel, scaled to 0..1."""
    images = digits.images(data.test_images[:5], size, channels)
    assert images.shape == (5, channels, size, size)
    assert images.dtype == np.float64
    factor = size // 8
    for row in range(size):
        for column in range(size):
            pixel = data.test_images[:5, row // factor, column // factor] / 16
            assert np.array_equal(images[:, :, row, column], np.repeat(pixel[:, None], channels, 1))


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (4, 1), (0, 1), (-8, 1), (8, 0)])
def test_impossible_images(data, size, channels):
    """A size that is no whole multiple of 8, or no channel, is refused with what is possible."""
    with pytest.raises(UsageError, match=f"size {size} with {channels} channels.*multiple of 8"):
        digits.images(data.test_images, size, channels)


def test_tokens(data):
    """Tokens are the pixels in reading order, within the vocabulary."""
    tokens = digits.tokens(data.train_images)
    assert tokens.shape == (1437, 64)
    assert tokens.dtype == np.int64
    assert tokens[7, 8 * 3 + 2] == data.train_images[7, 3, 2]
    assert tokens.max() == digits.VOCABULARY - 1


def test_batches_cover_an_epoch():
    """Within an epoch no example comes twice, and only a partial batch is left out."""
    steps = digits.batches(103, 10, 3, seed=5)
    assert steps.shape == (30, 10)
    assert steps.dtype == np.int64
    for epoch in steps.reshape(3, 100):
        assert len(set(epoch.tolist())) == 100
        assert epoch.min() >= 0
        assert epoch.max() < 103


def test_epochs_differ_and_are_stable():
    """Each epoch has its own order, and more epochs do not change the first ones."""
    three, one = digits.batches(50, 7, 3, seed=1), digits.batches(50, 7, 1, seed=1)
    assert np.array_equal(three[:7], one)
    assert not np.array_equal(three[:7], three[7:14])
    assert not np.array_equal(one, digits.batches(50, 7, 1, seed=2))


def test_batches_are_pinned():
    """The order depends on nothing but the arguments."""
    assert digits.batches(10, 5, 1, seed=0).tolist() == [[0, 2, 9, 1, 8], [5, 4, 3, 6, 7]]


def test_largest_seed_and_no_epochs():
    """The ends of the ranges are served."""
    assert digits.batches(4, 4, 1, seed=2**64 - 1).shape == (1, 4)
    assert digits.batches(4, 4, 0, seed=0).shape == (0, 4)


@pytest.mark.parametrize(
    "arguments", [(3, 4, 1, 0), (3, 0, 1, 0), (3, 1, -1, 0), (3, 1, 1, -1), (3, 1, 1, 2**64)]
)
def test_impossible_batches(arguments):
    """Numbers out of range are refused with the range."""
    with pytest.raises(UsageError, match="batch from 1 to the number of examples"):
        digits.batches(*arguments)
