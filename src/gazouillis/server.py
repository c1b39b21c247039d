"""The server process: runs the ASGI application with uvicorn on a listening socket, or the worker alone (`gazouillis work`).

It also adjusts the garbage collector, enforces timeouts and the limit of open files, and shuts down cleanly.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import uvicorn

from gazouillis import app
from gazouillis.accounts import queries
from gazouillis.doctor import findings, open_or_explain
from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.messages import Message
from gazouillis.infra.files import file_descriptors
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.settings import Settings
from gazouillis.infra.site import Site
from gazouillis.protocols.timeouts import TimedHttp, close_overdue, make_room
from gazouillis.protocols.websocket import BoundedWebSocket
from gazouillis.worker import Loops

logger = logging.getLogger(__name__)

SHUTDOWN_TIMEOUT = 4
"""Seconds that running requests get to finish when the server stops."""
DATABASE_TIMEOUT = 60
"""Seconds to wait for the database at the start: after a reboot it may start later than this server."""
GC_THRESHOLDS = (10_000, 20, 50)
"""Of `gc.set_threshold`: rarer than by default. A full collection walks the caches for 10 to 20 ms, in which no request is answered."""
TICKS_PER_SECOND = 10
"""How often uvicorn calls `on_tick`."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

Print = Callable[[str], None]
"""Shows a line to the operator."""


def listen(settings: Settings) -> tuple[socket.socket, Settings]:
    """Opens the socket before anything else: clients that connect during the start wait instead of being refused. Port 0: any free one."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as fault:
        values = {"host": settings.host, "port": settings.port, "fault": os.strerror(fault.errno or 0)}
        raise Conflict(Message("Cannot listen on {host}:{port}: {fault}", values=values)) from fault
    return listening, msgspec.structs.replace(settings, port=listening.getsockname()[1])


async def serve(settings: Settings, listening: socket.socket, show: Print, *, has_worker: bool) -> bool:
    """Serves until the process is told to stop. Returns whether the server started at all."""
    async with open_or_explain(settings, wait_seconds=DATABASE_TIMEOUT) as site:
        config = uvicorn.Config(
            app.create_app(site, has_worker=has_worker),
            http=TimedHttp,
            ws=BoundedWebSocket,
            ws_max_size=request_sizes.BODY,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=["127.0.0.1", "::1"],
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=SHUTDOWN_TIMEOUT,
        )
        server = _Server(config, site, show)
        await server.serve(sockets=[listening])
        return server.started


async def work(settings: Settings, show: Print) -> None:
    """Runs the worker without a web server until it is told to stop. What is unfinished then is done after the next start."""
    async with open_or_explain(settings, wait_seconds=DATABASE_TIMEOUT) as site:
        loops, stopped = Loops(site), asyncio.Event()
        for one in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(one, stopped.set)
        await loops.start()
        show("Working. Ctrl-C to stop.")
        await stopped.wait()
        await loops.stop()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, site: Site, show: Print) -> None:
        super().__init__(config)
        self._site = site
        self._show = show
        self._checking: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        gc.enable()
        if self.started:
            await _greet(self._site, self._show)
            self._checking = asyncio.create_task(_log_findings(self._site.settings))

    async def on_tick(self, counter: int) -> bool:
        make_room(self.server_state.connections, file_descriptors.in_use())
        if counter % TICKS_PER_SECOND == 0:
            close_overdue(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the open streams first, which would otherwise delay the shutdown until its timeout."""
        if self._checking is not None:
            self._checking.cancel()
        self._site.the(PubSub).close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Makes the process exit with 0 after a signal to stop. uvicorn would raise the signal again, which looks like a failure."""
        before = {one: signal.signal(one, self.handle_exit) for one in STOP_SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


async def _log_findings(settings: Settings) -> None:
    """Logs what `gazouillis check` finds, while requests are already answered: checking a mail server may take seconds."""
    async for one in findings(settings, is_serving=True):
        if not one.is_fine:
            logger.warning("%s: %s → %s", one.name, one.detail, one.remedy)


async def _greet(site: Site, show: Print) -> None:
    """Shows the operator the address, and what is still to be set up."""
    settings = site.settings
    show(f"Gazouillis is at {settings.base_url}")
    if settings.domain:
        show(f"It listens on {settings.host}:{settings.port}, for the reverse proxy in front of it.")
    async with site.db.read() as reader:
        owner = await queries.owner(reader)
    if owner is None:
        show(f"It has no owner yet. This link works once, and makes one of you:\n  {settings.base_url}/welcome/{site.secrets.owner_key}")
    if not settings.mail:
        show(f"Letters are written to the {site.mailer.destination}; the setting `mail` names a server that sends them.")
