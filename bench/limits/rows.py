"""The rows that a post leads to, written by the request and by the worker: read once, then written again with other ids."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

import msgspec

from gazouillis.infra.basics.ids import SEQUENCE_BITS

ROWS_OF_STATUS = {"mentions": "status_id", "status_tags": "status_id", "notifications": "status_id"}

Query = Callable[[str], Iterable[dict[str, Any]]]


class Written(msgspec.Struct, frozen=True):
    """The result of a limit: how many posts were written, and in how many seconds of time and CPU."""

    posts: int
    seconds: float
    cpu: float


class Post(msgspec.Struct, frozen=True):
    """`rows` by table. Updates of other rows, such as counts, are derived from them."""

    id: int
    account_id: int
    rows: dict[str, list[dict[str, Any]]]

    @property
    def tags(self) -> list[str]:
        return [row["tag"] for row in self.rows["status_tags"]]


class Ids:
    """New ids, higher than all existing ones."""

    def __init__(self) -> None:
        self._more = count(time.time_ns() // 1_000_000 << SEQUENCE_BITS)

    def next(self) -> int:
        return next(self._more)


def read(query: Query, status_ids: Sequence[int]) -> list[Post]:
    events = list(query(f"select * from events order by id desc limit {len(status_ids) * 20}"))
    return [_post(query, one, events) for one in status_ids]


def with_new_ids(post: Post, ids: Ids) -> Post:
    """The same rows with ids that are not used yet."""
    fresh = {post.id: ids.next(), **{row["id"]: ids.next() for row in post.rows["notifications"]}}
    renamed = {table: [_renamed(row, fresh) for row in rows] for table, rows in post.rows.items()}
    return Post(fresh[post.id], post.account_id, renamed)


def _post(query: Query, status_id: int, events: list[dict[str, Any]]) -> Post:
    [status] = query(f"select * from statuses where id = {status_id}")
    rows = {table: list(query(f"select * from {table} where {column} = {status_id}")) for table, column in ROWS_OF_STATUS.items()}
    words = list(query(f"select rowid, words, tags from searched_statuses where rowid = {status_id}"))
    marks = [str(one).encode() for one in (status_id, *(row["id"] for row in rows["notifications"]))]
    logged = [{name: row[name] for name in row if name != "id"} for row in events if any(mark in row["body"] for mark in marks)]
    return Post(status_id, status["account_id"], {"statuses": [status], **rows, "searched_statuses": words, "events": logged})


def _renamed(row: dict[str, Any], fresh: dict[int, int]) -> dict[str, Any]:
    return {name: _replaced(value, fresh) for name, value in row.items()}


def _replaced(value: Any, fresh: dict[int, int]) -> Any:
    if isinstance(value, int):
        return fresh.get(value, value)
    if isinstance(value, bytes):
        for before, after in fresh.items():
            value = value.replace(str(before).encode(), str(after).encode())
    return value
