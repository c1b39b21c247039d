"""Commands: straighten and crop a picture that was uploaded before, or a copy of it, or show how it would look."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.ids import AttachmentId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.files import disk_errors
from gazouillis.infra.limits import require
from gazouillis.infra.site import Site
from gazouillis.media import files, queries, rules, upload, uploads
from gazouillis.media.events import AttachmentsChanged
from gazouillis.media.models import Attachment, Description, MediaFile, Variant
from gazouillis.media.processing import errors
from gazouillis.media.processing.models import Adjustment, Kind, MediaLimits, Processed
from gazouillis.media.processing.process import process
from gazouillis.media.tables import attachments

MOST_ADJUSTED = 60
ADJUSTED_IN = timedelta(minutes=30)


async def adjust(site: Site, found: Attachment, adjustment: Adjustment) -> Attachment:
    """The same attachment with new files; those before are deleted. Its focal point is the middle again, since its place has moved.

    Raises Invalid, and Conflict when a status took it meanwhile. The new files belong to an attachment of their own until they are stored,
    so the picture is whole at any moment; a server that was killed leaves one that is swept.
    """
    with uploads.workspace(site.settings) as folder:
        processed = await _processed(site, found, adjustment, folder)
        new = await files.new_files(processed)
        async with site.db.write() as tx:
            made = await upload.insert(tx, found.account_id, Description(), processed.kind)
            await files.refer(tx, made.id, new)
        await files.write(site, new)
    return await _replace(site, found.id, made.id, processed)


async def adjusted_copy(site: Site, found: Attachment, adjustment: Adjustment, description: str) -> Attachment:
    """Another attachment, which no status has yet. Raises Invalid."""
    rules.check_description(description)
    with uploads.workspace(site.settings) as folder:
        processed = await _processed(site, found, adjustment, folder)
        new = await files.new_files(processed)
        async with site.db.write() as tx:
            made = await upload.insert(tx, found.account_id, Description(description), processed.kind)
            await files.refer(tx, made.id, new)
        return await upload.finish(site, made.id, processed, new)


async def preview(site: Site, found: Attachment, adjustment: Adjustment) -> tuple[bytes, str]:
    """The small version of the adjusted picture, and its content type. Nothing is stored. Raises Invalid."""
    with uploads.workspace(site.settings) as folder:
        processed = await _processed(site, found, adjustment, folder)
        shown = processed.small_fallback or processed.original
        return await asyncio.to_thread(shown.path.read_bytes), shown.content_type


async def _processed(site: Site, found: Attachment, adjustment: Adjustment, folder: Path) -> Processed:
    original = found.file(Variant.ORIGINAL)
    if found.kind is not Kind.IMAGE or original is None:
        raise errors.no_turning()
    await require(site.limits, f"adjust:{found.account_id}", MOST_ADJUSTED, ADJUSTED_IN)
    await _fetch(site, original, folder / "before")
    return await process(folder / "before", folder / "file", _limits(site, original), adjustment)


async def _replace(site: Site, attachment_id: AttachmentId, made_id: AttachmentId, processed: Processed) -> Attachment:
    async with site.db.write() as tx:
        is_free = sa.and_(attachments.c.id == attachment_id, attachments.c.status_id.is_(None))
        values = {"blurhash": processed.blurhash or "", "focus_x": 0.0, "focus_y": 0.0}
        if not await tx.run(sa.update(attachments).where(is_free).values(values)):
            raise Conflict(_("This file belongs to a post"))
        await files.move(tx, made_id, attachment_id)
        await tx.run(sa.delete(attachments).where(attachments.c.id == made_id))
        await tx.emit(AttachmentsChanged((attachment_id, made_id)))
        return await queries.by_id(tx, attachment_id)


async def _fetch(site: Site, file: MediaFile, into: Path) -> None:
    with disk_errors.as_unavailable(), into.open("wb") as written:
        async for chunk in await site.media_store.open(file.key):
            await asyncio.to_thread(written.write, chunk)


def _limits(site: Site, file: MediaFile) -> MediaLimits:
    """The limit of bytes is on what people send: what it became may be larger."""
    limits = MediaLimits.of(site.settings)
    return msgspec.structs.replace(limits, image_bytes=max(limits.image_bytes, file.size), video_bytes=max(limits.video_bytes, file.size))
