"""Announces polls that have ended: once to each voter and once to the author, ever, and to those who have the status open."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader, Row, Tx, insert_or_ignore
from gazouillis.infra.site import Site
from gazouillis.statuses.events import PollEnded
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.polls.events import PollEndTold
from gazouillis.statuses.polls.store import lock_poll
from gazouillis.statuses.polls.tables import TO_ANNOUNCE, ballots, polls
from gazouillis.statuses.tables import statuses

AT_ONCE = 200
"""How many people are told in one transaction."""

_status = sa.bindparam("status", type_=sa.BigInteger)
_due = sa.select(polls.c.status_id).where(TO_ANNOUNCE, polls.c.expires_at <= sa.bindparam("now", type_=polls.c.expires_at.type))
_IS_DUE = sa.select(sa.exists(_due.subquery().select()))
_NEXT = _due.order_by(polls.c.expires_at).limit(1)
_ENDED = (
    sa.select(statuses.c.account_id, statuses.c.visibility, statuses.c.withheld_by)
    .join(polls, polls.c.status_id == statuses.c.id)
    .where(statuses.c.id == _status, TO_ANNOUNCE, polls.c.expires_at <= sa.bindparam("now", type_=polls.c.expires_at.type))
)
_NOT_TOLD = (
    sa.select(ballots.c.account_id)
    .where(ballots.c.status_id == _status, ballots.c.choices > 0, sa.not_(ballots.c.is_told))
    .order_by(ballots.c.account_id)
    .limit(AT_ONCE)
)
_TELL = (
    sa.update(ballots)
    .where(ballots.c.status_id == _status, ballots.c.account_id.in_(sa.bindparam("told", expanding=True)))
    .values(is_told=True)
)
_TELL_AUTHOR = insert_or_ignore(ballots)
_DONE = sa.update(polls).where(polls.c.status_id == _status).values(is_announced=True)


async def announce_ended(site: Site) -> bool:
    """Announces the polls that are due. Returns whether there were any. Run by the worker."""
    has_announced = False
    while await _is_due(site):
        has_announced = True
        async with site.db.long_write() as tx:
            await announce_next(tx)
    return has_announced


async def announce_next(tx: Tx) -> None:
    """Tells one batch of the voters of one poll. When all are told, the poll is done."""
    found: int | None = await tx.value(_NEXT, {"now": tx.now})
    if found is None:
        return
    status_id = StatusId(found)
    await lock_poll(tx, status_id)
    ended = await tx.one(_ENDED, {"status": status_id, "now": tx.now})
    if ended is not None:  # else an edit gave it a later end meanwhile
        await _announce(tx, status_id, ended)


async def _announce(tx: Tx, status_id: StatusId, ended: Row) -> None:
    author_id = AccountId(ended.account_id)
    told = [AccountId(one) for one in await tx.values(_NOT_TOLD, {"status": status_id})]
    if told:
        await tx.run(_TELL, {"status": status_id, "told": told})
    is_last = len(told) < AT_ONCE
    if await tx.run(_TELL_AUTHOR, {"status_id": status_id, "account_id": author_id, "choices": 0, "is_told": True}):
        told.append(author_id)
    if told:
        await tx.emit(PollEndTold(status_id, author_id, tuple(told)))
    if is_last:
        await tx.run(_DONE, {"status": status_id})
        await tx.emit(PollEnded(status_id, author_id, Visibility(ended.visibility), ended.withheld_by))


async def _is_due(site: Site) -> bool:
    async with site.db.read() as reader:
        return await is_due(reader)


async def is_due(reader: Reader) -> bool:
    return bool(await reader.value(_IS_DUE, {"now": reader.now}))
