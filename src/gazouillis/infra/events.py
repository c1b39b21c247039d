"""The event log: what happened, in the order it was committed, in the same database as the facts.

Every process follows the log from its own place: it is the queue's source and the pub/sub at once (decision 0005).
On PostgreSQL two transactions may commit in another order than they took their numbers, so the order is that of
`(transaction_id, id)` and only transactions older than every running one are read: nothing can slip in behind the cursor.
https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import sqlalchemy as sa

from gazouillis.infra.tables import current_transaction, events

if TYPE_CHECKING:
    from gazouillis.infra.database import Reader


class Event(msgspec.Struct, frozen=True):
    """A fact that happened. Subclasses are past participles and hold ids and plain values."""

    kinds: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        Event.kinds[cls.__name__] = cls

    @property
    def key(self) -> str:
        """Reactions to events with the same key keep their order."""
        return ""


class Position(msgspec.Struct, frozen=True, order=True):
    """A place in the log: all up to and including it has been read."""

    transaction_id: int = 0
    event_id: int = 0


class Recorded(msgspec.Struct, frozen=True):
    position: Position
    event: Event
    happened_at: datetime


def record(event: Event, now: datetime) -> dict[str, Any]:
    return {"kind": type(event).__name__, "body": encode(event), "happened_at": now}


def insertion() -> sa.Insert:
    return sa.insert(events).values(transaction_id=current_transaction())


def encode(event: Event) -> bytes:
    return msgspec.json.encode(event)


def decode(kind: str, body: bytes) -> Event:
    return msgspec.json.decode(body, type=Event.kinds[kind])


_visible_on_postgresql = events.c.transaction_id < sa.text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
_order = (events.c.transaction_id, events.c.id)
_after = sa.tuple_(*_order) > sa.tuple_(sa.bindparam("transaction_id", type_=sa.BigInteger), sa.bindparam("event_id", type_=sa.BigInteger))
_columns = sa.select(events.c.transaction_id, events.c.id, events.c.kind, events.c.body, events.c.happened_at)
_page = _columns.where(_after).order_by(*_order).limit(sa.bindparam("limit", type_=sa.Integer))
_pages = {"sqlite": _page, "postgresql": _page.where(_visible_on_postgresql)}
_tip_on_postgresql = sa.text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
_tip_on_sqlite = sa.select(sa.func.coalesce(sa.func.max(events.c.id), 0))


async def after(reader: Reader, position: Position, limit: int = 200) -> Sequence[Recorded]:
    parameters = {"transaction_id": position.transaction_id, "event_id": position.event_id, "limit": limit}
    rows = await reader.all(_pages[reader.dialect], parameters)
    return [Recorded(Position(one.transaction_id, one.id), decode(one.kind, one.body), one.happened_at) for one in rows]


async def tip(reader: Reader) -> Position:
    """Where somebody who only wants what comes next begins."""
    if reader.dialect == "postgresql":
        return Position(await reader.value(_tip_on_postgresql), 2**63 - 1)
    return Position(0, await reader.value(_tip_on_sqlite))
