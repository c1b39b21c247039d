"""Commands of uploads: take in a file, process it at once or by a background job, and store it as an attachment."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Conflict, Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId, AttachmentId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.site import Site
from gazouillis.media import files, formats, queries, resumable, rules, uploads
from gazouillis.media.events import AttachmentsChanged, MediaUploaded
from gazouillis.media.files import NewFile
from gazouillis.media.models import Attachment, Description, State
from gazouillis.media.processing.models import AS_IT_IS, Adjustment, Kind, MediaLimits, Processed
from gazouillis.media.processing.process import process
from gazouillis.media.resumable import Unfinished
from gazouillis.media.tables import attachments

logger = logging.getLogger(__name__)


class Received(msgspec.Struct, frozen=True):
    """Files that arrived, in a folder of the caller: what is to be shown, and the picture that its owner sent to stand for it."""

    file: Path
    thumbnail: Path | None = None
    adjustment: Adjustment = AS_IT_IS
    """Of the file: nothing else is kept of it."""


async def accept(site: Site, account: Account, received: Received, description: Description, *, waits: bool = False) -> Attachment:
    """The attachment of the file. A picture is processed before this returns, and with `waits` everything is.

    What is processed later survives a crash: the file was moved to the folder of uploads then, and it and the job are durable. Raises
    Invalid, and stores nothing, when the file is refused at once.
    """
    rules.check_description(description.text or "")
    kind = await asyncio.to_thread(formats.slow_kind, received.file)
    is_plain = received.thumbnail is None and not received.adjustment.changes_something
    if kind is not None and not waits and is_plain:
        return await _queue(site, account, received.file, description, kind)
    with uploads.workspace(site.settings) as folder:
        processed, new = await _processed(site, received, folder)
        async with site.db.write() as tx:
            attachment = await insert(tx, account.id, description, processed.kind)
            await files.refer(tx, attachment.id, new)
        return await finish(site, attachment.id, processed, new)


async def accept_resumable(site: Site, account: Account, name: str, adjustment: Adjustment = AS_IT_IS) -> Attachment:
    """The attachment of an upload that came in parts. Asked again, it is the same. Raises Conflict as long as parts are missing."""
    attachment_id = await resumable.attachment_id(site.settings, account.id, name)
    if attachment_id is None:
        found = await resumable.find(site.settings, account.id, name)
        if not found.is_whole:
            raise Conflict(_("The file has not arrived whole"))
        with resumable.claimed(found):
            attachment_id = await resumable.attachment_id(site.settings, account.id, name)
            if attachment_id is None:
                return await _accept_whole(site, account, found, adjustment)
    async with site.db.read() as reader:
        return await queries.own(reader, attachment_id, account.id)


async def _accept_whole(site: Site, account: Account, found: Unfinished, adjustment: Adjustment) -> Attachment:
    try:
        attachment = await accept(site, account, Received(found.path, adjustment=adjustment), Description())
    except Invalid:
        await resumable.discard(found)
        raise
    await resumable.record(found, attachment.id)
    return attachment


async def on_media_uploaded(site: Site, event: MediaUploaded) -> None:
    """Processes a file that was taken in before. Run twice, it does the same again, or nothing."""
    async with site.db.read() as reader:
        found = (await queries.by_ids(reader, [event.attachment_id])).get(event.attachment_id)
    if found is None or found.state is not State.PROCESSING:
        return
    try:
        with uploads.workspace(site.settings) as folder:
            processed, new = await _processed(site, Received(uploads.path(site.settings, found.upload)), folder)
            async with site.db.write() as tx:
                await files.refer(tx, found.id, new)
            await finish(site, found.id, processed, new)
    except (Invalid, FileNotFoundError) as fault:
        logger.info("attachment %d cannot be processed: %s", found.id, fault)
        async with site.db.write() as tx:
            await _update(tx, found.id, state=State.FAILED.value, upload="")
    except NotFound:  # deleted meanwhile
        pass
    await uploads.discard(site.settings, found.upload)


async def replace_thumbnail(site: Site, attachment: Attachment, thumbnail: Path) -> None:
    """`thumbnail`: an uploaded picture, which stands for the file from now on."""
    with uploads.workspace(site.settings) as folder:
        new = await files.new_thumbnail(await _thumbnail(site, thumbnail, folder), attachment.kind)
        async with site.db.write() as tx:
            await files.refer(tx, attachment.id, new)
        await files.write(site, new)
        async with site.db.write() as tx:
            await tx.emit(AttachmentsChanged((attachment.id,)))


async def _queue(site: Site, account: Account, file: Path, description: Description, kind: Kind) -> Attachment:
    upload = await uploads.keep(site.settings, file)
    async with site.db.write() as tx:
        attachment = await insert(tx, account.id, description, kind, upload)
        await tx.emit(MediaUploaded(attachment.id))
    return attachment


async def _processed(site: Site, received: Received, folder: Path) -> tuple[Processed, list[NewFile]]:
    processed = await process(received.file, folder / "file", MediaLimits.of(site.settings), received.adjustment)
    new = await files.new_files(processed)
    if received.thumbnail is not None:
        thumbnail = await files.new_thumbnail(await _thumbnail(site, received.thumbnail, folder), processed.kind)
        replaced = {one.file.variant for one in thumbnail}
        new = [*(one for one in new if one.file.variant not in replaced), *thumbnail]
    return processed, new


async def _thumbnail(site: Site, source: Path, folder: Path) -> Processed:
    try:
        processed = await process(source, folder / "thumbnail", MediaLimits.of(site.settings))
        if processed.kind is not Kind.IMAGE:
            raise Invalid(_("This is not a picture we can read"), field="file")
    except Invalid as fault:
        raise Invalid(fault.public, field="thumbnail", code=fault.code) from fault
    return processed


async def insert(tx: Tx, account_id: AccountId, description: Description, kind: Kind, upload: str = "") -> Attachment:
    """A row without files, which is not ready. Until it is, nobody can attach it."""
    x, y = description.focus or (0.0, 0.0)
    attachment = Attachment(
        id=AttachmentId(tx.new_id()),
        account_id=account_id,
        status_id=None,
        position=None,
        kind=kind,
        state=State.PROCESSING,
        description=description.text or "",
        focus_x=x,
        focus_y=y,
        blurhash="",
        duration=0.0,
        frame_rate="",
        bitrate=0,
        upload=upload,
        created_at=tx.now,
        detached_at=tx.now,
    )
    row = {**msgspec.structs.asdict(attachment), "kind": kind.value, "state": attachment.state.value}
    del row["files"]
    await tx.run(sa.insert(attachments), row)
    return attachment


async def finish(site: Site, attachment_id: AttachmentId, processed: Processed, new: list[NewFile]) -> Attachment:
    """Writes the files, to which rows refer already, then marks the attachment as ready. Raises NotFound when it was deleted meanwhile."""
    await files.write(site, new)
    async with site.db.write() as tx:
        await _update(
            tx,
            attachment_id,
            state=State.READY.value,
            kind=processed.kind.value,
            blurhash=processed.blurhash or "",
            duration=processed.duration or 0.0,
            frame_rate=processed.frame_rate or "",
            bitrate=processed.bitrate or 0,
            upload="",
        )
        return await queries.by_id(tx, attachment_id)


async def _update(tx: Tx, attachment_id: AttachmentId, **values: object) -> None:
    await tx.run(sa.update(attachments).where(attachments.c.id == attachment_id).values(values))
    await tx.emit(AttachmentsChanged((attachment_id,)))
