"""Queries: the scheduled statuses of an account, and what is due. Only their author reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, ScheduledId, StatusId
from gazouillis.infra.basics.messages import Message
from gazouillis.infra.database.paging import Listing, Page, Window, page_of
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.statuses.models import Draft
from gazouillis.statuses.scheduled import rules
from gazouillis.statuses.scheduled.models import ScheduledStatus, When
from gazouillis.statuses.scheduled.tables import IS_WAITING, scheduled_statuses

_table = scheduled_statuses.c
_account = sa.bindparam("account", type_=sa.BigInteger)
_COLUMNS = (_table.id, _table.account_id, _table.due_at, _table.zone, _table.wall_time, _table.draft, _table.via, _table.failure)
_OF_ACCOUNT = sa.select(*_COLUMNS).where(_table.account_id == _account)
_LISTED = Listing(_OF_ACCOUNT, _table.id)
_BY_TIME = _OF_ACCOUNT.order_by(_table.due_at, _table.id).limit(rules.MOST)
_BY_ID = sa.select(*_COLUMNS).where(_table.id == sa.bindparam("scheduled", type_=sa.BigInteger))
_TO_CHANGE = _BY_ID.with_for_update()
_DUE = sa.select(_table.id).where(IS_WAITING, _table.due_at <= sa.bindparam("now", type_=Moment)).order_by(_table.due_at).limit(1)
_COUNT = sa.select(sa.func.count()).where(_table.account_id == _account, _table.id != sa.bindparam("but", type_=sa.BigInteger))
_COUNT_ON_DAY = _COUNT.where(_table.due_at >= sa.bindparam("first", type_=Moment), _table.due_at < sa.bindparam("end", type_=Moment))


async def page(reader: Reader, account_id: AccountId, window: Window) -> Page[ScheduledStatus]:
    rows = await _LISTED.rows(reader, window, account=account_id)
    return page_of(window, [(one.id, one) for one in map(_from_row, rows)])


async def by_time(reader: Reader, account_id: AccountId) -> list[ScheduledStatus]:
    """All of them, the next one first."""
    return [_from_row(row) for row in await reader.all(_BY_TIME, {"account": account_id})]


async def own(reader: Reader, scheduled_id: ScheduledId, account_id: AccountId) -> ScheduledStatus:
    """Raises NotFound for somebody else's, as for one that does not exist."""
    return _own(await reader.one(_BY_ID, {"scheduled": scheduled_id}), account_id)


async def own_to_change(reader: Reader, scheduled_id: ScheduledId, account_id: AccountId) -> ScheduledStatus:
    """As `own`. Nobody else changes or publishes it until the transaction ends."""
    return _own(await reader.one(_TO_CHANGE, {"scheduled": scheduled_id}), account_id)


async def to_publish(reader: Reader, scheduled_id: ScheduledId) -> ScheduledStatus | None:
    """None when it is due no more: it was published, put off or deleted meanwhile. Nobody else changes it until the transaction ends."""
    row = await reader.one(_TO_CHANGE, {"scheduled": scheduled_id})
    found = _from_row(row) if row else None
    return found if found is not None and found.failure is None and found.when.due_at <= reader.now else None


async def next_due(reader: Reader) -> ScheduledId | None:
    found: int | None = await reader.value(_DUE, {"now": reader.now})
    return None if found is None else ScheduledId(StatusId(found))


async def counts(reader: Reader, account_id: AccountId, due_at: datetime, *, but: ScheduledId) -> tuple[int, int]:
    """How many wait beside this one: in all, and on the day when it is due."""
    first = due_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    whose = {"account": account_id, "but": but}
    in_all = await reader.value(_COUNT, whose)
    return in_all, await reader.value(_COUNT_ON_DAY, {**whose, "first": first, "end": first + timedelta(days=1)})


def _own(row: Row | None, account_id: AccountId) -> ScheduledStatus:
    if row is None or row.account_id != account_id:
        raise NotFound
    return _from_row(row)


def _from_row(row: Any) -> ScheduledStatus:
    return ScheduledStatus(
        ScheduledId(row.id),
        AccountId(row.account_id),
        When(row.due_at, row.zone, row.wall_time),
        msgspec.json.decode(row.draft, type=Draft),
        row.via,
        msgspec.json.decode(row.failure, type=Message) if row.failure else None,
    )
