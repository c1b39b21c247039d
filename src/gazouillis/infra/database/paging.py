"""Keyset pagination: a page begins after a cursor, the id of the last item seen, and never at a page number. So new items shift nothing.

https://docs.joinmastodon.org/api/guidelines/#pagination
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from gazouillis.infra.database.transactions import Reader, Row

LARGEST = 80
"""Items on one page at most."""

Item = TypeVar("Item")


class Window(msgspec.Struct, frozen=True):
    """Which page is asked for: items older than `max_id` and newer than `since_id`, newest first.

    `min_id` asks for the items just newer than it instead; they too are returned newest first.
    """

    limit: int = 20
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    @property
    def is_upward(self) -> bool:
        """Whether items are selected oldest first."""
        return self.min_id is not None

    @property
    def lowest(self) -> int:
        """Exclusive lower bound of the ids."""
        return max(self.since_id or 0, self.min_id or 0)

    @property
    def highest(self) -> int:
        """Exclusive upper bound of the ids."""
        return 2**63 - 1 if self.max_id is None else self.max_id

    @property
    def bounds(self) -> dict[str, int]:
        """The parameters of a `Listing`'s statements."""
        return {"highest": self.highest, "lowest": self.lowest, "limit": self.limit}

    def newest_first(self, selected: Sequence[Item]) -> list[Item]:
        return list(reversed(selected)) if self.is_upward else list(selected)


class Listing:
    """A list with keyset pagination by one of its columns: the statements for both directions, built once."""

    def __init__(self, statement: sa.Select[Any], column: sa.ColumnElement[Any]) -> None:
        bounded = statement.where(column < _highest, column > _lowest).limit(_limit)
        self._downward, self._upward = bounded.order_by(column.desc()), bounded.order_by(column)

    async def rows(self, reader: Reader, window: Window, **parameters: Any) -> Sequence[Row]:
        """The rows in the order of selection: oldest first when the window is upward."""
        return await reader.all(self._statement(window), {**parameters, **window.bounds})

    async def page(self, reader: Reader, window: Window, **parameters: Any) -> Page[Any]:
        """A page of rows whose first column is the cursor and whose last is the item: in most lists the same column."""
        return page_of(window, [(row[0], row[-1]) for row in await self.rows(reader, window, **parameters)])

    def _statement(self, window: Window) -> sa.Select[Any]:
        return self._upward if window.is_upward else self._downward


_highest = sa.bindparam("highest", type_=sa.BigInteger)
_lowest = sa.bindparam("lowest", type_=sa.BigInteger)
_limit = sa.bindparam("limit", type_=sa.Integer)


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """Items newest first, and the cursors of the first and the last row, before items were hidden from this viewer."""

    items: list[Item]
    newest: int | None = None
    oldest: int | None = None
    is_full: bool = False
    """Whether there may be items older than the oldest."""


def page_of(window: Window, selected: Sequence[tuple[int, Item]]) -> Page[Item]:
    """A page of (cursor, item) pairs in the order of selection."""
    ordered = window.newest_first(selected)
    if not ordered:
        return Page([])
    return Page([item for _, item in ordered], ordered[0][0], ordered[-1][0], len(ordered) >= window.limit)
