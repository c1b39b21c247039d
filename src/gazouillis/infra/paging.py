"""Keyset pages: a place in a list, never a page number, so that new items do not shift what is being read.

https://docs.joinmastodon.org/api/guidelines/#pagination
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa

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

    def select(self, statement: sa.Select[Any], column: sa.ColumnElement[Any]) -> sa.Select[Any]:
        """The statement, bounded and ordered by the column."""
        bounded = statement.where(column < self.highest, column > self.lowest)
        return bounded.order_by(column if self.is_upward else column.desc()).limit(self.limit)

    def newest_first(self, found: Sequence[Item]) -> list[Item]:
        return list(reversed(found)) if self.is_upward else list(found)


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
