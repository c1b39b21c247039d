from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts import counts
from gazouillis.accounts.models import Account
from gazouillis.infra.database import Reader, Tx
from gazouillis.infra.errors import Forbidden
from gazouillis.infra.ids import StatusId
from gazouillis.infra.messages import _
from gazouillis.statuses import queries, rules, told
from gazouillis.statuses.events import StatusDeleted
from gazouillis.statuses.models import Status
from gazouillis.statuses.tables import bookmarks, favourites, mentions, status_edits, status_tags, statuses


async def delete(tx: Tx, author: Account, status_id: StatusId) -> Status:
    """Takes back what was said: the words go, a tombstone keeps the answers attached. Answers with the status as it was."""
    status = await queries.visible(tx, status_id, author.id)
    if status.account_id != author.id:
        raise Forbidden(_("This post is not yours"))
    if status.reblog_of_id:
        await remove_reblog(tx, status)
        await tx.run(_counted_down(status.reblog_of_id, "reblogs_count"))
        return status
    for made in await tx.all(sa.select(*told.COLUMNS).where(statuses.c.reblog_of_id == status.id)):
        await remove_reblog(tx, told.status_from(made))
    await _bury(tx, status)
    await tx.emit(StatusDeleted(status.id, author.id, in_reply_to_id=status.in_reply_to_id))
    return status


async def is_deleted_by(reader: Reader, author: Account, status_id: StatusId) -> bool:
    """Whether this author took it back already: a second click says the same as the first."""
    status = await queries.by_id(reader, status_id)
    return status is not None and status.account_id == author.id and status.deleted_at is not None


async def remove_reblog(tx: Tx, made: Status) -> None:
    """A reblog leaves nothing behind: nobody can answer it."""
    await tx.run(sa.delete(statuses).where(statuses.c.id == made.id))
    if rules.enters_timelines(made.visibility):
        await counts.change(tx, made.account_id, statuses=-1)
    await tx.emit(StatusDeleted(made.id, made.account_id, made.reblog_of_id))


async def _bury(tx: Tx, status: Status) -> None:
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
    for kept in (mentions, status_tags, status_edits, favourites, bookmarks):
        await tx.run(sa.delete(kept).where(kept.c.status_id == status.id))
    if rules.enters_timelines(status.visibility):
        await counts.change(tx, status.account_id, statuses=-1)
    if status.in_reply_to_id:
        await tx.run(_counted_down(status.in_reply_to_id, "replies_count"))


def _counted_down(status_id: StatusId, column: str) -> sa.Update:
    return sa.update(statuses).where(statuses.c.id == status_id, statuses.c[column] > 0).values({column: statuses.c[column] - 1})
