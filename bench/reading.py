"""What the part `reads` requests, and how each response is checked."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from itertools import cycle
from typing import TypeVar

import msgspec

from bench.driver import WrongAnswer, connected
from bench.servers import Constant

VERIFY_EVERY = 97
"""One response in so many is parsed and compared. Of all others only the length is checked."""
STATUS = re.compile(rb'<article class="status" id="s(\d+)"')

Content = Callable[[bytes], object]
Found = TypeVar("Found")


class Read(msgspec.Struct, frozen=True):
    """One measurement: the requests, sent in turn."""

    key: str
    title: str
    requests: list[bytes]
    content: Content
    """Extracts what must be the same in every response to the same request. Raises `WrongAnswer` for anything else."""
    media_type: str = "application/json"
    encoding: str = ""
    is_moving: bool = False
    """Whether posts are written meanwhile, so that responses change."""


class Reader:
    """A client that sends the requests in turn, and compares responses with the first ones unless posts are written meanwhile."""

    def __init__(self, read: Read, port: int) -> None:
        self.read = read
        self._turn = cycle(range(len(read.requests)))
        self._pending: dict[int, int] = {}
        self._received = 0
        self._first = [self._answer(port, one) for one in read.requests]
        self._lengths = [len(one) for one in self._first]
        self._contents = [read.content(one) for one in self._first]

    def next_request(self, connection: int) -> bytes:
        number = self._pending[connection] = next(self._turn)
        return self.read.requests[number]

    def check_response(self, connection: int, body: memoryview) -> None:
        number = self._pending[connection]
        if not 0.5 < len(body) / self._lengths[number] < 2:
            raise WrongAnswer(f"{self.read.key}: {len(body)} bytes where {self._lengths[number]} were expected")
        self._received += 1
        if self._received % VERIFY_EVERY == 0:
            content = self.read.content(bytes(body))
            if content != self._contents[number] and not self.read.is_moving:
                raise WrongAnswer(f"{self.read.key}: {content!r} where {self._contents[number]!r} was expected")

    @property
    def constant(self) -> Constant:
        """The response of median length, for the servers that always send the same bytes."""
        middle = sorted(self._first, key=len)[len(self._first) // 2]
        return Constant(f"/{self.read.key}", middle, self.read.media_type, self.read.encoding)

    def _answer(self, port: int, request: bytes) -> bytes:
        with connected(port) as fetch:
            return bytes(fetch(request))


class Echo:
    """A client for a server that always sends the same response. It sends the same headers as the reader."""

    def __init__(self, reader: Reader) -> None:
        path = f"/{reader.read.key}".encode()
        _, _, rest = reader.read.requests[0].partition(b"\r\n")
        self._request = b"GET %b HTTP/1.1\r\n%b" % (path, rest)
        self._length = len(reader.constant.body)

    def next_request(self, connection: int) -> bytes:
        return self._request

    def check_response(self, connection: int, body: memoryview) -> None:
        if len(body) != self._length:
            raise WrongAnswer("a constant response has another length")


def ids(body: bytes) -> list[str]:
    return [one["id"] for one in _filled(msgspec.json.decode(body))]


def gzip_ids(body: bytes) -> list[str]:
    return ids(gzip.decompress(body))


def one_id(body: bytes) -> str:
    return str(_filled(msgspec.json.decode(body))["id"])


def thread_ids(body: bytes) -> list[str]:
    found = msgspec.json.decode(body)
    return [one["id"] for one in _filled(found["ancestors"] + found["descendants"])]


def page_ids(body: bytes) -> list[bytes]:
    if b"</html>" not in body:
        raise WrongAnswer("an incomplete page")
    return _filled(STATUS.findall(body))


def _filled(found: Found) -> Found:
    if not found:
        raise WrongAnswer("an empty answer")
    return found
