"""Opens many event streams, and measures when the last of them has received a message."""

from __future__ import annotations

import selectors
import time
from collections.abc import Sequence

from bench.driver import LONGEST_WAIT, WrongAnswer, connect

LARGEST_PIECE = 1 << 16


class Streams:
    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        """Returns once each stream has received its response head."""
        self._watched = selectors.DefaultSelector()
        self._sockets = [connect(port) for _ in requests]
        self._received = [b""] * len(requests)
        for number, (one, request) in enumerate(zip(self._sockets, requests, strict=True)):
            self._watched.register(one, selectors.EVENT_READ, number)
            one.sendall(request)
        self.wait_for(b"\r\n\r\n")
        self.last_message = b""

    def wait_for(self, mark: bytes) -> float:
        """Waits until every stream has received `mark`, and returns the time. What came before is discarded."""
        waiting = set(range(len(self._sockets)))
        while waiting:
            ready = self._watched.select(LONGEST_WAIT)
            if not ready:
                raise WrongAnswer(f"{len(waiting)} streams received nothing for {LONGEST_WAIT:.0f} seconds")
            for key, _ in ready:
                number: int = key.data
                if not (piece := self._sockets[number].recv(LARGEST_PIECE)):
                    raise WrongAnswer("a stream ended")
                self._received[number] += piece
                if mark in self._received[number]:
                    waiting.discard(number)
                    self.last_message, self._received[number] = self._received[number], b""
        return time.perf_counter()

    def close(self) -> None:
        self._watched.close()
        for one in self._sockets:
            one.close()

    def __enter__(self) -> Streams:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()
