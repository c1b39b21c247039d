"""Files of profile pictures (avatars and headers), and their garbage collection.

A file is kept as long as a row of `accounts` refers to it; there is no separate reference count that could be wrong. It is written
inside the transaction that first refers to it, after all checks, so that a refused form leaves no file. It is deleted after the
transaction that removed the last reference is committed. Whoever writes or deletes a file first takes a lock on its name.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.events import PicturesReplaced
from gazouillis.accounts.tables import accounts
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.infra.files.blobs import Blobs, key_of
from gazouillis.infra.site import Site

logger = logging.getLogger(__name__)

SUFFIX = ".webp"
COLUMNS = (accounts.c.avatar, accounts.c.header)
NONE = {column.name: "" for column in COLUMNS}
"""The columns of an account without pictures."""

GRACE = timedelta(hours=1)
"""How old an orphan is before it is removed: longer than any transaction that may still refer to it."""
KEYS_PER_QUERY = 500
"""How many files one query looks up among the references."""

_keys: sa.BindParameter[str] = sa.bindparam("keys", expanding=True)
_REFERENCED = sa.union(*(sa.select(column).where(column.in_(_keys), column != "") for column in COLUMNS))
_CURRENT = sa.select(*COLUMNS).where(accounts.c.id == sa.bindparam("account", type_=sa.BigInteger)).with_for_update()


class Picture(msgspec.Struct, frozen=True):
    """A converted picture, not stored yet. The key is derived from the content."""

    key: str
    content: bytes


def picture(content: bytes) -> Picture:
    return Picture(key_of(content, SUFFIX), content)


async def store(tx: Tx, blobs: Blobs, new_pictures: Iterable[Picture]) -> None:
    """Writes the files. It must be the last step of the transaction that refers to them."""
    for one in sorted(new_pictures, key=lambda one: one.key):
        await lock(tx, one.key)
        await blobs.put(one.content, SUFFIX)


async def replace(tx: Tx, account_id: AccountId, values: Mapping[str, Any]) -> None:
    """Emits `PicturesReplaced` for the files to which the account no longer refers once its row has these values.

    Call it before the row is updated.
    """
    if not values.keys() & NONE.keys():
        return
    row = await tx.one(_CURRENT, {"account": account_id})
    if row is None:
        return
    shown = dict(zip(NONE, row, strict=True))
    gone = set(shown.values()) - {values.get(name, key) for name, key in shown.items()}
    if keys := sorted(key for key in gone if _is_file(key)):
        await tx.emit(PicturesReplaced(account_id, keys))


async def on_pictures_replaced(site: Site, event: PicturesReplaced) -> None:
    for key in event.keys:
        await remove_unless_shown(site, key)


async def sweep(site: Site) -> None:
    """Deletes files that no account refers to: those of transactions that were rolled back. Run by the worker."""
    before = datetime.now(UTC) - GRACE
    async with site.db.long_read() as reader:
        found = await orphans(reader, site.blobs, before=before)
    for key in found:
        await remove_unless_shown(site, key)
    await site.blobs.delete_drafts(before=before)
    if found:
        logger.info("%d files without a reference were deleted", len(found))


async def orphans(reader: Reader, blobs: Blobs, *, before: datetime) -> list[str]:
    """Keys of files written before this moment to which no account refers."""
    keys = await blobs.keys(before=before)
    shown: set[str] = set()
    for start in range(0, len(keys), KEYS_PER_QUERY):
        shown |= await _shown(reader, keys[start : start + KEYS_PER_QUERY])
    return [one for one in keys if one not in shown]


async def remove_unless_shown(site: Site, key: str) -> None:
    """Deletes the file unless an account refers to it, in this transaction or in the committed state."""
    async with site.db.write() as tx:
        await lock(tx, key)
        if await _shown(tx, [key]):
            return
        async with site.db.read() as reader:  # a group commit may still roll back: ask the committed state too
            if await _shown(reader, [key]):
                return
        await site.blobs.delete(key)


async def _shown(reader: Reader, keys: Collection[str]) -> set[str]:
    return set(await reader.values(_REFERENCED, {"keys": list(keys)}))


def _is_file(key: str) -> bool:
    """Whether it is a file of ours: the pictures of remote accounts are URLs."""
    return bool(key) and "://" not in key
