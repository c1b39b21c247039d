"""The event log: all events in the order they were committed, in the same database and transactions as the rows they describe.

Every process follows the log from its own cursor. The log feeds both the job queue and pub/sub (decision 0005).
On PostgreSQL two transactions may commit in another order than they took their ids, so events are ordered by `(transaction_id, id)`,
and only those of transactions older than every running one are read: no event can appear behind a cursor that has passed.
https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
Only transactions of this database count: `pg_snapshot_xmin` would also wait for long transactions of other databases on the server.
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
"""Name of the cursor of the worker, which processes the log once for all processes."""
RETENTION = timedelta(days=1)
"""Events are kept at least so long after they happened."""
DELETED_AT_ONCE = 1000
"""Events that one call of `delete_old` deletes at most."""
GAP_TIMEOUT = timedelta(minutes=1)
"""An event id still missing after this time belongs to a transaction that was rolled back."""


MOST_SKIPPED = 1000
"""Missing ids that `Arrivals` watches at most. An event that appears late under an older id is read when the log is followed in order."""


MOST_UNCOMMITTED = 100
"""Ids below the last one that transactions still running at the start may have taken."""


_order = (events.c.transaction_id, events.c.id)
_position = sa.tuple_(sa.bindparam("transaction_id", type_=sa.BigInteger), sa.bindparam("event_id", type_=sa.BigInteger))
_after = sa.tuple_(*_order) > _position
_columns = sa.select(events.c.transaction_id, events.c.id, events.c.kind, events.c.body, events.c.happened_at)
_horizon_bound = sa.bindparam("horizon", type_=sa.BigInteger)
_limit = sa.bindparam("limit", type_=sa.Integer)
_page_below = _columns.where(_after, events.c.transaction_id < _horizon_bound).order_by(*_order).limit(_limit)
_has_held_back = sa.select(sa.exists().where(events.c.transaction_id >= _horizon_bound))
# Queried before the page, in a statement of its own: a transaction that ends between the two is visible to the second.
# `backend_xid` holds the lower 32 bits only. A transaction that began meanwhile is ahead of `next`: it seems half the range away.
_horizon = sa.text("""
    with seen as (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next),
    running as (
        select next - mod(mod(next, 4294967296) - backend_xid::text::bigint + 4294967296, 4294967296) as id
        from seen, pg_stat_activity where datname = current_database() and backend_xid is not null
    )
    select coalesce((select min(id) from running, seen where id > next - 2147483648), next) from seen
