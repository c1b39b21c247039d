"""Waits until the worker has processed the event log up to now: a search right after a post then finds it (decision 0046)."""

from __future__ import annotations

import asyncio
import time

from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.database.transactions import Database
from gazouillis.infra.event_log import log

LONGEST_WAIT = 1.0
"""Seconds after which the caller goes on with what there is: the worker is stopped, or far behind."""
LOOK_AGAIN = 0.01
"""Seconds between two looks at the worker's cursor."""


class WorkerProgress:
    """One for each process. A worker that does not move delays one caller, not each: the others go on at once until it moves again."""

    def __init__(self) -> None:
        self._stalled_at: Position | None = None

    async def wait(self, db: Database) -> bool:
        """Whether the worker has processed, in time, all events that were committed when this was called."""
        until = time.monotonic() + LONGEST_WAIT
        async with db.read() as reader:
            end = await log.end(reader)
        while True:
            async with db.read() as reader:
                if not await log.is_behind(reader, log.WORKER, end):
                    return True
                position = await log.read_cursor(reader, log.WORKER)
            if position == self._stalled_at:
                return False
            if time.monotonic() >= until:
                self._stalled_at = position
                return False
            await asyncio.sleep(LOOK_AGAIN)
