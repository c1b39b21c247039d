"""Thread pools for heavy work, one for each kind, so that a flood of one kind does not delay the others.

The queues are bounded: work that finds its queue full is refused at once (`Unavailable`), and the client may try again.
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
Parameters = ParamSpec("Parameters")


class Pool:
    """Threads for one kind of work. `waiting` is the length of its queue, beyond the work that is running."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = threads + waiting
        self._unfinished: set[Future[Any]] = set()

    async def run(self, work: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        """Running work is never interrupted, even when its caller was cancelled: until it ends it counts against the bound."""
        if len(self._unfinished) >= self._most:
            raise Unavailable
        future = self._threads.submit(partial(work, *arguments, **named))
        self._unfinished.add(future)
        future.add_done_callback(self._unfinished.discard)
        return await asyncio.wrap_future(future)


class Gate:
    """A bounded semaphore for work that runs elsewhere: `at_once` callers run, `waiting` more may wait, others are refused."""

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
