"""The pages that people read most, and how an answer is known to be the right one."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from itertools import cycle
from typing import TypeVar

import msgspec

from bench.driver import WrongAnswer, conversation
from bench.servers import Constant

VERIFY_EVERY = 97
"""Of each so many answers one is taken apart; of all the others, the length must be plausible."""
STATUS = re.compile(rb'<article class="status" id="s(\d+)"')

Content = Callable[[bytes], object]
Found = TypeVar("Found")


class Read(msgspec.Struct, frozen=True):
    key: str
    title: str
    asked: list[bytes]
    content: Content
    """What must be the same in every answer to the same request; raises `WrongAnswer` when it is not an answer at all."""
    media_type: str = "application/json"
    encoding: str = ""
    is_moving: bool = False
    """Whether there are posts meanwhile."""


class Reader:
    """Asks for these in turn; compares with what came the first time, as long as nothing is written meanwhile."""

    def __init__(self, read: Read, port: int) -> None:
        self.read = read
        self._turn = cycle(range(len(read.asked)))
        self._under_way: dict[int, int] = {}
        self._heard = 0
        self._first = [self._answer(port, one) for one in read.asked]
        self._lengths = [len(one) for one in self._first]
        self._contents = [read.content(one) for one in self._first]

    def ask(self, connection: int) -> bytes:
        number = self._under_way[connection] = next(self._turn)
        return self.read.asked[number]

    def hear(self, connection: int, body: memoryview) -> None:
        number = self._under_way[connection]
        if not 0.5 < len(body) / self._lengths[number] < 2:
            raise WrongAnswer(f"{self.read.key}: {len(body)} bytes where {self._lengths[number]} were expected")
        self._heard += 1
        if self._heard % VERIFY_EVERY == 0:
            content = self.read.content(bytes(body))
            if content != self._contents[number] and not self.read.is_moving:
                raise WrongAnswer(f"{self.read.key}: {content!r} where {self._contents[number]!r} was expected")

    @property
    def constant(self) -> Constant:
        """The one of middling length."""
        middling = sorted(self._first, key=len)[len(self._first) // 2]
        return Constant(f"/{self.read.key}", middling, self.read.media_type, self.read.encoding)

    def _answer(self, port: int, request: bytes) -> bytes:
        with conversation(port) as ask:
            return bytes(ask(request))


class Echo:
    """Asks a constant server, with the same headers."""

    def __init__(self, reader: Reader) -> None:
        path = f"/{reader.read.key}".encode()
        _, _, rest = reader.read.asked[0].partition(b"\r\n")
        self._asked = b"GET %b HTTP/1.1\r\n%b" % (path, rest)
        self._length = len(reader.constant.body)

    def ask(self, connection: int) -> bytes:
        return self._asked

    def hear(self, connection: int, body: memoryview) -> None:
        if len(body) != self._length:
            raise WrongAnswer("a constant has another length")


def ids(body: bytes) -> list[str]:
    return [one["id"] for one in _filled(msgspec.json.decode(body))]


def packed_ids(body: bytes) -> list[str]:
    return ids(gzip.decompress(body))


def one_id(body: bytes) -> str:
    return str(_filled(msgspec.json.decode(body))["id"])


def thread_ids(body: bytes) -> list[str]:
    found = msgspec.json.decode(body)
    return [one["id"] for one in _filled(found["ancestors"] + found["descendants"])]


def page_ids(body: bytes) -> list[bytes]:
    if b"</html>" not in body:
        raise WrongAnswer("a page without an end")
    return _filled(STATUS.findall(body))


def _filled(found: Found) -> Found:
    if not found:
        raise WrongAnswer("an empty answer")
    return found
