"""Arrays on their way between two processes: safetensors in an unnamed file, mapped by the reader.

The file has no name (a memfd on Linux, an unlinked temporary file elsewhere); its descriptor
travels over the socket. So nothing is left behind whichever side dies, and the size of /dev/shm is
no limit.

Memory for an array of n bytes: the sender's own n, and n in the file, which the reader sees through
its mapping without a copy of its own. The file goes when the last array that was read from it does.
The library's `save_file` wants a name to rename to, and its readers copy, so the twenty lines that
lay out the bytes are ours; the library checks every header that is read.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import tempfile
from typing import Any, Mapping

import numpy as np
from safetensors import SafetensorError, safe_open

from zoo.worker.runtime import Array

DTYPES = {
    "BOOL": np.dtype("?"),
    **{f"U{8 * size}": np.dtype(f"<u{size}") for size in (1, 2, 4, 8)},
    **{f"I{8 * size}": np.dtype(f"<i{size}") for size in (1, 2, 4, 8)},
    **{f"F{8 * size}": np.dtype(f"<f{size}") for size in (2, 4, 8)},
}
CODES = {dtype: code for code, dtype in DTYPES.items()}
MAPPED_FROM = 2**20  # bytes; a mapping holds a descriptor, so smaller bodies are read instead


class ProtocolError(Exception):
    """What arrived, or was to be sent, is no message of this protocol."""


def write(arrays: Mapping[str, Array]) -> int:
    """The descriptor of an unnamed file that holds the arrays; the caller closes it.

    Raises:
        ProtocolError: an array has a dtype other than those in `DTYPES`, such as object.
        OSError: there is no room for them.
    """
    plain = {name: _plain(name, array) for name, array in arrays.items()}
    order = sorted(plain, key=lambda name: (-plain[name].itemsize, name))  # keeps each one aligned
    header, end = {}, 0
    for name in order:
        start, end = end, end + plain[name].nbytes
        code, shape = CODES[plain[name].dtype], list(plain[name].shape)
        header[name] = {"dtype": code, "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 64)
    descriptor = _unnamed_file()
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for name in order:
                # reshape copies a strided array into C order, one at a time.
                file.write(plain[name].reshape(-1).view(np.uint8).data)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read(descriptor: int) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays in a file, writable and private to the caller; the descriptor may be closed after.

    Raises:
        ProtocolError: the file is no safetensors file, or has a dtype outside `DTYPES`.
    """
    try:
        with safe_open(f"/dev/fd/{descriptor}", framework="np") as opened:
            slices = [(name, opened.get_slice(name)) for name in opened.offset_keys()]
            layout = [(name, part.get_dtype(), part.get_shape()) for name, part in slices]
    except (SafetensorError, OSError) as error:
        raise ProtocolError(f"the arrays cannot be read: {error}") from None
    body = _body(descriptor)
    offset = 8 + int.from_bytes(body[:8], "little")
    arrays = {}
    for name, code, shape in layout:  # in the order of the bytes, and without holes: both checked
        if code not in DTYPES:
            raise ProtocolError(f"array {name!r} has dtype {code}; possible: {', '.join(DTYPES)}")
        arrays[name] = np.ndarray(tuple(shape), DTYPES[code], buffer=body, offset=offset)
        offset += arrays[name].nbytes
    return arrays


def _plain(name: str, array: Array) -> np.ndarray[Any, Any]:
    """The array in little-endian order; a copy only if it is not so already."""
    array = np.asarray(array)
    little = array.dtype.newbyteorder("<")
    if little not in CODES:
        possible = ", ".join(map(str, CODES))
        raise ProtocolError(f"array {name!r} has dtype {array.dtype}; possible: {possible}")
    return np.asarray(array, little)


def _unnamed_file() -> int:
    if sys.platform == "linux":
        return os.memfd_create("zoo-arrays")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _body(descriptor: int) -> bytearray | mmap.mmap:
    size = os.fstat(descriptor).st_size
    if size >= MAPPED_FROM:
        return mmap.mmap(descriptor, size, access=mmap.ACCESS_COPY)
    return bytearray(os.pread(descriptor, size, 0))
