"""A server that always sends the same responses, with Litestar or with bare ASGI."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import click
import msgspec
import uvloop
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler

from bench.driver import HOST
from bench.inside.stack import live, run
from bench.servers import Constant


@click.command()
@click.argument("answers", type=click.Path(path_type=Path, exists=True))
@click.option("--litestar/--bare", "is_litestar", required=True)
@click.option("--port", default=0)
def main(answers: Path, port: int, *, is_litestar: bool) -> None:
    known = msgspec.msgpack.decode(answers.read_bytes(), type=list[Constant])
    listening = socket.create_server((HOST, port), backlog=2048)
    click.echo(f"http://{HOST}:{listening.getsockname()[1]}")
    uvloop.run(run(_litestar(known) if is_litestar else _Bare(known), listening))


def _litestar(known: list[Constant]) -> Litestar:
    return Litestar([_route(one) for one in known], openapi_config=None, logging_config=None)


def _route(answer: Constant) -> HTTPRouteHandler:
    headers = {"Content-Encoding": answer.encoding} if answer.encoding else {}

    @get(answer.path)
    async def hand_over() -> Response[bytes]:
        return Response(answer.body, media_type=answer.media_type, headers=headers)

    return hand_over


class _Bare:
    def __init__(self, known: list[Constant]) -> None:
        self._known = {one.path: (_start(one), {"type": "http.response.body", "body": one.body}) for one in known}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        start, body = self._known[scope["path"]]
        await send(start)
        await send(body)


def _start(answer: Constant) -> dict[str, Any]:
    headers = [(b"content-type", answer.media_type.encode()), (b"content-length", str(len(answer.body)).encode())]
    if answer.encoding:
        headers.append((b"content-encoding", answer.encoding.encode()))
    return {"type": "http.response.start", "status": 200, "headers": headers}


if __name__ == "__main__":
    main()
