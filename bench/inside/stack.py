"""uvicorn with the options of gazouillis/server.py."""

from __future__ import annotations

import gc
import socket
from typing import Any

import uvicorn


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
