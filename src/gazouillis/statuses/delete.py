"""Command: delete a status. Its text goes; a tombstone stays so that replies keep their parent."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts import counts
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import queries, rules
from gazouillis.statuses.events import StatusDeleted
from gazouillis.statuses.models import Status
from gazouillis.statuses.tables import bookmarks, favourites, mentions, status_edits, status_tags, statuses


async def delete(tx: Tx, author: Account, status_id: StatusId) -> Status:
    """Returns the status as it was before. Its reblogs are deleted with it. Of a reblog, only the reblog is deleted.

    Raises NotFound when there is no such status, Forbidden when it is somebody else's.
    """
    status = await queries.own(tx, status_id, author.id)
    if status.reblog_of_id:
        original = await queries.by_id(tx, status.reblog_of_id)
        await remove_reblog(tx, status, original.account_id if original else None)
        return status
    for row in await tx.all(sa.select(*cached_statuses.COLUMNS).where(statuses.c.reblog_of_id == status.id)):
        await remove_reblog(tx, cached_statuses.status_from_row(row), author.id)
    deleted = StatusDeleted(
        status.id,
        author.id,
        in_reply_to_id=status.in_reply_to_id,
        visibility=status.visibility,
        mentioned_ids=tuple(await tx.values(sa.select(mentions.c.account_id).where(mentions.c.status_id == status.id))),
        tags=tuple(await tx.values(sa.select(status_tags.c.tag).where(status_tags.c.status_id == status.id))),
    )
    await _make_tombstone(tx, status)
    await tx.emit(deleted)
    return status


async def is_deleted_by(reader: Reader, author: Account, status_id: StatusId) -> bool:
    """Whether this author has deleted it already: the second of two identical requests is then answered like the first."""
    status = await queries.by_id(reader, status_id)
    return status is not None and status.account_id == author.id and status.deleted_at is not None


async def remove_reblog(tx: Tx, reblog: Status, original_account_id: AccountId | None) -> None:
    """Deletes the row: a reblog has no replies, so it needs no tombstone."""
    await tx.run(sa.delete(statuses).where(statuses.c.id == reblog.id))
    if rules.is_for_everybody(reblog.visibility):
        await counts.change(tx, reblog.account_id, statuses=-1)
        await tx.run(_DECREMENT["reblogs_count"], {"status": reblog.reblog_of_id})
    await tx.emit(
        StatusDeleted(
            reblog.id, reblog.account_id, reblog.reblog_of_id, visibility=reblog.visibility, original_account_id=original_account_id
        )
    )


async def _make_tombstone(tx: Tx, status: Status) -> None:
    emptied = {
        "text": "",
        "content": "",
        "spoiler_text": "",
        "deleted_at": tx.now,
        "favourites_count": 0,
        "reblogs_count": 0,
        "repeats_id": None,
    }
    await tx.run(sa.update(statuses).where(statuses.c.id == status.id).values(emptied))
    for table in (mentions, status_tags, status_edits, favourites, bookmarks):
        await tx.run(sa.delete(table).where(table.c.status_id == status.id))
    if rules.is_for_everybody(status.visibility):
        await counts.change(tx, status.account_id, statuses=-1)
        await tx.run(_DECREMENT["replies_count"], {"status": status.in_reply_to_id})


_DECREMENT = {
    name: sa.update(statuses)
    .where(statuses.c.id == sa.bindparam("status", type_=sa.BigInteger), statuses.c[name] > 0)
    .values({name: statuses.c[name] - 1})
    for name in ("replies_count", "reblogs_count")
}
