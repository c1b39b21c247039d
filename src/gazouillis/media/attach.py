"""Commands: give attachments to a status, change what it shows, and take them from it. Called in the transaction that writes the status."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId, AttachmentId, StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.media import queries, rules
from gazouillis.media.events import AttachmentsChanged
from gazouillis.media.models import Attachment, Description
from gazouillis.media.tables import attachments


async def attach(tx: Tx, author_id: AccountId, status_id: StatusId, ids: Sequence[AttachmentId]) -> tuple[Attachment, ...]:
    """Makes the status show these, in this order, and none else. Raises Invalid unless they are the author's, ready and free.

    What it showed before stays with it: the earlier version shows it.
    """
    wanted = list(dict.fromkeys(ids))
    before = {one.id: one for one in await queries.all_of_status(tx, status_id)}
    found = before | await queries.by_ids(tx, [one for one in wanted if one not in before])
    rules.check_attachable(wanted, found, author_id, status_id)
    after = {one: msgspec.structs.replace(found[one], status_id=status_id, position=at, detached_at=None) for at, one in enumerate(wanted)}
    after |= {one.id: msgspec.structs.replace(one, position=None) for one in before.values() if one.id not in after}
    changed = [one for one in after.values() if one != found[one.id]]
    for one in changed:
        await _move(tx, one, before=found[one.id].status_id)
    if changed:
        await tx.emit(AttachmentsChanged(tuple(one.id for one in changed)))
    return tuple(after[one] for one in wanted)


async def describe(tx: Tx, found: Collection[Attachment], changes: Mapping[AttachmentId, Description]) -> tuple[Attachment, ...]:
    """The same attachments, with these texts and points of interest. What a change leaves out stays. Raises Invalid."""
    described = tuple(_described(one, changes.get(one.id, Description())) for one in found)
    changed = [after for before, after in zip(found, described, strict=True) if before != after]
    for one in changed:
        values = {"description": one.description, "focus_x": one.focus_x, "focus_y": one.focus_y}
        await tx.run(sa.update(attachments).where(attachments.c.id == one.id).values(values))
    if changed:
        await tx.emit(AttachmentsChanged(tuple(one.id for one in changed)))
    return described


async def detach(tx: Tx, status_id: StatusId) -> None:
    """Takes all attachments from a status that is deleted. They wait for another one until they are swept."""
    ids = [one.id for one in await queries.all_of_status(tx, status_id)]
    if ids:
        free = {"status_id": None, "position": None, "detached_at": tx.now}
        await tx.run(sa.update(attachments).where(attachments.c.id.in_(ids)).values(free))
        await tx.emit(AttachmentsChanged(tuple(ids)))


async def _move(tx: Tx, one: Attachment, *, before: StatusId | None) -> None:
    """Raises Invalid when another status was faster to take it."""
    values = {"status_id": one.status_id, "position": one.position, "detached_at": one.detached_at}
    is_unmoved = attachments.c.status_id.is_not_distinct_from(before)
    if not await tx.run(sa.update(attachments).where(attachments.c.id == one.id, is_unmoved).values(values)):
        raise rules.not_attachable()


def _described(one: Attachment, change: Description) -> Attachment:
    if change.text is not None:
        rules.check_description(change.text)
    x, y = change.focus or (one.focus_x, one.focus_y)
    return msgspec.structs.replace(one, description=one.description if change.text is None else change.text, focus_x=x, focus_y=y)
