"""The event log: what happened, in the order it was committed, in the same database as the facts.

Every process follows the log from its own place: it is the queue's source and the pub/sub at once (decision 0005).
On PostgreSQL two transactions may commit in another order than they took their numbers, so the order is that of
`(transaction_id, id)` and only transactions older than every running one are read: nothing can slip in behind the cursor.
https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
Running ones count when they run in this database: `pg_snapshot_xmin` would also wait for long transactions of its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from gazouillis.infra.basics.events import Event, decode
from gazouillis.infra.basics.log_tail import LoggedEvent, Position
from gazouillis.infra.database.tables import LAST_EVENT, Moment, cursors, events
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_replace

WORKER = "worker"
"""Who reads the log for all processes: the name of its cursor."""
RETENTION = timedelta(days=1)
DELETED_AT_ONCE = 1000
WAITED_FOR = timedelta(minutes=1)
"""A number that nothing was written under for so long belongs to a transaction that came to nothing."""


MOST_SKIPPED = 1000
"""Numbers still waited for; what comes late under an older one is heard of when the log is followed in order."""


MOST_UNCOMMITTED = 100
"""Numbers that may be taken at once by those who have not committed yet."""


_order = (events.c.transaction_id, events.c.id)
_position = sa.tuple_(sa.bindparam("transaction_id", type_=sa.BigInteger), sa.bindparam("event_id", type_=sa.BigInteger))
_after = sa.tuple_(*_order) > _position
_columns = sa.select(events.c.transaction_id, events.c.id, events.c.kind, events.c.body, events.c.happened_at)
_horizon_bound = sa.bindparam("horizon", type_=sa.BigInteger)
_limit = sa.bindparam("limit", type_=sa.Integer)
_page_below = _columns.where(_after, events.c.transaction_id < _horizon_bound).order_by(*_order).limit(_limit)
_held_back = sa.select(sa.exists().where(events.c.transaction_id >= _horizon_bound))
# Asked before the page, in a statement of its own: who ended between the two is visible to the second.
# `backend_xid` has the lower 32 bits only, and who began meanwhile is ahead of `next`: half a turn away or more.
_horizon = sa.text("""
    with seen as (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next),
    running as (
        select next - mod(mod(next, 4294967296) - backend_xid::text::bigint + 4294967296, 4294967296) as id
        from seen, pg_stat_activity where datname = current_database() and backend_xid is not null
    )
    select coalesce((select min(id) from running, seen where id > next - 2147483648), next) from seen
