"""The limit of live streams: a server that writes the body of each POST to all open connections, and decides nothing."""

from __future__ import annotations

import asyncio
from typing import cast

import click
import uvloop

from bench.driver import HOST

HELLO = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

_streams: set[asyncio.Transport] = set()


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, fault: Exception | None) -> None:
        _streams.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        if head.startswith(b"GET"):
            self._transport.write(HELLO)
            _streams.add(self._transport)
            self._received = b""
        elif len(body) >= int(head.lower().partition(b"content-length: ")[2].split()[0]):
            for one in _streams:
                one.write(body)
            self._transport.write(DONE)
            self._received = b""


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, HOST, 0, backlog=2048)
    click.echo(f"http://{HOST}:{server.sockets[0].getsockname()[1]}")
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
