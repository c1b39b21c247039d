"""Counts the queries of a request, for tests that a longer page takes no more of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any

import pytest

from gazouillis.infra.site import Site

QUERIES = {"all", "one", "value", "values"}

_is_recording = ContextVar("_is_recording", default=False)
"""Set for the test and what it calls, not for the loops of the server, which read the event log meanwhile."""


class CountingReader:
    """A reader that appends the name of each query it runs to `queries`."""

    def __init__(self, reader: Any, queries: list[str]) -> None:
        self._reader, self._queries = reader, queries

    def __getattr__(self, name: str) -> Any:
        if name in QUERIES:
            self._queries.append(name)
        return getattr(self._reader, name)


@contextmanager
def recorded_queries(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The queries that the site's readers run for the requests inside the `with` block."""
    queries: list[str] = []
    token = _is_recording.set(True)
    with monkeypatch.context() as patch:
        for name in ("read", "long_read"):
            patch.setattr(site.db, name, _counting(getattr(site.db, name), queries))
        yield queries
    _is_recording.reset(token)


def _counting(read: Callable[..., AbstractAsyncContextManager[Any]], queries: list[str]) -> Callable[..., Any]:
    @asynccontextmanager
    async def counting_read(*given: Any) -> AsyncIterator[CountingReader]:
        async with read(*given) as reader:
            yield CountingReader(reader, queries) if _is_recording.get() and not isinstance(reader, CountingReader) else reader

    return counting_read
