"""A TCP proxy between a server and its PostgreSQL, with which a test cuts, refuses or stalls the connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa


class Proxy:
    """`target`: the URL of the database."""

    def __init__(self, target: str) -> None:
        self._target = sa.make_url(target)
        self._listening: asyncio.Server | None = None
        self._port = 0
        self._connections: set[_Connection] = set()
        self._is_passing = asyncio.Event()
        self._is_passing.set()
        self._cut_after = b""

    @property
    def url(self) -> str:
        """The URL of the database through this proxy."""
        here = self._target.set(host="127.0.0.1", port=self._port, query={})
        return here.render_as_string(hide_password=False)

    async def open(self) -> None:
        """Accepts connections, and passes on what was held back."""
        self._is_passing.set()
        if self._listening is None:
            self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
            self._port = self._listening.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Refuses new connections and cuts the present ones, as a stopped server does."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        self.cut()

    def cut(self) -> None:
        """Cuts the present connections; new ones are accepted."""
        for connection in [*self._connections]:
            connection.cut()

    def stall(self) -> None:
        """Accepts connections and bytes, but passes nothing on in either direction, until `open` is called."""
        self._is_passing.clear()

    def drop_packets(self) -> None:
        """Discards all bytes of the present connections without closing them, as a firewall does. New connections work."""
        for connection in self._connections:
            connection.is_dropping = True

    def cut_after(self, text: bytes) -> None:
        """Once: passes a request with this text on to the server, and cuts the client off before the answer."""
        self._cut_after = text

    async def close(self) -> None:
        await self.refuse()
        self._is_passing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await self._connect()
        connection = _Connection(writer, server_writer)
        self._connections.add(connection)
        try:
            await asyncio.gather(
                self._pass(connection, reader, server_writer, is_request=True),
                self._pass(connection, server_reader, writer, is_request=False),
            )
        except OSError:
            pass
        finally:
            connection.cut()
            self._connections.discard(connection)

    async def _pass(self, connection: _Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_request: bool) -> None:
        while data := await reader.read(65536):
            await self._is_passing.wait()
            if connection.is_dropping:
                continue
            writer.write(data)
            await writer.drain()
            if is_request and self._cut_after and self._cut_after in data:
                self._cut_after = b""
                connection.cut_client()
        connection.cut()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        await self._is_passing.wait()
        folder = self._target.query.get("host")
        if folder:
            return await asyncio.open_unix_connection(Path(str(folder)) / f".s.PGSQL.{self._target.port or 5432}")
        return await asyncio.open_connection(self._target.host, self._target.port or 5432)


class _Connection:
    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._client, self._server = client, server
        self.is_dropping = False

    def cut(self) -> None:
        for one in (self._client, self._server):
            with suppress(Exception):
                one.transport.abort()

    def cut_client(self) -> None:
        """The server still processes what it received before it notices."""
        self.is_dropping = True
        self._client.transport.abort()


@asynccontextmanager
async def proxy_to(url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(url)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()


async def query_directly(url: str, statement: str, *parameters: Any) -> Any:
    """The value of a query on a connection of its own, without a proxy."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement, *parameters)
    finally:
        await connection.close()
