"""Messages over a Unix socket: a prefix, a JSON header, and the descriptor of a file of arrays.

    4 bytes  b"zoo1"
    4 bytes  length of the header, big-endian; the descriptor, if any, comes with these eight
    header   a JSON object in UTF-8

A request has the field `do`. A reply has the fields that answer it, or `error` (see `child`).
Nothing is ever unpickled: the two sides run different versions of Python and NumPy.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any, Callable, Mapping, NamedTuple

import numpy as np

from zoo.worker import arrays as array_files
from zoo.worker.arrays import ProtocolError
from zoo.worker.runtime import Array

__all__ = ["ChannelClosedError", "Message", "ProtocolError", "receive", "send"]

PREFIX = struct.Struct(">4sI")
MAGIC = b"zoo1"
HEADER_LIMIT = 64 * 2**20  # bytes; far above any emitted source, far below what garbage announces


class ChannelClosedError(ProtocolError):
    """The other side is gone, at the border of two messages or inside one."""


class Message(NamedTuple):
    """A request or a reply.

    Attributes:
        fields: the header, JSON-able.
        arrays: by name; see `arrays.DTYPES` for the dtypes. Those of one large message share a
        file,
            which stays in memory as long as one of them does.
    """

    fields: dict[str, Any]
    arrays: dict[str, np.ndarray[Any, Any]]


def send(
    channel: socket.socket,
    fields: Mapping[str, Any],
    arrays: Mapping[str, Array] | None = None,
) -> None:
    """Send one message; nothing is sent if it cannot be written down.

    Raises:
        ProtocolError: a field is not JSON-able, or an array has a dtype outside `arrays.DTYPES`.
        OSError: no room for the arrays, or the other side is gone; TimeoutError if it does not
        read.
    """
    try:
        header = json.dumps(fields).encode()
    except (TypeError, ValueError) as error:
        raise ProtocolError(f"the fields are not JSON: {error}") from None
    if len(header) > HEADER_LIMIT:
        raise ProtocolError(f"a header of {len(header)} bytes is over the limit of {HEADER_LIMIT}")
    descriptors = [array_files.write(arrays)] if arrays else []
    try:
        prefix = PREFIX.pack(MAGIC, len(header))
        sent = socket.send_fds(channel, [prefix], descriptors)
        channel.sendall(prefix[sent:] + header)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def receive(channel: socket.socket, ready: Callable[[], None] = lambda: None) -> Message:
    """The next message; `ready` is called before each read and may raise to give up.

    Raises:
        ChannelClosedError: the other side closed the channel.
        ProtocolError: what came is not a message; the channel is of no more use.
    """
    ready()
    start, descriptors, _flags, _address = socket.recv_fds(channel, PREFIX.size, 1)
    try:
        if not start:
            raise ChannelClosedError("the channel was closed")
        start += _exactly(channel, PREFIX.size - len(start), ready)
        fields = _parse(_exactly(channel, _header_length(start), ready))
        return Message(fields, array_files.read(descriptors[0]) if descriptors else {})
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _header_length(prefix: bytes) -> int:
    magic, length = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise ProtocolError(f"a message starts with {MAGIC!r}, this one with {prefix!r}")
    if length > HEADER_LIMIT:
        raise ProtocolError(f"a header of {length} bytes is over the limit of {HEADER_LIMIT}")
    return int(length)


def _parse(header: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the header is not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise ProtocolError(f"the header is a JSON {type(fields).__name__}, not an object")
    return fields


def _exactly(channel: socket.socket, count: int, ready: Callable[[], None]) -> bytes:
    received = bytearray()
    while len(received) < count:
        ready()
        part = channel.recv(count - len(received))
        if not part:
            raise ChannelClosedError(
                f"the channel was closed {count - len(received)} bytes too early"
            )
        received += part
    return bytes(received)
