"""Between a server and its PostgreSQL: a line that a test cuts, refuses, or lets fall silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa


class Proxy:
    def __init__(self, target: str) -> None:
        self._target = sa.make_url(target)
        self._listening: asyncio.Server | None = None
        self._port = 0
        self._lines: set[_Line] = set()
        self._is_passing = asyncio.Event()
        self._is_passing.set()
        self._cut_after = b""

    @property
    def url(self) -> str:
        """Of the database, by way of this proxy."""
        here = self._target.set(host="127.0.0.1", port=self._port, query={})
        return here.render_as_string(hide_password=False)

    async def open(self) -> None:
        """Lets through whoever comes, and goes on with what was held back."""
        self._is_passing.set()
        if self._listening is None:
            self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
            self._port = self._listening.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Everybody, from now on; those who are connected are cut off."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        self.cut()

    def cut(self) -> None:
        for line in [*self._lines]:
            line.cut()

    def fall_silent(self) -> None:
        """Takes connections and bytes, and passes nothing on, in either direction."""
        self._is_passing.clear()

    def forget_those_connected(self) -> None:
        """As a firewall does: they hear nothing any more, and nobody hears them; others may come."""
        for line in self._lines:
            line.is_forgotten = True

    def cut_after(self, words: bytes) -> None:
        """Once: passes on what holds these words, and cuts the connection before an answer."""
        self._cut_after = words

    async def close(self) -> None:
        await self.refuse()
        self._is_passing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._connect()
        line = _Line(writer, there[1])
        self._lines.add(line)
        try:
            await asyncio.gather(self._pass(line, reader, there[1], is_asked=True), self._pass(line, there[0], writer, is_asked=False))
        except OSError:
            pass
        finally:
            line.cut()
            self._lines.discard(line)

    async def _pass(self, line: _Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_asked: bool) -> None:
        while data := await reader.read(65536):
            await self._is_passing.wait()
            if line.is_forgotten:
                continue
            writer.write(data)
            await writer.drain()
            if is_asked and self._cut_after and self._cut_after in data:
                self._cut_after = b""
                line.cut_from_asker()
        line.cut()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        await self._is_passing.wait()
        folder = self._target.query.get("host")
        if folder:
            return await asyncio.open_unix_connection(Path(str(folder)) / f".s.PGSQL.{self._target.port or 5432}")
        return await asyncio.open_connection(self._target.host, self._target.port or 5432)


class _Line:
    def __init__(self, requester: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._asker, self._server = requester, server
        self.is_forgotten = False

    def cut(self) -> None:
        for one in (self._asker, self._server):
            with suppress(Exception):
                one.transport.abort()

    def cut_from_asker(self) -> None:
        """The server hears out what it was told before it notices."""
        self.is_forgotten = True
        self._asker.transport.abort()


@asynccontextmanager
async def proxy_to(url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(url)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()


async def ask_directly(url: str, statement: str, *given: Any) -> Any:
    """Past any proxy."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement, *given)
    finally:
        await connection.close()
