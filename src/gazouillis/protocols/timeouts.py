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
    """Records since when it waits. The server calls `close_overdue` for all connections now and then: a timer for each would cost more.

    Nothing is recorded for a request that arrives whole, and between requests uvicorn's keep-alive timer runs.
    """

    _began_at = 0.0
    """When it began to wait for the request that is not complete."""
    _last_data_at = 0.0
    _received = 0
    _timed: object = None
    """The scope of the newest request when the wait began."""
    _unread_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        if (connected := self.transport.get_extra_info("socket")) is not None:
            make_room(self.connections, connected.fileno())

    def on_incomplete_request(self, size: int, *, was_idle: bool) -> None:
        if self._timed is not self.scope or (was_idle and not self._is_incomplete):
            self._wait()
        else:
            self._last_data_at = self.loop.time()
            self._received += size

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread_since = self.loop.time()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread_since = 0.0

    @property
    def is_waiting(self) -> bool:
        """For a request, or for the rest of one."""
        is_idle = self.cycle is None or self.cycle.response_complete
        return (self._is_incomplete or is_idle) and not self.transport.is_closing()

    @property
    def waits_since(self) -> float:
        idle = self.timeout_keep_alive_task
        return idle.when() - self.timeout_keep_alive if idle is not None else self._began_at

    def close_if_overdue(self, now: float) -> None:
        if self._unread_since and now - self._unread_since > WRITE_TIMEOUT:
            self.transport.abort()
        elif self.is_waiting and self.flow.read_paused:
            self._wait()  # the server itself has paused reading
        elif self.is_waiting and self.timeout_keep_alive_task is None and self._is_overdue(now):
            self.give_up()

    def give_up(self) -> None:
        """Closes the connection, with status 408 when a request has begun."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        if self._is_incomplete:
            self.transport.write(REQUEST_TIMED_OUT)
        self.transport.close()

    def _wait(self) -> None:
        self._timed, self._received = self.scope, 0
        self._began_at = self._last_data_at = self.loop.time()

    def _is_overdue(self, now: float) -> bool:
        return now - self._began_at > REQUEST_TIMEOUT + self._received / SLOWEST_RATE or now - self._last_data_at > PAUSE_TIMEOUT


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