""")
_look_afresh = sa.text("select pg_stat_clear_snapshot()")
_arrived = (
    sa.select(events.c.id, events.c.kind, events.c.body)
    .where(sa.or_(events.c.id > sa.bindparam("highest"), events.c.id.in_(sa.bindparam("skipped", expanding=True))))
    .order_by(events.c.id)
)
_there = sa.select(events.c.id).where(events.c.id.in_(sa.bindparam("ids", expanding=True)))
# With one writer ids say it all; and SQLite would walk along every event of transaction 0 to find those after a pair.
_page_of_one_writer = _columns.where(events.c.id > sa.bindparam("event_id")).order_by(events.c.id).limit(_limit)
_end = events.c.id <= sa.bindparam("end", type_=sa.BigInteger)
_before_end = sa.select(sa.exists().where(_after, _end))
_before_end_of_one_writer = sa.select(sa.exists().where(events.c.id > sa.bindparam("event_id"), _end))
_same = _columns.where(events.c.id == sa.bindparam("id"))
_place = sa.select(cursors.c.transaction_id, cursors.c.event_id).where(cursors.c.name == sa.bindparam("name"))
_place_held = _place.with_for_update()
_invalidate = sa.delete(events).where(
    events.c.id.in_(sa.select(events.c.id).order_by(*_order).limit(DELETED_AT_ONCE)),
    sa.tuple_(*_order) <= _position,
    events.c.happened_at < sa.bindparam("before", type_=Moment),
)
_move = insert_or_replace(cursors, ["name"], ["transaction_id", "event_id"])


async def next_events(reader: Reader, position: Position, limit: int) -> Sequence[LoggedEvent]:
    """As `after`, but what this process wrote itself is not read back: it may be all that is told, though others wrote after it."""
    known = reader.log_tail.after(position, limit) if reader.log_tail is not None else None
    return known or await after(reader, position, limit)


async def after(reader: Reader, position: Position, limit: int = 200) -> Sequence[LoggedEvent]:
    parameters = {"transaction_id": position.transaction_id, "event_id": position.event_id, "limit": limit}
    if reader.dialect == "postgresql":
        rows = await reader.all(_page_below, parameters | {"horizon": await _horizon_on_postgresql(reader)})
    else:
        rows = await reader.all(_page_of_one_writer, parameters)
    return [LoggedEvent(Position(one.transaction_id, one.id), decode(one.kind, one.body), one.happened_at) for one in rows]


class Arrivals:
    """What happened, as soon as it is committed and in no order: each event once. For what only matters to be known early."""

    def __init__(self) -> None:
        self._highest = 0
        self._skipped: dict[int, datetime] = {}

    async def start(self, reader: Reader) -> None:
        """Somebody who commits later may have taken one of the numbers before the last."""
        self._highest = await reader.value(LAST_EVENT)
        before = range(max(1, self._highest - MOST_UNCOMMITTED), self._highest)
        there = await reader.values(_there, {"ids": [*before]}) if before else []
        self._skipped = dict.fromkeys(sorted({*before}.difference(there)), reader.now)

    async def new(self, reader: Reader) -> list[Event]:
        rows = await reader.all(_arrived, {"highest": self._highest, "skipped": list(self._skipped)})
        for row in rows:
            self._skipped.pop(row.id, None)
            if row.id > self._highest:
                self._skipped |= dict.fromkeys(range(max(self._highest + 1, row.id - MOST_SKIPPED), row.id), reader.now)
                self._highest = row.id
        if self._skipped:
            waited_for = {one: since for one, since in self._skipped.items() if reader.now - since < WAITED_FOR}
            self._skipped = dict([*waited_for.items()][-MOST_SKIPPED:])
        return [decode(row.kind, row.body) for row in rows]


async def still_contains(reader: Reader, read: LoggedEvent) -> bool:
    """Whether what was read before still stands there; not, when the server that answers now never heard of it."""
    row = await reader.one(_same, {"id": read.position.event_id})
    return row is not None and (row.transaction_id, decode(row.kind, row.body), row.happened_at) == (
        read.position.transaction_id,
        read.event,
        read.happened_at,
    )


async def is_held_back(reader: Reader) -> bool:
    """Whether something happened that is not read yet because an older transaction still runs."""
    if reader.dialect == "sqlite":
        return False
    return bool(await reader.value(_held_back, {"horizon": await _horizon_on_postgresql(reader)}))


async def tip(reader: Reader) -> Position:
    """Where somebody who only wants what comes next begins."""
    if reader.dialect == "postgresql":
        return Position(await _horizon_on_postgresql(reader) - 1, 2**63 - 1)
    return Position(0, await reader.value(LAST_EVENT))


async def end(reader: Reader) -> int:
    """Number of the last event that is committed."""
    last: int = await reader.value(LAST_EVENT)
    return last


async def is_behind(reader: Reader, name: str, end: int) -> bool:
    """Whether this follower has not yet read all events up to that number."""
    read = await read_cursor(reader, name)
    statement = _before_end_of_one_writer if reader.dialect == "sqlite" else _before_end
    parameters = {"transaction_id": read.transaction_id, "event_id": read.event_id, "end": end}
    return bool(await reader.value(statement, parameters))


async def lock_cursor(tx: Tx, name: str) -> Position:
    """Where this follower of the log stands; whoever asks holds the place until the transaction ends."""
    row = await tx.one(_place_held, {"name": name})
    return Position(*row) if row else Position()


async def move_cursor(tx: Tx, name: str, position: Position) -> None:
    place = {"name": name, "transaction_id": position.transaction_id, "event_id": position.event_id}
    await tx.run(_move, place)


async def read_cursor(reader: Reader, name: str) -> Position:
    row = await reader.one(_place, {"name": name})
    return Position(*row) if row else Position()


async def delete_old(tx: Tx, name: str) -> bool:
    """Drops what this follower has read and everybody has heard of: a process that slept longer starts from the tip.

    The oldest of it at a time; whether there may be more.
    """
    read = await read_cursor(tx, name)
    invalidated = {"transaction_id": read.transaction_id, "event_id": read.event_id, "before": tx.now - RETENTION}
    return await tx.run(_invalidate, invalidated) == DELETED_AT_ONCE


async def _horizon_on_postgresql(reader: Reader) -> int:
    """The first transaction of this database that may still say something."""
    await reader.value(_look_afresh)
    first: int = await reader.value(_horizon)
    return first
