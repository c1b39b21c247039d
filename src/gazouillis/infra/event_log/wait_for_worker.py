"""Who asks for what the worker makes waits until it has made it of all that had happened by then: a search after a post finds it."""

from __future__ import annotations

import asyncio
import time

from gazouillis.infra.database.transactions import Database
from gazouillis.infra.event_log import log

PATIENCE = 1.0
"""Seconds after which the question is answered from what there is: the worker is stopped, or far behind."""
LOOK_AGAIN = 0.01


async def caught_up(db: Database, follower: str = log.WORKER) -> bool:
    """Whether this follower of the log is, in time, where the log ended when this was called."""
    until = time.monotonic() + PATIENCE
    async with db.read() as reader:
        end = await log.end(reader)
    while True:
        async with db.read() as reader:
            if not await log.is_behind(reader, follower, end):
                return True
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(LOOK_AGAIN)
