"""Closing a connection whose other side is still sending: it needs time to read why."""

from __future__ import annotations

import asyncio

LINGERING = 2.0
"""Seconds for which what still comes is thrown away. Closed at once, a connection takes the answer with it."""


class LingeringClose:
    """In the place of a transport."""

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