""")
_clear_snapshot = sa.text("select pg_stat_clear_snapshot()")
_arrived = (
    sa.select(events.c.id, events.c.kind, events.c.body)
    .where(sa.or_(events.c.id > sa.bindparam("highest"), events.c.id.in_(sa.bindparam("skipped", expanding=True))))
    .order_by(events.c.id)
)
_existing = sa.select(events.c.id).where(events.c.id.in_(sa.bindparam("ids", expanding=True)))
# With one writer the order of the ids is the order of commits. For a pair, SQLite would scan every event of transaction 0.
_page_of_one_writer = _columns.where(events.c.id > sa.bindparam("event_id")).order_by(events.c.id).limit(_limit)
_end = events.c.id <= sa.bindparam("end", type_=sa.BigInteger)
_before_end = sa.select(sa.exists().where(_after, _end))
_before_end_of_one_writer = sa.select(sa.exists().where(events.c.id > sa.bindparam("event_id"), _end))
_same = _columns.where(events.c.id == sa.bindparam("id"))
_cursor = sa.select(cursors.c.transaction_id, cursors.c.event_id).where(cursors.c.name == sa.bindparam("name"))
_cursor_locked = _cursor.with_for_update()
_delete_old = sa.delete(events).where(
    events.c.id.in_(sa.select(events.c.id).order_by(*_order).limit(DELETED_AT_ONCE)),
    sa.tuple_(*_order) <= _position,
    events.c.happened_at < sa.bindparam("before", type_=Moment),
)
_move = insert_or_replace(cursors, ["name"], ["transaction_id", "event_id"])


async def next_events(reader: Reader, position: Position, limit: int) -> Sequence[LoggedEvent]:
    """As `after`, but events that this process wrote itself come from its memory. Then later events of other processes may be missing: they
    come with the next call.
    """
    in_memory = reader.log_tail.after(position, limit) if reader.log_tail is not None else None
    return in_memory or await after(reader, position, limit)


async def after(reader: Reader, position: Position, limit: int = 200) -> Sequence[LoggedEvent]:
    """The next events behind this position, in the order of the log."""
    parameters = {"transaction_id": position.transaction_id, "event_id": position.event_id, "limit": limit}
    if reader.dialect == "postgresql":
        rows = await reader.all(_page_below, parameters | {"horizon": await _horizon_on_postgresql(reader)})
    else:
        rows = await reader.all(_page_of_one_writer, parameters)
    return [LoggedEvent(Position(one.transaction_id, one.id), decode(one.kind, one.body), one.happened_at) for one in rows]


class Arrivals:
    """Reads each event once, as soon as it is committed, in no particular order. Used to invalidate caches, where early matters more than
    order.
    """

    def __init__(self) -> None:
        self._highest = 0
        self._skipped: dict[int, datetime] = {}

    async def start(self, reader: Reader) -> None:
        """Begins after the last event, and watches the missing ids before it: their transactions may commit later."""
        self._highest = await reader.value(LAST_EVENT)
        before = range(max(1, self._highest - MOST_UNCOMMITTED), self._highest)
        existing = await reader.values(_existing, {"ids": [*before]}) if before else []
        self._skipped = dict.fromkeys(sorted({*before}.difference(existing)), reader.now)

    async def new(self, reader: Reader) -> list[Event]:
        """The events committed since the last call."""
        rows = await reader.all(_arrived, {"highest": self._highest, "skipped": list(self._skipped)})
        for row in rows:
            self._skipped.pop(row.id, None)
            if row.id > self._highest:
                self._skipped |= dict.fromkeys(range(max(self._highest + 1, row.id - MOST_SKIPPED), row.id), reader.now)
                self._highest = row.id
        if self._skipped:
            still_awaited = {one: since for one, since in self._skipped.items() if reader.now - since < GAP_TIMEOUT}
            self._skipped = dict([*still_awaited.items()][-MOST_SKIPPED:])
        return [decode(row.kind, row.body) for row in rows]


async def still_contains(reader: Reader, read: LoggedEvent) -> bool:
    """Whether the log still contains this event. False when another server, which lost the last transactions, has replaced the first."""
    row = await reader.one(_same, {"id": read.position.event_id})
    return row is not None and (row.transaction_id, decode(row.kind, row.body), row.happened_at) == (
        read.position.transaction_id,
        read.event,
        read.happened_at,
    )


async def is_held_back(reader: Reader) -> bool:
    """Whether events are committed that cannot be read yet, because an older transaction still runs."""
    if reader.dialect == "sqlite":
        return False
    return bool(await reader.value(_has_held_back, {"horizon": await _horizon_on_postgresql(reader)}))


async def tip(reader: Reader) -> Position:
    """The position behind all events so far: a follower that starts there reads only later ones."""
    if reader.dialect == "postgresql":
        return Position(await _horizon_on_postgresql(reader) - 1, 2**63 - 1)
    return Position(0, await reader.value(LAST_EVENT))


async def end(reader: Reader) -> int:
    """Id of the last committed event; 0 when there is none."""
    last: int = await reader.value(LAST_EVENT)
    return last


async def is_behind(reader: Reader, name: str, end: int) -> bool:
    """Whether the cursor of this name has not yet passed all events up to the id `end`."""
    position = await read_cursor(reader, name)
    statement = _before_end_of_one_writer if reader.dialect == "sqlite" else _before_end
    parameters = {"transaction_id": position.transaction_id, "event_id": position.event_id, "end": end}
    return bool(await reader.value(statement, parameters))


async def lock_cursor(tx: Tx, name: str) -> Position:
    """The position of this cursor, locked against other transactions until this one ends."""
    row = await tx.one(_cursor_locked, {"name": name})
    return Position(*row) if row else Position()


async def move_cursor(tx: Tx, name: str, position: Position) -> None:
    row = {"name": name, "transaction_id": position.transaction_id, "event_id": position.event_id}
    await tx.run(_move, row)


async def read_cursor(reader: Reader, name: str) -> Position:
    """The position of this cursor, without a lock. A cursor that was never moved is at the beginning."""
    row = await reader.one(_cursor, {"name": name})
    return Position(*row) if row else Position()


async def delete_old(tx: Tx, name: str) -> bool:
    """Deletes the oldest events that this cursor has passed and that are older than `RETENTION`, at most `DELETED_AT_ONCE` of them.

    Returns whether there may be more. A process that was suspended for longer than `RETENTION` continues at the tip.
    """
    position = await read_cursor(tx, name)
    bounds = {"transaction_id": position.transaction_id, "event_id": position.event_id, "before": tx.now - RETENTION}
    return await tx.run(_delete_old, bounds) == DELETED_AT_ONCE


async def _horizon_on_postgresql(reader: Reader) -> int:
    """Id of the oldest transaction of this database that may still emit events: events of older ones are complete."""
    await reader.value(_clear_snapshot)
    first: int = await reader.value(_horizon)
    return first
