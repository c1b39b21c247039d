"""The smallest server that can post: the same group commits over HTTP, with a response of the same size and nothing else.

It does not check the token, parse the text or notify anybody. With `--needed` it also does the work that no post can avoid (`needed.py`);
with `--litestar` the request goes through a route of Litestar instead of bare ASGI.
"""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from litestar import Litestar
from litestar import post as posting
from litestar.types import ASGIApp

from bench.driver import HOST
from bench.inside.stack import live, run
from bench.limits import commits_sqlite, needed, rows
from bench.limits.needed import Needed
from bench.limits.rows import Ids, Post
from gazouillis.api import respond
from gazouillis.api.request import AnyRequest, LeanRequest


class _Committing:
    def __init__(self, connection: sqlite3.Connection, known: Iterator[Post], size: int, needed: Needed | None) -> None:
        self._connection, self._known, self._needed = connection, known, needed
        self._ids = Ids()
        self._disk = ThreadPoolExecutor(1)
        self._waiting: list[tuple[Post, asyncio.Future[None]]] = []
        self._at_work: asyncio.Task[None] | None = None
        self._filling = "x" * size

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request_body: bytes = (await receive())["body"]
        await respond.json(await self.answer(scope, request_body))(scope, receive, send)

    async def answer(self, scope: Any, request_body: bytes) -> bytes:
        post = rows.with_new_ids(next(self._known), self._ids)
        body = self._needed.answer(scope, request_body, post) if self._needed else self._filled(request_body, post)
        await self._write(post)
        return body

    async def _write(self, post: Post) -> None:
        on_disk = asyncio.get_running_loop().create_future()
        self._waiting.append((post, on_disk))
        if self._at_work is None:
            self._at_work = asyncio.create_task(self._work())
        await on_disk

    def _filled(self, request_body: bytes, post: Post) -> bytes:
        msgspec.json.decode(request_body)
        answer = msgspec.json.encode({"id": str(post.id), "content": ""})
        return msgspec.json.encode({"id": str(post.id), "content": self._filling[len(answer) :]})

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            commits_sqlite.put(self._connection, [post for post, _ in batch])
            await asyncio.get_running_loop().run_in_executor(self._disk, self._connection.execute, "commit")
            for _, on_disk in batch:
                on_disk.set_result(None)
            await asyncio.sleep(0)  # lets the clients that were answered send their next request
        self._at_work = None


def _by_litestar(committing: _Committing) -> Litestar:
    @posting("/api/v1/statuses", status_code=200)
    async def create(request: AnyRequest) -> ASGIApp:
        return respond.json(await committing.answer(request.scope, await request.body()))

    return Litestar([create], openapi_config=None, logging_config=None, request_class=LeanRequest)


def main(path: str, size: int, status_ids: list[int], flags: list[str]) -> None:
    what_is_needed = Needed(asyncio.run(needed.samples(Path(path), status_ids))) if "--needed" in flags else None
    connection = commits_sqlite.connected(path)
    committing = _Committing(connection, commits_sqlite.posts(connection, status_ids), size, what_is_needed)
    listening = socket.create_server((HOST, 0), backlog=2048)
    print(f"http://{HOST}:{listening.getsockname()[1]}", flush=True)
    uvloop.run(run(_by_litestar(committing) if "--litestar" in flags else committing, listening))


if __name__ == "__main__":
    flags = [one for one in sys.argv[1:] if one.startswith("--")]
    path, size, *ids = (one for one in sys.argv[1:] if one not in flags)
    main(path, int(size), [int(one) for one in ids], flags)
