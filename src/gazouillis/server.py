"""Runs the application on a socket until somebody stops it; or the worker alone."""

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
from gazouillis.doctor import findings, opened
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

PATIENCE = 4
"""Seconds that requests under way are given when the server stops."""
STARTS_WITH_US = 60
"""Seconds that a database is given to be there: a machine that starts, starts everything at once."""
RARELY = (10_000, 20, 50)
"""When the garbage collector looks, by generation: a look at all that is remembered takes 10 to 20 ms, in which nobody is answered."""
TICKS = 10
"""Of uvicorn, in a second."""
STOPS = (signal.SIGINT, signal.SIGTERM)

Say = Callable[[str], None]


def listen(settings: Settings) -> tuple[socket.socket, Settings]:
    """Takes the place first: whoever calls while the server wakes up waits instead of being refused. Port 0: any free one."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as fault:
        place = {"host": settings.host, "port": settings.port, "fault": os.strerror(fault.errno or 0)}
        raise Conflict(Message("Cannot listen on {host}:{port}: {fault}", values=place)) from fault
    return listening, msgspec.structs.replace(settings, port=listening.getsockname()[1])


async def serve(settings: Settings, listening: socket.socket, say: Say, *, works: bool) -> bool:
    """Whether it started at all."""
    async with opened(settings, patience=STARTS_WITH_US) as site:
        config = uvicorn.Config(
            app.create_app(site, works=works),
            http=TimedHttp,
            ws=BoundedWebSocket,
            ws_max_size=request_sizes.BODY,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=["127.0.0.1", "::1"],
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=PATIENCE,
        )
        server = _Server(config, site, say)
        await server.serve(sockets=[listening])
        return server.started


async def work(settings: Settings, say: Say) -> None:
    """Follows the log until told to stop; what is under way and not finished is done at the next start."""
    async with opened(settings, patience=STARTS_WITH_US) as site:
        loops, stopped = Loops(site), asyncio.Event()
        for one in STOPS:
            asyncio.get_running_loop().add_signal_handler(one, stopped.set)
        await loops.start()
        say("Working. Ctrl-C to stop.")
        await stopped.wait()
        await loops.stop()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, site: Site, say: Say) -> None:
        super().__init__(config)
        self._site = site
        self._say = say
        self._checking: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()
        gc.set_threshold(*RARELY)
        gc.enable()
        if self.started:
            await _welcome(self._site, self._say)
            self._checking = asyncio.create_task(_warn(self._site.settings))

    async def on_tick(self, counter: int) -> bool:
        make_room(self.server_state.connections, file_descriptors.in_use())
        if counter % TICKS == 0:
            close_overdue(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Open streams would hold the server back: they are let go first."""
        if self._checking is not None:
            self._checking.cancel()
        self._site.the(PubSub).close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Being asked to stop is no failure: the process ends with 0, where uvicorn would die of the signal."""
        before = {one: signal.signal(one, self.handle_exit) for one in STOPS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


async def _warn(settings: Settings) -> None:
    """What `check` would say, beside the first answers: a mail server may take its time."""
    async for one in findings(settings, is_serving=True):
        if not one.is_fine:
            logger.warning("%s: %s → %s", one.name, one.detail, one.remedy)


async def _welcome(site: Site, say: Say) -> None:
    settings = site.settings
    say(f"Gazouillis is at {settings.base_url}")
    if settings.domain:
        say(f"It listens on {settings.host}:{settings.port}, for the proxy that speaks to the world.")
    async with site.db.read() as reader:
        owner = await queries.owner(reader)
    if owner is None:
        say(f"It has no owner yet. This link works once, and makes one of you:\n  {settings.base_url}/welcome/{site.secrets.owner_key}")
    if not settings.mail:
        say(f"Letters are written to the {site.mailer.place}; the setting `mail` names a server that sends them.")
