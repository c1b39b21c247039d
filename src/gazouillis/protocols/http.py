"""The HTTP/1.1 protocol of uvicorn, which reads no more of a request than `infra/request_sizes.py` allows (decision 0034).

uvicorn limits neither the URL nor the headers, and httptools reports a header only when it is complete, however long it is.
https://www.rfc-editor.org/rfc/rfc9110#name-client-error-4xx, https://www.rfc-editor.org/rfc/rfc6585#section-5
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from gazouillis.asgi import Application
from gazouillis.infra import request_sizes
from gazouillis.protocols.lingering_close import LingeringClose, linger_and_close

SLICE = 16 * 1024
"""Bytes passed to the parser at once: it can exceed a limit by so much before it is stopped."""
MOST_WAITING = 64
"""Pipelined requests: sent on one connection without waiting for the responses."""

SENTENCES = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "The address is too long.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers or cookies are too large.",
}


class BoundedHttp(HttpToolsProtocol):
    """A chunked request without files is buffered (`_buffered`) before the application is called, since its size is unknown.

    What every request passes through names its base class: `super()` takes a fifth of a microsecond each time.
    """

    _is_over = False
    """Nothing more is read from the connection."""
    _is_incomplete = False
    """A request has begun, and has not arrived whole."""
    _is_in_head = _is_chunked = False
    _is_buffering = False
    _refusal = HTTPStatus.BAD_REQUEST
    _buffered: tuple[RequestResponseCycle, Any] | None = None
    _running: RequestResponseCycle | None = None
    """The request that is being answered: of pipelined ones not the newest, which is `cycle`."""
    _head: int
    """Bytes so far of a request head that did not arrive at once."""

    def data_received(self, data: bytes) -> None:
        was_idle = self.timeout_keep_alive_task is not None
        if was_idle:
            self._unset_keepalive_if_required()
        if len(data) <= SLICE:
            self._feed(data)
        else:
            for start in range(0, len(data), SLICE):
                self._feed(data[start : start + SLICE])
        if self._is_incomplete or self.cycle is None or self.cycle.response_complete:
            self.on_incomplete_request(len(data), was_idle=was_idle)

    def on_incomplete_request(self, size: int, *, was_idle: bool) -> None:
        """Called after data, of this size, that did not complete a request. `was_idle`: it was the first since a response."""

    def _feed(self, data: bytes) -> None:
        if self._is_over or self.transport.is_closing():
            return
        was_in_head = self._is_in_head
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self._is_over = True
                self.handle_websocket_upgrade()
            return
        except httptools.HttpParserError:
            if not self._is_over:
                self._refuse(self._refusal)
            return
        if self._is_in_head:
            self._head = self._head + len(data) if was_in_head else len(data)
            if self._head > request_sizes.HEADERS + SLICE:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._is_chunked:
            self._count_framing(len(data))

    def on_message_begin(self) -> None:
        HttpToolsProtocol.on_message_begin(self)
        self._is_incomplete = self._is_in_head = True
        self._is_chunked = False
        self._head = self._announced = self._cookie = 0

    def on_url(self, url: bytes) -> None:
        self.url += url
        if len(self.url) > request_sizes.URL:
            self._stop(HTTPStatus.REQUEST_URI_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Trailers, which follow a chunked body, are dropped: the application has the headers already."""
        if not self._is_in_head:
            return
        name = name.lower()
        if name in _INSPECTED_HEADERS:
            self._inspect(name, value)
        self.headers.append((name, value))

    def _inspect(self, name: bytes, value: bytes) -> None:
        match name:
            case b"cookie":
                self._cookie += len(value)
            case b"content-length":
                self._announced = int(value)
            case b"transfer-encoding":
                self._is_chunked = True
            case b"expect" if value.lower() == b"100-continue":
                self.expect_100_continue = True

    def on_headers_complete(self) -> None:
        if self._head or self._cookie or len(self.headers) > request_sizes.HEADER_COUNT or len(self.url) > request_sizes.FIELDS:
            self._check_head()
        if self._is_chunked or self._announced > request_sizes.BODY:
            self._begin_large_body()
        else:
            HttpToolsProtocol.on_headers_complete(self)
        self._is_in_head = False
        if len(self.pipeline) > MOST_WAITING:
            self.transport.close()

    def _check_head(self) -> None:
        is_large = self._head and sum(len(name) + len(value) + 4 for name, value in self.headers) > request_sizes.HEADERS
        if is_large or len(self.headers) > request_sizes.HEADER_COUNT or self._cookie > request_sizes.COOKIE:
            self._stop(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if self.url.count(b"&") >= request_sizes.FIELDS:
            self._stop(HTTPStatus.REQUEST_URI_TOO_LONG)

    def _begin_large_body(self) -> None:
        if self.parser.should_upgrade() and self._should_upgrade():
            self._stop(HTTPStatus.BAD_REQUEST)
        self._largest = self._application.largest_body(self.parser.get_method(), httptools.parse_url(self.url).path)
        is_too_large = self._announced > self._largest
        self._is_buffering = self._is_chunked and self._largest == request_sizes.BODY
        self._body = self._seen_body = self._framing_since_body = self._chunks = 0
        self.app = self._application.refuse_body if is_too_large else self.app
        super().on_headers_complete()
        if is_too_large:
            self._finish()
            self._stop()
        if self._is_buffering and self.expect_100_continue:
            self.cycle.waiting_for_100_continue = False
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._is_buffering and cycle is self.cycle:
            self._buffered = cycle, app
            self.flow.resume_reading()
        else:
            self._running = cycle
            HttpToolsProtocol._start_asgi_task(self, cycle, app)

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self._is_chunked and not self._is_over:
            self._body += len(body)
            if self._body > self._largest:
                self._refuse_large_body()
                self._finish()
                self._stop()

    def on_message_complete(self) -> None:
        HttpToolsProtocol.on_message_complete(self)
        self._is_incomplete = False
        if self._is_buffering:
            self._is_buffering = False
            if self._buffered is not None:
                buffered, self._buffered = self._buffered, None
                self._start_asgi_task(*buffered)

    def _refuse_large_body(self) -> None:
        """Refuses a chunked body that is too large. An application that reads the body already counts by itself."""
        self._is_buffering = False
        refuse = self._application.refuse_body
        if self._buffered is not None:
            self._buffered = None
            self._start_asgi_task(self.cycle, refuse)
        elif self.pipeline and self.pipeline[0][0] is self.cycle:
            self.pipeline[0] = self.cycle, refuse

    def _count_framing(self, size: int) -> None:
        """Limits chunk headers, chunk extensions and trailers: they are not part of the body, but the parser stores or scans them."""
        self._framing_since_body = self._framing_since_body + size if self._body == self._seen_body else 0
        self._seen_body = self._body
        self._chunks += size
        if self._framing_since_body > request_sizes.HEADERS or self._chunks > 2 * self._largest + request_sizes.HEADERS:
            self._refuse(HTTPStatus.BAD_REQUEST)

    def _stop(self, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        """Called inside a parser callback: the exception makes the parser stop."""
        self._refusal = status
        raise ValueError(status.phrase)

    def _refuse(self, status: HTTPStatus) -> None:
        """Answers what never became a request, unless earlier requests still wait for their responses."""
        cycle = self.cycle
        is_answering = cycle is not None and not cycle.response_complete
        if is_answering and self._is_in_head:
            self._finish()
            return
        self._is_over, self._buffered = True, None
        if is_answering:
            cycle.disconnected = True
            cycle.message_event.set()
        if is_answering and (cycle.response_started or self.pipeline):
            self.transport.close()
            return
        self.flow.resume_reading()
        self.transport.write(_refusal(status))
        linger_and_close(self.transport, self.loop)

    def _finish(self) -> None:
        """Closes the connection after the response to the newest request."""
        self._is_over = True
        if self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False
            self.cycle.transport = cast("asyncio.Transport", LingeringClose(self.transport, self.loop))

    def on_response_complete(self) -> None:
        HttpToolsProtocol.on_response_complete(self)
        if self.pipeline and not self.transport.is_closing():
            self.flow.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """uvicorn tells only the newest request: of pipelined ones, the running one would go on, and write to a closed transport."""
        running = self._running
        if running is not None and not running.response_complete:
            running.disconnected = True
            running.message_event.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        if self._buffered is not None:
            self.transport.close()
        else:
            super().shutdown()

    @property
    def _application(self) -> Application:
        return cast("Application", self.config.app)


def _refusal(status: HTTPStatus) -> bytes:
    """In English: the language of the client is in headers that were not read."""
    sentence = SENTENCES[status].encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {len(sentence)}\r\n"
    return head.encode() + b"connection: close\r\n\r\n" + sentence


_INSPECTED_HEADERS = frozenset({b"cookie", b"content-length", b"transfer-encoding", b"expect"})
