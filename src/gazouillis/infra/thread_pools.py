"""Heavy work is done aside, each kind in a pool of its own: a flood of one kind takes nothing from the others.

Nobody waits behind an endless queue: what finds it full is refused at once (`Unavailable`), and may be asked for again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

from gazouillis.infra.basics.errors import Unavailable

Result = TypeVar("Result")
Given = ParamSpec("Given")


class Pool:
    """Threads for one kind of work. `waiting`: how much of it may be asked for beyond what is being done."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = threads + waiting
        self._asked_for: set[Future[Any]] = set()

    async def run(self, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
        """What is under way is done to its end, even when nobody waits for it any more: until then it counts."""
        if len(self._asked_for) >= self._most:
            raise Unavailable
        future = self._threads.submit(partial(work, *given, **named))
        self._asked_for.add(future)
        future.add_done_callback(self._asked_for.discard)
        return await asyncio.wrap_future(future)


class Gate:
    """For work that is done elsewhere: so many at once, and so many who wait for their turn."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._inside = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if self._inside >= self._most:
            raise Unavailable
        self._inside += 1
        try:
            async with self._turns:
                yield
        finally:
            self._inside -= 1
