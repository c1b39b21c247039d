"""The moderation log: which moderator did what, for all moderators to read. Each line is written with the act, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.moderation.models import Act, LogEntry
from gazouillis.moderation.tables import moderation_log

_LISTING = Listing(sa.select(moderation_log.c.id), moderation_log.c.id)
_BY_IDS = sa.select(moderation_log).where(moderation_log.c.id.in_(sa.bindparam("ids", expanding=True)))


async def write(
    tx: Tx, moderator_id: AccountId, act: Act, account_id: AccountId, *, status_id: StatusId | None = None, minutes: int = 0
) -> None:
    row = {
        "id": tx.new_id(),
        "moderator_id": moderator_id,
        "act": act.value,
        "account_id": account_id,
        "status_id": status_id,
        "minutes": minutes,
        "created_at": tx.now,
    }
    await tx.run(sa.insert(moderation_log), row)


async def page(reader: Reader, window: Window) -> Page[int]:
    return await _LISTING.page(reader, window)


async def entries(reader: Reader, ids: Sequence[int]) -> list[LogEntry]:
    """In the order of the ids."""
    rows = {row.id: row for row in await reader.all(_BY_IDS, {"ids": list(ids)})}
    people = {AccountId(one) for row in rows.values() for one in (row.moderator_id, row.account_id) if one}
    known = await accounts.by_ids(reader, people)
    return [
        LogEntry(
            id=row.id,
            act=Act(row.act),
            moderator=known.get(row.moderator_id),
            account=known.get(row.account_id),
            status_id=row.status_id,
            minutes=row.minutes,
            created_at=row.created_at,
        )
        for row in (rows[one] for one in ids if one in rows)
    ]


async def erase(tx: Tx, account_id: AccountId, limit: int) -> bool:
    """The log stays, without this account, whether it moderated or was concerned. Returns whether there may be more."""
    is_about = moderation_log.c.account_id == account_id
    for condition, emptied in (
        (moderation_log.c.moderator_id == account_id, {"moderator_id": None}),
        (is_about, {"account_id": None, "status_id": None}),
    ):
        found = await tx.values(sa.select(moderation_log.c.id).where(condition).limit(limit))
        if found:
            await tx.run(sa.update(moderation_log).where(moderation_log.c.id.in_(found)).values(emptied))
            return True
    return False
