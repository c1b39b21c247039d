"""Runs an ASGI application on uvicorn with the options of `server.py`."""

from __future__ import annotations

import gc
import socket
from typing import Any

import uvicorn


async def live(receive: Any, send: Any) -> None:
    """The ASGI lifespan of an application that needs no start-up."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def run(app: Any, listening: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=["127.0.0.1", "::1"],
    )
    gc.freeze()
    await uvicorn.Server(config).serve(sockets=[listening])
