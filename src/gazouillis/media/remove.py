"""Commands: delete attachments, those that nobody used, and those of a deleted account. Their files go with the last reference."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.ids import AttachmentId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.site import Site
from gazouillis.media import files, queries, resumable, uploads
from gazouillis.media.events import AttachmentsChanged
from gazouillis.media.models import Attachment
from gazouillis.media.tables import attachments

logger = logging.getLogger(__name__)

AT_ONCE = 100
UPLOAD_GRACE = timedelta(hours=1)
"""How old a received file is that no attachment waits for, before it is deleted: longer than any request lasts."""

_before = sa.bindparam("before", type_=Moment)
_UNUSED = (
    sa.select(attachments.c.id)
    .where(attachments.c.detached_at.is_not(None), attachments.c.detached_at < _before)
    .order_by(attachments.c.detached_at)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)
_IS_FREE = (
    sa.select(attachments.c.id)
    .where(attachments.c.id == sa.bindparam("attachment", type_=sa.BigInteger), attachments.c.status_id.is_(None))
    .with_for_update()
)
_WAITING = sa.select(attachments.c.upload).where(attachments.c.upload != "", attachments.c.detached_at.is_not(None))


async def remove(tx: Tx, attachment: Attachment) -> None:
    """Raises Conflict when a status has it."""
    if await tx.value(_IS_FREE, {"attachment": attachment.id}) is None:
        raise Conflict(_("This file belongs to a post"))
    await _remove(tx, [attachment.id])


async def remove_of_status(tx: Tx, status_id: StatusId) -> None:
    await _remove(tx, [one.id for one in await queries.all_of_status(tx, status_id)])


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes one batch of an account's attachments. Returns whether there may be more."""
    found = await tx.values(sa.select(attachments.c.id).where(attachments.c.account_id == account.id).limit(AT_ONCE))
    await _remove(tx, found)
    return bool(found)


async def sweep(site: Site) -> None:
    """Deletes attachments that no status has had for `media_unattached_hours`, and files that nothing refers to. Run by the worker."""
    while await _sweep_batch(site):
        pass
    now = datetime.now(UTC)
    found = await files.orphans(site)
    for key in found:
        await files.remove_unless_referenced(site, key)
    await site.media_store.delete_drafts(before=now - files.GRACE)
    async with site.db.long_read() as reader:
        waiting = set(await reader.values(_WAITING))
    await uploads.sweep(site.settings, waiting, before=now - UPLOAD_GRACE)
    await resumable.sweep(site.settings, now)
    if found:
        logger.info("%d media files without a reference were deleted", len(found))


async def _sweep_batch(site: Site) -> bool:
    async with site.db.long_write() as tx:
        unused = await tx.values(_UNUSED, {"before": tx.now - timedelta(hours=site.settings.media_unattached_hours)})
        await _remove(tx, unused)
    return len(unused) == AT_ONCE


async def _remove(tx: Tx, ids: Sequence[AttachmentId]) -> None:
    """Received files that were not processed yet are swept later."""
    if not ids:
        return
    await files.release(tx, list(ids))
    await tx.run(sa.delete(attachments).where(attachments.c.id.in_(ids)))
    await tx.emit(AttachmentsChanged(tuple(ids)))
