"""The load generator: an HTTP client that sends the next request as soon as a response arrives, on keep-alive connections.

It uses little CPU, so that the server is what is measured: one loop, no framework, one receive buffer for each connection.
"""

from __future__ import annotations

import selectors
import socket
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles
from typing import Protocol

HOST = "127.0.0.1"
LARGEST_ANSWER = 4 << 20
LONGEST_WAIT = 30.0


class WrongAnswer(Exception):
    """A response is not what it should be. The run ends: figures of a server that answers wrongly mean nothing."""


class Client(Protocol):
    def next_request(self, connection: int) -> bytes:
        """The next request to send on this connection."""
        ...

    def check_response(self, connection: int, body: memoryview) -> None:
        """Called with the body of each 200 response. May raise `WrongAnswer`. The buffer is reused afterwards."""
        ...


class Load:
    """The result of `drive`. `waits`: seconds until each response."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits = array("d")

    @property
    def count(self) -> int:
        return len(self.waits)

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    def percentile(self, share: int) -> float:
        """Of the waits, in milliseconds."""
        return percentile(list(self.waits), share) * 1000


def percentile(values: list[float], share: int) -> float:
    return quantiles(values, n=100, method="inclusive")[share - 1] if len(values) > 1 else values[0]


class _Connection:
    def __init__(self, number: int, port: int) -> None:
        self.number = number
        self.socket = connect(port)
        self.buffer = memoryview(bytearray(LARGEST_ANSWER))
        self.received = self.wanted = self.body_at = 0
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.received = self.wanted = 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Returns whether the response is complete."""
        more = self.socket.recv_into(self.buffer[self.received :])
        if not more:
            raise WrongAnswer("the server closed the connection")
        self.received += more
        if not self.wanted and (head := self._head()):
            self.body_at = len(head)
            self.wanted = self.body_at + body_length(head)
        return 0 < self.wanted <= self.received

    @property
    def body(self) -> memoryview:
        return self.buffer[self.body_at : self.received]

    def _head(self) -> bytes:
        head, end, _ = bytes(self.buffer[: min(self.received, 16384)]).partition(b"\r\n\r\n")
        return head + end if end else b""


def drive(port: int, client: Client, *, seconds: float, connections: int) -> Load:
    """Sends requests for so many seconds, then waits for the last responses."""
    load, watched = Load(), selectors.DefaultSelector()
    opened = [_Connection(number, port) for number in range(connections)]
    begun = time.perf_counter()
    for one in opened:
        watched.register(one.socket, selectors.EVENT_READ, one)
        one.send(client.next_request(one.number))
    busy = connections
    while busy:
        ready = watched.select(LONGEST_WAIT)
        if not ready:
            raise WrongAnswer(f"no answer for {LONGEST_WAIT:.0f} seconds")
        for key, _ in ready:
            one = key.data
            if not one.receive():
                continue
            now = time.perf_counter()
            load.waits.append(now - one.sent_at)
            client.check_response(one.number, one.body)
            if now - begun < seconds:
                one.send(client.next_request(one.number))
            else:
                busy -= 1
    load.seconds = time.perf_counter() - begun
    watched.close()
    for one in opened:
        one.socket.close()
    return load


@contextmanager
def connected(port: int) -> Iterator[Callable[[bytes], memoryview]]:
    """A function that sends a request on one connection and returns the body of the response. The next call reuses the buffer."""
    one = _Connection(0, port)
    one.socket.settimeout(LONGEST_WAIT)

    def fetch(request: bytes) -> memoryview:
        one.send(request)
        while not one.receive():
            pass
        return one.body

    try:
        yield fetch
    finally:
        one.socket.close()


def connect(port: int) -> socket.socket:
    opened = socket.create_connection((HOST, port), timeout=LONGEST_WAIT)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def body_length(head: bytes) -> int:
    """The Content-Length. Raises `WrongAnswer` unless the status is 200."""
    if head[9:12] != b"200":
        raise WrongAnswer(head.partition(b"\r\n")[0].decode())
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    if not found:
        raise WrongAnswer("the response has no Content-Length")
    return int(rest.partition(b"\r\n")[0])
