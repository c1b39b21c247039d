"""Commands: schedule a status, put it off, and delete it. Its author is the only one who knows of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, ScheduledId, StatusId
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.media.attach import attach, detach
from gazouillis.statuses import idempotency
from gazouillis.statuses.models import Draft, Status, Terms
from gazouillis.statuses.publish import Published
from gazouillis.statuses.scheduled import queries, rules
from gazouillis.statuses.scheduled.models import ScheduledStatus, When
from gazouillis.statuses.scheduled.tables import scheduled_statuses

Publish: TypeAlias = Callable[[Tx, Account, Draft, Terms, str], Awaitable[Published]]
"""How doors publish, which rooms above do: `encounters/reach/act.py`. The last parameter is the road, as a form says it."""

_INSERT = sa.insert(scheduled_statuses)
_is_it = scheduled_statuses.c.id == sa.bindparam("scheduled", type_=sa.BigInteger)
_PUT_OFF = sa.update(scheduled_statuses).where(_is_it)
_DELETE = sa.delete(scheduled_statuses).where(_is_it)


class _Tried(Exception):
    """Rolls back what was published as a trial."""


async def schedule(
    tx: Tx, author: Account, draft: Draft, when: When, terms: Terms, publish: Publish, via: str = ""
) -> ScheduledStatus | Status:
    """Stores the draft, after a trial: what could not be published now is refused now, by the same errors.

    With an idempotency key that is remembered, returns what it made, and writes nothing: the scheduled status, or what was published of it.
    Raises as `publish`, and Invalid when the time is too soon or too late, or too many wait.
    """
    await lock(tx, _lock_of(author.id))
    scheduled_id = ScheduledId(StatusId(tx.new_id()))
    if draft.idempotency_key and (earlier := await _made_earlier(tx, author, draft.idempotency_key, scheduled_id)):
        return earlier
    await _check_time(tx, author, when.due_at, scheduled_id)
    await _try_out(tx, author, draft, terms, publish, via)
    if draft.attachment_ids:
        await attach(tx, author.id, scheduled_id, draft.attachment_ids)
    row = {"id": scheduled_id, "account_id": author.id, **msgspec.structs.asdict(when), "draft": msgspec.json.encode(draft), "via": via}
    await tx.run(_INSERT, row)
    return ScheduledStatus(scheduled_id, author.id, when, draft, via)


async def put_off(tx: Tx, account: Account, scheduled_id: ScheduledId, when: When) -> ScheduledStatus:
    """Gives it another time, earlier or later. One that could not be published waits again."""
    await lock(tx, _lock_of(account.id))
    found = await queries.own_to_change(tx, scheduled_id, account.id)
    await _check_time(tx, account, when.due_at, scheduled_id)
    await tx.run(_PUT_OFF.values({**msgspec.structs.asdict(when), "failure": None}), {"scheduled": scheduled_id})
    return msgspec.structs.replace(found, when=when, failure=None)


async def remove(tx: Tx, account: Account, scheduled_id: ScheduledId) -> None:
    """Its files wait for another status, from now until they are swept."""
    found = await queries.own_to_change(tx, scheduled_id, account.id)
    await detach(tx, found.id)
    await tx.run(_DELETE, {"scheduled": found.id})


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes all of a deleted account. Its files go with those of its statuses."""
    return bool(await tx.run(sa.delete(scheduled_statuses).where(scheduled_statuses.c.account_id == account.id)))


async def _made_earlier(tx: Tx, author: Account, key: str, scheduled_id: ScheduledId) -> ScheduledStatus | Status | None:
    """None when nothing was made with this key: it is then assigned to `scheduled_id`."""
    known = await idempotency.scheduled_with(tx, author, key)
    if known is not None:
        return await queries.own(tx, known, author.id)
    return await idempotency.already_published(tx, author, key, scheduled_id)


async def _check_time(tx: Tx, author: Account, due_at: datetime, scheduled_id: ScheduledId) -> None:
    rules.check(due_at, tx.now)
    rules.check_count(*await queries.counts(tx, author.id, due_at, but=scheduled_id))


async def _try_out(tx: Tx, author: Account, draft: Draft, terms: Terms, publish: Publish, via: str) -> None:
    try:
        async with tx.savepoint():
            await publish(tx, author, msgspec.structs.replace(draft, idempotency_key=""), terms, via)
            raise _Tried
    except _Tried:
        pass


def _lock_of(account_id: AccountId) -> str:
    return f"scheduled:{account_id}"
