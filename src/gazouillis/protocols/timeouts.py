"""Timeouts of HTTP connections: for a request to start, for the rest of it, and for the client to read the response.

uvicorn waits for ever for a first request and for the rest of any. https://www.rfc-editor.org/rfc/rfc9110#name-408-request-timeout
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from gazouillis.infra.basics.log_redaction import Throttled
from gazouillis.infra.files import file_descriptors
from gazouillis.protocols.http import BoundedHttp

logger = logging.getLogger(__name__)

REQUEST_TIMEOUT = 10.0
"""Seconds until a request is complete, and one more for every `SLOWEST_RATE` bytes of it."""
SLOWEST_RATE = 1024
"""Bytes a second."""
PAUSE_TIMEOUT = 30.0
"""Seconds between two parts of a request."""
WRITE_TIMEOUT = 60.0
"""Seconds in which the client reads nothing of a response."""
REQUEST_TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

_seldom = Throttled()


class TimedHttp(BoundedHttp):
    """Records since when it waits. The server calls `close_overdue` for all connections now and then: a timer for each would cost more."""

    _waits_since = 0.0
    """For a request that is not complete; 0 while one is being answered."""
    _last_data_at = 0.0
    _received = 0
    _has_begun = False
    _unread_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        self._has_begun = False
        if (connected := self.transport.get_extra_info("socket")) is not None:
            make_room(self.connections, connected.fileno())

    def data_received(self, data: bytes) -> None:
        if self._waits_since:
            self._last_data_at = self.loop.time()
            self._received += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()
        self._has_begun = True

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._waits_since = 0.0

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._waits_since and self.cycle.response_complete:
            self._wait()
            self._has_begun = False

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread_since = self.loop.time()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread_since = 0.0

    @property
    def is_waiting(self) -> bool:
        return bool(self._waits_since) and not self.transport.is_closing()

    @property
    def waits_since(self) -> float:
        return self._waits_since

    def close_if_overdue(self, now: float) -> None:
        if self._unread_since and now - self._unread_since > WRITE_TIMEOUT:
            self.transport.abort()
        elif self.is_waiting and self.flow.read_paused:
            self._wait()  # the server itself has paused reading
        elif self.is_waiting and self._is_overdue(now):
            self.give_up()

    def give_up(self) -> None:
        """Closes the connection, with status 408 when a request has begun."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        if self._has_begun:
            self.transport.write(REQUEST_TIMED_OUT)
        self.transport.close()

    def _wait(self) -> None:
        self._waits_since = self._last_data_at = self.loop.time()
        self._received = 0

    def _is_overdue(self, now: float) -> bool:
        return now - self._waits_since > REQUEST_TIMEOUT + self._received / SLOWEST_RATE or now - self._last_data_at > PAUSE_TIMEOUT


def close_overdue(connections: Iterable[object], now: float) -> None:
    for one in list(_timed(connections)):
        one.close_if_overdue(now)


def make_room(connections: Iterable[object], open_files: int) -> None:
    """When file descriptors run out, closes the connections that have been idle for longest, in favour of new ones."""
    excess = open_files - file_descriptors.limit() + file_descriptors.reserved() // 2
    if excess < 0:
        return
    if _seldom.has_come():
        logger.warning(
            "Idle connections are closed: %d of %d files are open. Raise the limit (ulimit -n).", open_files, file_descriptors.limit()
        )
    waiting = sorted((one for one in _timed(connections) if one.is_waiting), key=lambda one: one.waits_since)
    for one in waiting[: excess + file_descriptors.reserved() // 4]:
        one.give_up()


def _timed(connections: Iterable[object]) -> Iterable[TimedHttp]:
    return (one for one in connections if isinstance(one, TimedHttp))
