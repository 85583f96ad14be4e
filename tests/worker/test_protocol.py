"""Messages arrive whole or not at all, and what is no message is refused."""

from __future__ import annotations

import os
import socket
import threading

import numpy as np
import pytest

from zoo.worker import protocol
from zoo.worker.protocol import ChannelClosedError, ProtocolError, receive, send


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(20)
        theirs.settimeout(20)
        yield ours, theirs


def test_fields_and_arrays_arrive(pair):
    ours, theirs = pair
    send(ours, {"do": "x", "text": "größe"}, {"a": np.arange(3)})
    message = receive(theirs)
    assert message.fields == {"do": "x", "text": "größe"}
    assert message.arrays["a"].tolist() == [0, 1, 2]


def test_messages_in_a_row_stay_apart(pair):
    """A second message's arrays are not taken for the first one's."""
    ours, theirs = pair
    for number in range(5):
        send(ours, {"number": number}, {"a": np.array(number)} if number % 2 else None)
    for number in range(5):
        message = receive(theirs)
        assert message.fields == {"number": number}
        assert {name: int(a) for name, a in message.arrays.items()} == (
            {"a": number} if number % 2 else {}
        )


def test_a_header_larger_than_the_sockets_buffer_arrives(pair):
    ours, theirs = pair
    text = "x" * (8 * 2**20)
    sender = threading.Thread(target=send, args=(ours, {"source": text}))
    sender.start()
    assert receive(theirs).fields["source"] == text
    sender.join()


def test_a_prefix_that_arrives_byte_by_byte_is_put_together(pair):
    ours, theirs = pair

    def drip():
        for byte in protocol.PREFIX.pack(b"zoo1", 2) + b"{}":
            ours.send(bytes([byte]))

    sender = threading.Thread(target=drip)
    sender.start()
    assert receive(theirs).fields == {}
    sender.join()


def test_messages_leave_no_descriptor_open(pair):
    ours, theirs = pair
    before = os.listdir("/dev/fd")
    for _ in range(3):
        send(ours, {}, {"a": np.zeros(2**18)})
        receive(theirs)
    assert len(os.listdir("/dev/fd")) == len(before)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"Hello, this is a framework's banner\n", "starts with b'zoo1'"),
        (protocol.PREFIX.pack(b"zoo1", 2**32 - 1), "over the limit"),
        (protocol.PREFIX.pack(b"zoo1", 5) + b"{no!}", "not JSON"),
        (protocol.PREFIX.pack(b"zoo1", 2) + b"\xff\xfe", "not JSON"),
        (protocol.PREFIX.pack(b"zoo1", 3) + b'{"a": 1}', "not JSON"),
        (protocol.PREFIX.pack(b"zoo1", 2) + b"[]", "JSON list, not an object"),
        (protocol.PREFIX.pack(b"zoo1", 100_000) + b"[" * 100_000, "not JSON"),
    ],
)
def test_garbage_is_refused(pair, sent, reason):
    ours, theirs = pair
    ours.sendall(sent)
    with pytest.raises(ProtocolError, match=reason):
        receive(theirs)


@pytest.mark.parametrize(
    "sent", [b"", b"zoo", protocol.PREFIX.pack(b"zoo1", 9), protocol.PREFIX.pack(b"zoo1", 9) + b"{"]
)
def test_a_message_cut_short_says_that_the_channel_closed(pair, sent):
    ours, theirs = pair
    ours.sendall(sent)
    ours.close()
    with pytest.raises(ChannelClosedError, match="closed"):
        receive(theirs)


def test_a_descriptor_that_holds_no_arrays_is_refused(pair):
    ours, theirs = pair
    with open(os.devnull) as nothing:
        socket.send_fds(ours, [protocol.PREFIX.pack(b"zoo1", 2) + b"{}"], [nothing.fileno()])
    with pytest.raises(ProtocolError, match="cannot be read"):
        receive(theirs)


@pytest.mark.parametrize(
    ("fields", "arrays"),
    [({"a": {1, 2}}, None), ({"a": b"bytes"}, None), ({}, {"a": np.array([object()])})],
)
def test_what_cannot_be_written_down_is_refused_before_anything_is_sent(pair, fields, arrays):
    ours, theirs = pair
    with pytest.raises(ProtocolError):
        send(ours, fields, arrays)
    send(ours, {"next": 1})
    assert receive(theirs).fields == {"next": 1}


def test_ready_is_asked_before_each_read_and_may_give_up(pair):
    """A sender that stops in the middle of a message cannot hold the reader."""
    ours, theirs = pair
    ours.sendall(protocol.PREFIX.pack(b"zoo1", 100) + b"{")
    asked = []

    def ready():
        asked.append(1)
        if len(asked) > 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        receive(theirs, ready)
