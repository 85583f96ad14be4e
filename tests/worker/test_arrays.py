"""Arrays come out of a file as they went in, and what is no array file is refused."""

from __future__ import annotations

import json
import os
import resource
import struct
import sys

import numpy as np
import pytest

from zoo.worker import arrays


@pytest.fixture
def there_and_back():
    def there_and_back(sent):
        descriptor = arrays.write(sent)
        try:
            return arrays.read(descriptor)
        finally:
            os.close(descriptor)

    return there_and_back


@pytest.fixture
def read_bytes():
    def read_bytes(content):
        descriptor = os.memfd_create("test")
        try:
            os.write(descriptor, content)
            return arrays.read(descriptor)
        finally:
            os.close(descriptor)

    return read_bytes


def assert_same(got, sent):
    assert got.dtype == sent.dtype
    assert got.shape == sent.shape
    assert got.tobytes() == sent.tobytes()


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3), (2, 1, 3, 2)])
def test_dtype_shape_and_bits_survive(there_and_back, dtype, shape):
    sent = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    assert_same(there_and_back({"a": np.asarray(sent)})["a"], sent)


def test_many_dtypes_in_one_file_stay_aligned_and_apart(there_and_back):
    """Odd numbers of small items before large ones do not shift the large ones."""
    sent = {
        "flags": np.array([True, False, True]),
        "a/b.weight": np.linspace(0, 1, 5),
        "bytes": np.arange(7, dtype=np.uint8),
        "ids": np.arange(3, dtype=np.int64),
        "half": np.arange(3, dtype=np.float32),
        "nothing": np.zeros((0, 4), np.int32),
        "größe": np.array(3, np.int32),
    }
    got = there_and_back(sent)
    assert set(got) == set(sent)
    for name, array in sent.items():
        assert_same(got[name], array)
        assert got[name].flags.aligned


def test_nan_payload_and_signed_zero_survive(there_and_back):
    bits = np.array([0x7FF8000000000123, 0x8000000000000000, 0xFFF0000000000000], np.uint64)
    assert there_and_back({"a": bits.view(np.float64)})["a"].tobytes() == bits.tobytes()


def test_views_arrive_with_the_values_they_show(there_and_back):
    """Strides, reversed axes and foreign byte order are resolved, not sent as raw memory."""
    base = np.arange(24.0).reshape(2, 3, 4)
    sent = {"t": base.T, "step": base[:, ::2], "back": base[::-1], "big": base.astype(">f8")}
    got = there_and_back(sent)
    for name, array in sent.items():
        np.testing.assert_array_equal(got[name], array)


@pytest.mark.parametrize("elements", [4, arrays.MAPPED_FROM])
def test_read_arrays_are_writable_and_private(elements):
    """Below and above the size from which a file is mapped."""
    descriptor = arrays.write({"a": np.zeros(elements, np.uint8)})
    try:
        first, second = arrays.read(descriptor)["a"], arrays.read(descriptor)["a"]
    finally:
        os.close(descriptor)
    first[:] = 1
    assert not second.any()
    assert first.all()


@pytest.mark.parametrize(
    "array", [np.array([{}, None]), np.array(["text"]), np.array([1j]), np.array("2026", "M8[D]")]
)
def test_arrays_that_would_need_pickle_or_meaning_are_refused(array):
    with pytest.raises(arrays.ProtocolError, match=r"'odd' has dtype .*possible: bool"):
        arrays.write({"fine": np.zeros(2), "odd": array})


def test_refused_arrays_leave_no_descriptor_open():
    before = os.listdir("/dev/fd")
    with pytest.raises(arrays.ProtocolError):
        arrays.write({"odd": np.array([None])})
    assert len(os.listdir("/dev/fd")) == len(before)


def test_arrays_that_find_no_room_leave_no_descriptor_open():
    before, limit = os.listdir("/dev/fd"), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            arrays.write({"a": np.ones(1000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert len(os.listdir("/dev/fd")) == len(before)


def safetensors_bytes(header, data):
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


ONE = {"a": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}}


def test_the_layout_used_by_the_hostile_cases_is_readable(read_bytes):
    assert read_bytes(safetensors_bytes(ONE, bytes(16)))["a"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1234567",
        struct.pack("<Q", 2**60) + b"{}",
        struct.pack("<Q", 4) + b"{no}",
        safetensors_bytes(ONE, bytes(15)),
        safetensors_bytes(ONE, bytes(17)),
        safetensors_bytes({"a": {**ONE["a"], "shape": [3]}}, bytes(16)),
        safetensors_bytes({"a": {**ONE["a"], "shape": [-2]}}, bytes(16)),
        safetensors_bytes({"a": {**ONE["a"], "data_offsets": [0, 2**62]}}, bytes(16)),
        safetensors_bytes({"a": {**ONE["a"], "dtype": "O"}}, bytes(16)),
        safetensors_bytes({"a": {"dtype": "BF16", "shape": [1], "data_offsets": [0, 2]}}, bytes(2)),
    ],
)
def test_hostile_files_are_refused(read_bytes, content):
    with pytest.raises(arrays.ProtocolError):
        read_bytes(content)


@pytest.mark.skipif(sys.platform != "linux", reason="reads peak memory from /proc")
def test_a_large_array_is_copied_once_on_its_way(script):
    """The sender adds no memory of its own; the receiver has the shared file and what it makes.

    The fake runtime copies what it is given, as frameworks do: so the worker may reach twice the
    size on the way in. On the way back the parent has the mapped file alone.
    """
    program = script("""
import re
def peak(pid):
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024
def forget_peak(pid):
    Path(f"/proc/{pid}/clear_refs").write_text("5")
size = 64 * 10**6
big = np.ones(size // 8)
with worker:
    prepare(weight=np.ones((1, 1)))
    here, there = peak("self"), peak(worker.pid)
    worker.request("write", {"state.big": big})
    print((peak("self") - here) / size, (peak(worker.pid) - there) / size)
    forget_peak("self")
    here = peak("self")
    got = worker.request("state").arrays["state.big"]
    assert got.sum() == size // 8
    print((peak("self") - here) / size)
""")
    out, _ = program.communicate(timeout=60)
    sent_here, sent_there, received = map(float, out.split())
    assert sent_here < 0.1
    assert 0.9 < sent_there < 2.1
    assert 0.9 < received < 1.1
