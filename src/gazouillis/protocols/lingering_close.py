"""Lingering close: closes a connection whose client is still sending, so that the client can still read the response."""

from __future__ import annotations

import asyncio

LINGERING = 2.0
"""Seconds for which incoming data is discarded. If it were closed at once, TCP would reset it, and the client could lose the response."""


class LingeringClose:
    """Replaces the transport of a request: its `close` lingers."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self.write = transport.write
        self.is_closing = transport.is_closing

    def close(self) -> None:
        linger_and_close(self._transport, self._loop)


def linger_and_close(transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> asyncio.TimerHandle:
    if transport.can_write_eof() and not transport.is_closing():
        transport.write_eof()
    return loop.call_later(LINGERING, transport.close)
