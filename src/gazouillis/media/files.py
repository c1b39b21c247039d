"""Stored files of attachments: written once by digest, shared by all attachments with the same content, and deleted with the last of them.

A file is there as long as a row of `media_files` names it; there is no separate count that could be wrong. The rows are committed before
the file is written. Whoever deletes a file announces it first in `media_deletions`, in a transaction that finds no such row; whoever wants
to refer to it waits until that is done. So the store, which may be far away, is never asked inside a transaction. Every upload is processed
and written in full, also when the same content is there already: the time that it takes reveals nothing about the files of others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.ids import AttachmentId
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore, lock
from gazouillis.infra.files.blobs import key_of_file
from gazouillis.infra.site import Site
from gazouillis.media.events import MediaFilesReleased
from gazouillis.media.models import MediaFile, Variant
from gazouillis.media.processing.models import Kind, Processed, Produced
from gazouillis.media.tables import media_deletions, media_files
from gazouillis.media.urls import SUFFIXES

GRACE = timedelta(hours=1)
"""How old a file without a reference is before the sweep deletes it: longer than the writing of any."""
KEYS_PER_QUERY = 500

_keys: sa.BindParameter[str] = sa.bindparam("keys", expanding=True)
_REFERENCED = sa.select(media_files.c.key).distinct().where(media_files.c.key.in_(_keys))
_OF_ATTACHMENTS = sa.select(media_files.c.key).distinct().where(media_files.c.attachment_id.in_(sa.bindparam("ids", expanding=True)))


_BEING_DELETED = sa.select(media_deletions.c.key).where(media_deletions.c.key.in_(_keys)).limit(1)


class NewFile(msgspec.Struct, frozen=True):
    """A produced file with its key: not stored yet."""

    path: Path
    file: MediaFile


async def new_files(processed: Processed) -> list[NewFile]:
    """What was produced of one upload, by its variant."""
    produced = {
        Variant.ORIGINAL: processed.original,
        Variant.SMALL: processed.small,
        Variant.FALLBACK: processed.small_fallback,
        Variant.POSTER: processed.poster,
    }
    return await asyncio.to_thread(_with_keys, {name: one for name, one in produced.items() if one is not None})


async def new_thumbnail(picture: Processed, kind: Kind) -> list[NewFile]:
    """The files of a picture that stands for another file, of this kind."""
    small, fallback = picture.small or picture.original, picture.small_fallback or picture.small or picture.original
    produced = {Variant.SMALL: small, Variant.FALLBACK: fallback}
    if kind is not Kind.IMAGE:
        produced[Variant.POSTER] = picture.original
    return await asyncio.to_thread(_with_keys, produced)


def _with_keys(produced: Mapping[Variant, Produced]) -> list[NewFile]:
    return [
        NewFile(one.path, MediaFile(variant, _key(one), one.content_type, one.width or 0, one.height or 0, one.size))
        for variant, one in produced.items()
    ]


def _key(produced: Produced) -> str:
    return key_of_file(produced.path, _suffix(produced.content_type))


def _suffix(content_type: str) -> str:
    return f".{SUFFIXES[content_type]}"


async def refer(tx: Tx, attachment_id: AttachmentId, files: Iterable[NewFile]) -> None:
    """Replaces these variants of the attachment. Only after the commit may the files be written (`write`).

    Raises Unavailable when one of them is just being deleted, because nobody had it any more.
    """
    listed = list(files)
    keys = sorted({one.file.key for one in listed})
    for key in keys:
        await lock(tx, key)
    if await tx.value(_BEING_DELETED, {"keys": keys}):
        raise Unavailable
    variants = [one.file.variant.value for one in listed]
    replaced = sa.and_(media_files.c.attachment_id == attachment_id, media_files.c.variant.in_(variants))
    before = set(await tx.values(sa.select(media_files.c.key).where(replaced)))
    await tx.run(sa.delete(media_files).where(replaced))
    for one in listed:
        await tx.run(sa.insert(media_files), {"attachment_id": attachment_id, **_row(one.file)})
    if gone := sorted(before - {one.file.key for one in listed}):
        await tx.emit(MediaFilesReleased(tuple(gone)))


async def write(site: Site, files: Iterable[NewFile]) -> None:
    """Stores the files, to which rows refer already."""
    for one in files:
        await site.media_store.put_file(one.path, _suffix(one.file.content_type))


async def release(tx: Tx, ids: list[AttachmentId]) -> None:
    """Drops the references of attachments that are deleted. The files go after the commit, unless others refer to them."""
    keys = await tx.values(_OF_ATTACHMENTS, {"ids": ids})
    await tx.run(sa.delete(media_files).where(media_files.c.attachment_id.in_(ids)))
    if keys:
        await tx.emit(MediaFilesReleased(tuple(sorted(keys))))


async def move(tx: Tx, source_id: AttachmentId, target_id: AttachmentId) -> None:
    """Gives one attachment the files of another, which have been written, instead of its own."""
    await release(tx, [target_id])
    await tx.run(sa.update(media_files).where(media_files.c.attachment_id == source_id).values(attachment_id=target_id))


async def on_media_files_released(site: Site, event: MediaFilesReleased) -> None:
    for key in event.keys:
        await remove_unless_referenced(site, key)


async def remove_unless_referenced(site: Site, key: str) -> None:
    """Deletes the file unless an attachment refers to it. Run again after a crash, it finishes."""
    async with site.db.write() as tx:
        await lock(tx, key)
        if await _referenced(tx, [key]):
            return
        await tx.run(insert_or_ignore(media_deletions), {"key": key})
    async with site.db.read() as reader:  # the transaction that dropped the reference may have shared the commit, and failed in it
        is_referenced = bool(await _referenced(reader, [key]))
    if not is_referenced:
        await site.media_store.delete(key)
    async with site.db.write() as tx:
        await tx.run(sa.delete(media_deletions).where(media_deletions.c.key == key))


async def orphans(site: Site) -> list[str]:
    """Keys of older files to which no attachment refers, and of unfinished deletions, as a server leaves them that was killed."""
    keys = await site.media_store.keys(before=datetime.now(UTC) - GRACE)
    found: set[str] = set()
    async with site.db.long_read() as reader:
        keys += await reader.values(sa.select(media_deletions.c.key))
        for start in range(0, len(keys), KEYS_PER_QUERY):
            found |= await _referenced(reader, keys[start : start + KEYS_PER_QUERY])
    return [one for one in keys if one not in found]


async def _referenced(reader: Reader, keys: list[str]) -> set[str]:
    return set(await reader.values(_REFERENCED, {"keys": keys}))


def _row(file: MediaFile) -> dict[str, object]:
    return {**msgspec.structs.asdict(file), "variant": file.variant.value}
