"""Command: give a published status a narrower audience. It is never widened again."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Forbidden, Invalid
from gazouillis.infra.basics.ids import CircleId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, unique_conflict
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import queries, rules
from gazouillis.statuses.delete import discount, remove_reblog
from gazouillis.statuses.events import Reach, StatusNarrowed
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.publish import check_circle
from gazouillis.statuses.tables import mentions, status_tags, statuses


async def narrow(tx: Tx, author: Account, status_id: StatusId, visibility: Visibility, circle_id: CircleId | None = None) -> Status:
    """Deletes its reblogs, unless the status stays visible to everybody. The audience that it has already changes nothing.

    Raises Forbidden when the status is somebody else's, Invalid when the audience is not narrower.
    """
    status = await queries.own(tx, status_id, author.id)
    if status.reblog_of_id:
        raise Forbidden(_("This post is not yours"))
    circle_id = circle_id if visibility is Visibility.CIRCLE else None
    if (visibility, circle_id) == (status.visibility, status.circle_id):
        return status
    if not rules.is_narrower(visibility, than=status.visibility):
        raise Invalid(_("The audience of a post can only become narrower"), field="visibility", code="ERR_INCLUSION")
    if visibility is Visibility.CIRCLE:
        if circle_id is None:
            raise Invalid(_("Choose a circle"), field="circle_id", code="ERR_BLANK")
        await check_circle(tx, author, circle_id)
    unchanged = (statuses.c.id == status.id, statuses.c.visibility == status.visibility)
    if not await tx.run(sa.update(statuses).where(*unchanged).values(visibility=visibility, circle_id=circle_id)):
        raise unique_conflict()
    if not rules.is_for_everybody(visibility):
        await _withdraw(tx, status)
        if rules.is_for_everybody(status.visibility):
            await discount(tx, status)
    narrowed = msgspec.structs.replace(status, visibility=visibility, circle_id=circle_id)
    await tx.emit(await narrowing(tx, status, narrowed))
    return narrowed


async def _withdraw(tx: Tx, status: Status) -> None:
    """Deletes the reblogs, also those by the author, which would show it to their followers."""
    for row in await tx.all(sa.select(*cached_statuses.COLUMNS).where(statuses.c.reblog_of_id == status.id)):
        await remove_reblog(tx, cached_statuses.status_from_row(row), status)


async def narrowing(tx: Tx, before: Status, after: Status) -> StatusNarrowed:
    """The event for a status that fewer people see than before."""
    named = tuple(await tx.values(sa.select(mentions.c.account_id).where(mentions.c.status_id == before.id)))
    quoted = named if before.is_extract else ()
    was, now = (Reach(one.account_id, one.visibility, one.circle_id, named, one.withheld_by, quoted) for one in (before, after))
    tags = tuple(await tx.values(sa.select(status_tags.c.tag).where(status_tags.c.status_id == before.id)))
    return StatusNarrowed(before.id, before.account_id, was, now, before.in_reply_to_id, tags)
