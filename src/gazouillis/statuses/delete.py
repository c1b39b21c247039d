"""Command: delete a status. Its text goes; a tombstone stays so that replies keep their parent."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts import counts
from gazouillis.accounts.models import Account
from gazouillis.filters import change as filters
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.media import attach, remove
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import pin, queries, rules
from gazouillis.statuses.events import StatusDeleted
from gazouillis.statuses.models import Delivery, Status, Visibility
from gazouillis.statuses.polls import store as polls
from gazouillis.statuses.tables import bookmarks, favourites, mentions, status_edits, status_tags, statuses, thanked, thanks

_DELIVERED = sa.select(mentions.c.account_id).where(
    mentions.c.status_id == sa.bindparam("status", type_=sa.BigInteger), mentions.c.delivery == int(Delivery.FULL)
)


async def delete(tx: Tx, author: Account, status_id: StatusId, *, keeps_media: bool = False) -> Status:
    """Returns the status as it was before. Its reblogs are deleted with it. Of a reblog, only the reblog is deleted.

    `keeps_media`: its attachments wait for another status of the author, who deletes this one to write it again.

    Raises NotFound when there is no such status, Forbidden when it is somebody else's.
    """
    status = await queries.own(tx, status_id, author.id)
    if status.reblog_of_id:
        await remove_reblog(tx, status, await queries.by_id(tx, status.reblog_of_id))
        return status
    if status.pinned_id:
        await pin.remove(tx, status)
    for row in await tx.all(sa.select(*cached_statuses.COLUMNS).where(statuses.c.reblog_of_id == status.id)):
        await remove_reblog(tx, cached_statuses.status_from_row(row), status)
    mentioned_ids = tuple(await tx.values(_DELIVERED, {"status": status.id}))
    deleted = StatusDeleted(
        status.id,
        author.id,
        in_reply_to_id=status.in_reply_to_id,
        visibility=status.visibility,
        mentioned_ids=mentioned_ids,
        tags=tuple(await tx.values(sa.select(status_tags.c.tag).where(status_tags.c.status_id == status.id))),
        circle_id=status.circle_id,
        withheld_by=status.withheld_by,
        quoted_ids=mentioned_ids if status.is_extract else (),
    )
    await _make_tombstone(tx, status)
    if keeps_media:
        await attach.detach(tx, status.id)
    else:
        await remove.remove_of_status(tx, status.id)
    await tx.emit(deleted)
    return status


async def is_deleted_by(reader: Reader, author: Account, status_id: StatusId) -> bool:
    """Whether this author has deleted it already: the second of two identical requests is then answered like the first."""
    status = await queries.by_id(reader, status_id)
    return status is not None and status.account_id == author.id and status.deleted_at is not None


async def remove_reblog(tx: Tx, reblog: Status, original: Status | None) -> None:
    """Deletes the row: a reblog has no replies, so it needs no tombstone."""
    await tx.run(sa.delete(statuses).where(statuses.c.id == reblog.id))
    await filters.forget_status(tx, reblog.id)
    if rules.is_for_everybody(reblog.visibility):
        await _count_one_less(tx, reblog.account_id)
        await tx.run(_DECREMENT["reblogs_count"], {"status": reblog.reblog_of_id})
    await tx.emit(
        StatusDeleted(
            reblog.id,
            reblog.account_id,
            reblog.reblog_of_id,
            visibility=reblog.visibility,
            original_account_id=original.account_id if original else None,
            quoted_ids=tuple(await tx.values(_DELIVERED, {"status": original.id})) if original and original.is_extract else (),
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
        "attachments_count": 0,
        "place_id": None,
        "region_id": None,
        "country": None,
        "thanked_count": 0,
        "has_poll": False,
        "pinned_id": None,
        # Nobody could open a thread again whose first status is deleted. What moderators chose stays.
        "reply_policy": 0,
        "slow_minutes": 0,
        "is_frozen": False,
    }
    await tx.run(sa.update(statuses).where(statuses.c.id == status.id).values(emptied))
    for table in (mentions, status_tags, status_edits, favourites, bookmarks, thanks, thanked):
        await tx.run(sa.delete(table).where(table.c.status_id == status.id))
    if status.has_poll:
        await polls.remove(tx, status.id)
    await filters.forget_status(tx, status.id)
    if rules.is_for_everybody(status.visibility):
        await discount(tx, status)


async def discount(tx: Tx, status: Status) -> None:
    """Takes a status out of the numbers of its author and of the status it answers. Called after its row was changed."""
    await _count_one_less(tx, status.account_id)
    if status.withheld_top != status.id:
        await count_reply_less(tx, status)


async def count_reply_less(tx: Tx, status: Status) -> None:
    """Takes a reply out of the number of the status that it answers."""
    await tx.run(_DECREMENT["replies_count"], {"status": status.in_reply_to_id})


async def _count_one_less(tx: Tx, author_id: AccountId) -> None:
    """Called when the row is deleted: the last status of the author may be an earlier one now."""
    await counts.change(tx, author_id, statuses=-1)
    await counts.set_last_status(tx, author_id, await tx.value(_LAST_STATUS_AT, {"account": author_id}))


_LAST_STATUS_AT = (
    sa.select(statuses.c.created_at)
    .where(
        statuses.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
        statuses.c.deleted_at.is_(None),
        statuses.c.visibility <= int(Visibility.UNLISTED),
    )
    .order_by(statuses.c.id.desc())
    .limit(1)
)
_DECREMENT = {
    name: sa.update(statuses)
    .where(statuses.c.id == sa.bindparam("status", type_=sa.BigInteger), statuses.c[name] > 0)
    .values({name: statuses.c[name] - 1})
    for name in ("replies_count", "reblogs_count")
}
