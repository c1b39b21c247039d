"""Keyset pages: a place in a list, never a page number, so that new items do not shift what is being read.

https://docs.joinmastodon.org/api/guidelines/#pagination
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from gazouillis.infra.database.transactions import Reader, Row

LARGEST = 80

Item = TypeVar("Item")


class Window(msgspec.Struct, frozen=True):
    """Newest first: older than `max_id`, newer than `since_id`; `min_id` asks for those just newer, still given newest first."""

    limit: int = 20
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    @property
    def is_upward(self) -> bool:
        return self.min_id is not None

    @property
    def lowest(self) -> int:
        """Only ids above this one."""
        return max(self.since_id or 0, self.min_id or 0)

    @property
    def highest(self) -> int:
        """Only ids below this one."""
        return 2**63 - 1 if self.max_id is None else self.max_id

    @property
    def bounds(self) -> dict[str, int]:
        """As parameters of a `Listing`."""
        return {"highest": self.highest, "lowest": self.lowest, "limit": self.limit}

    def newest_first(self, found: Sequence[Item]) -> list[Item]:
        return list(reversed(found)) if self.is_upward else list(found)


class Listing:
    """A list that is paged through by one of its columns: the statements for both directions, built once."""

    def __init__(self, found: sa.Select[Any], column: sa.ColumnElement[Any]) -> None:
        bounded = found.where(column < _highest, column > _lowest).limit(_limit)
        self._downward, self._upward = bounded.order_by(column.desc()), bounded.order_by(column)

    async def rows(self, reader: Reader, window: Window, **parameters: Any) -> Sequence[Row]:
        """In the order they were selected: oldest first when the window looks upward."""
        return await reader.all(self._towards(window), {**parameters, **window.bounds})

    async def page(self, reader: Reader, window: Window, **parameters: Any) -> Page[Any]:
        """Of rows whose first column is the cursor, and the last what is listed: the same column in most lists."""
        return page_of(window, [(row[0], row[-1]) for row in await self.rows(reader, window, **parameters)])

    def _towards(self, window: Window) -> sa.Select[Any]:
        return self._upward if window.is_upward else self._downward


_highest = sa.bindparam("highest", type_=sa.BigInteger)
_lowest = sa.bindparam("lowest", type_=sa.BigInteger)
_limit = sa.bindparam("limit", type_=sa.Integer)


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """Items newest first, and the cursors of the first and the last before anything was hidden from this reader."""

    items: list[Item]
    newest: int | None = None
    oldest: int | None = None
    is_full: bool = False
    """Whether there may be more beyond the oldest."""


def page_of(window: Window, found: Sequence[tuple[int, Item]]) -> Page[Item]:
    """From (cursor, item) pairs in the order they were selected."""
    ordered = window.newest_first(found)
    if not ordered:
        return Page([])
    return Page([item for _, item in ordered], ordered[0][0], ordered[-1][0], len(ordered) >= window.limit)
