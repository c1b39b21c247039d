"""Queries: attachments by id, by status and by account, with their files, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from sys import getsizeof
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, AttachmentId, StatusId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.media.models import Attachment, MediaFile, State, Variant
from gazouillis.media.processing.models import Kind
from gazouillis.media.tables import attachments, media_files


def weight(one: Attachment) -> int:
    """An upper bound of its size in bytes."""
    return 900 + getsizeof(one.description) + 500 * len(one.files)


ATTACHMENTS: CacheRegion[AttachmentId, Attachment] = CacheRegion("attachments", 8_000_000, weight)

COLUMNS = tuple(attachments.c[name] for name in Attachment.__struct_fields__ if name != "files")
"""The columns of an `Attachment`, in the order of its fields."""
_FILE_COLUMNS = tuple(media_files.c[name] for name in MediaFile.__struct_fields__)
_KIND, _STATE = (Attachment.__struct_fields__.index(name) for name in ("kind", "state"))

_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_BY_IDS = sa.select(*COLUMNS).where(attachments.c.id.in_(_ids))
_OF_STATUSES = sa.select(*COLUMNS).where(attachments.c.status_id.in_(_ids)).order_by(attachments.c.status_id, attachments.c.position)
_OF_ACCOUNT = (
    sa.select(*COLUMNS)
    .where(
        attachments.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
        attachments.c.id < sa.bindparam("before", type_=sa.BigInteger),
    )
    .order_by(attachments.c.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_FILES = sa.select(media_files.c.attachment_id, *_FILE_COLUMNS).where(media_files.c.attachment_id.in_(_ids))


async def by_id(reader: Reader, attachment_id: AttachmentId) -> Attachment:
    """Raises NotFound. Who may see it is not asked."""
    found = (await by_ids(reader, (attachment_id,))).get(attachment_id)
    if found is None:
        raise NotFound
    return found


async def by_ids(reader: Reader, ids: Collection[AttachmentId]) -> dict[AttachmentId, Attachment]:
    return await cached(reader, ATTACHMENTS, ids, _load)


async def own(reader: Reader, attachment_id: AttachmentId, account_id: AccountId) -> Attachment:
    """Raises NotFound for somebody else's, as for one that does not exist."""
    found = await by_id(reader, attachment_id)
    if found.account_id != account_id:
        raise NotFound
    return found


async def own_free(reader: Reader, attachment_id: AttachmentId, account_id: AccountId) -> Attachment:
    """Raises NotFound also when a status has it."""
    found = await own(reader, attachment_id, account_id)
    if found.status_id is not None:
        raise NotFound
    return found


async def of_statuses(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, tuple[Attachment, ...]]:
    """What each status shows now, in its order. Statuses without attachments are left out."""
    found: dict[StatusId, tuple[Attachment, ...]] = {}
    for one in await _all_of(reader, ids):
        if one.status_id is not None and one.position is not None:
            found[one.status_id] = (*found.get(one.status_id, ()), one)
    return found


async def all_of_status(reader: Reader, status_id: StatusId) -> list[Attachment]:
    """With those that only an earlier version of the status had."""
    return await _all_of(reader, [status_id])


async def of_account(reader: Reader, account_id: AccountId, before: AttachmentId, limit: int) -> list[Attachment]:
    """What an account has uploaded, the newest first, below this id."""
    rows = await reader.all(_OF_ACCOUNT, {"account": account_id, "before": before, "limit": limit})
    return await with_files(reader, map(attachment_from_row, rows))


async def files_of(reader: Reader, ids: Collection[AttachmentId]) -> dict[AttachmentId, tuple[MediaFile, ...]]:
    found: dict[AttachmentId, tuple[MediaFile, ...]] = {}
    for row in await reader.all(_FILES, {"ids": list(ids)}) if ids else ():
        attachment_id, variant, *values = list(row)
        found[attachment_id] = (*found.get(attachment_id, ()), MediaFile(Variant(variant), *values))
    return found


async def _load(reader: Reader, ids: Collection[AttachmentId]) -> dict[AttachmentId, Attachment]:
    rows = await reader.all(_BY_IDS, {"ids": list(ids)})
    return {one.id: one for one in await with_files(reader, map(attachment_from_row, rows))}


async def _all_of(reader: Reader, ids: Collection[StatusId]) -> list[Attachment]:
    rows = await reader.all(_OF_STATUSES, {"ids": list(ids)}) if ids else ()
    return await with_files(reader, map(attachment_from_row, rows))


async def with_files(reader: Reader, found: Iterable[Attachment]) -> list[Attachment]:
    listed = list(found)
    files = await files_of(reader, [one.id for one in listed])
    return [msgspec.structs.replace(one, files=files.get(one.id, ())) for one in listed]


def attachment_from_row(row: Row | Sequence[Any]) -> Attachment:
    """`row`: the values of `COLUMNS`, in their order. Without its files."""
    values = list(row)
    values[_KIND], values[_STATE] = Kind(values[_KIND]), State(values[_STATE])
    return Attachment(*values)
