"""One life of a worker process: start it, ask it, read its log, end it with all that it started."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from typing import Any, Mapping, Sequence

from zoo.worker.protocol import ChannelClosedError, Message, receive, send
from zoo.worker.runtime import Array

LOOK_AGAIN = 0.1  # seconds; a descendant may hold the socket open after the worker has died
GRACE = 5.0  # seconds for a worker told to stop, so that its exit handlers can clean up
LOG_TAIL = 4096  # bytes


class Process:
    """A worker that runs; its log has no name, and so is gone when both sides are.

    Raises:
        OSError: the interpreter cannot be started.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 -- open as long as the process
        # Appending lets `ask` empty the log while the worker holds it open.
        fcntl.fcntl(self._log, fcntl.F_SETFL, fcntl.fcntl(self._log, fcntl.F_GETFL) | os.O_APPEND)
        self._channel, theirs = socket.socketpair()
        try:
            with theirs:
                self._popen = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=self._log,
                    stderr=self._log,
                    env=env,
                    start_new_session=True,
                )
        except BaseException:
            self._close()
            raise

    @property
    def pid(self) -> int:
        return self._popen.pid

    def ask(self, fields: Mapping[str, Any], arrays: Mapping[str, Array], wait: float) -> Message:
        """Send a request and wait `wait` seconds at most for its reply.

        Raises:
            TimeoutError: it did not take the request or did not reply in time.
            ChannelClosedError: it ended, or closed its channel.
            ProtocolError: the request cannot be sent, or the reply is not one.
        """
        deadline = time.monotonic() + wait
        os.ftruncate(self._log.fileno(), 0)
        self._channel.settimeout(wait)
        try:
            send(self._channel, fields, arrays)
        except socket.timeout:  # an alias of TimeoutError only from Python 3.10 on
            raise TimeoutError from None
        except ConnectionError:
            raise ChannelClosedError("the worker ended before it took the request") from None
        try:
            return receive(self._channel, lambda: self._wait_for_data(deadline))
        except ConnectionError:
            raise ChannelClosedError("the worker ended before it replied") from None

    def _wait_for_data(self, deadline: float) -> None:
        poll = select.poll()
        poll.register(self._channel, select.POLLIN)
        while True:
            left = deadline - time.monotonic()
            ended = self._popen.poll() is not None
            if poll.poll(0 if ended else 1000 * max(0.0, min(left, LOOK_AGAIN))):
                return
            if ended:
                raise ChannelClosedError("the worker ended before it replied")
            if left <= 0:
                raise TimeoutError

    def exit_status(self) -> int | None:
        """Its exit status, negative for a signal; None if it still runs after a second."""
        with suppress(subprocess.TimeoutExpired):
            return self._popen.wait(1.0)
        return None

    def ask_for_stack(self) -> None:
        """Have the worker print where it is into the log, even if it holds the interpreter."""
        self._popen.send_signal(signal.SIGUSR1)
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(0.2)  # time to print it; its end is as good

    def log(self) -> str:
        """The end of what was printed during the last request."""
        size = os.fstat(self._log.fileno()).st_size
        tail = os.pread(self._log.fileno(), LOG_TAIL, max(0, size - LOG_TAIL))
        return tail.decode(errors="replace").strip()

    def stop(self) -> None:
        """End it in good order, or by force if it does not."""
        with suppress(OSError, subprocess.TimeoutExpired):
            self._channel.settimeout(GRACE)
            send(self._channel, {"do": "stop"})
            self._popen.wait(GRACE)
        self.kill()

    def kill(self) -> None:
        """End it now, with every process that it started and left in its group."""
        with suppress(ProcessLookupError, PermissionError):  # macOS: a group of zombies
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        self._close()

    def _close(self) -> None:
        self._channel.close()
        self._log.close()
