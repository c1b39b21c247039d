"""The files of profiles. A file is there as long as an account shows it: its references are the accounts' own rows, which cannot lie.

A picture is written inside the transaction that first refers to it, after all checks: a form that is refused leaves nothing. It is
removed when the transaction that last referred to it is committed. Who writes and who removes hold the file's name, one after the other.
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
"""What an account without pictures holds."""

GRACE = timedelta(hours=1)
"""How old an orphan is before it is removed: longer than any transaction that may still refer to it."""
KEYS_PER_QUERY = 500

_keys: sa.BindParameter[str] = sa.bindparam("keys", expanding=True)
_REFERENCED = sa.union(*(sa.select(column).where(column.in_(_keys), column != "") for column in COLUMNS))
_CURRENT = sa.select(*COLUMNS).where(accounts.c.id == sa.bindparam("account", type_=sa.BigInteger)).with_for_update()


class Picture(msgspec.Struct, frozen=True):
    """As it will be shown, and not kept yet."""

    key: str
    content: bytes


def picture(content: bytes) -> Picture:
    return Picture(key_of(content, SUFFIX), content)


async def store(tx: Tx, blobs: Blobs, new_pictures: Iterable[Picture]) -> None:
    """The last step of the transaction that refers to them."""
    for one in sorted(new_pictures, key=lambda one: one.key):
        await lock(tx, one.key)
        await blobs.put(one.content, SUFFIX)


async def replace(tx: Tx, account_id: AccountId, values: Mapping[str, Any]) -> None:
    """Tells which files the account shows no more once its row holds these values."""
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
    """Removes what no account shows: files whose transaction came to nothing."""
    before = datetime.now(UTC) - GRACE
    async with site.db.long_read() as reader:
        found = await orphans(reader, site.blobs, before=before)
    for key in found:
        await remove_unless_shown(site, key)
    await site.blobs.delete_drafts(before=before)
    if found:
        logger.info("%d files that nobody shows were removed", len(found))


async def orphans(reader: Reader, blobs: Blobs, *, before: datetime) -> list[str]:
    """Files written before this moment that no account shows."""
    keys = await blobs.keys(before=before)
    shown: set[str] = set()
    for start in range(0, len(keys), KEYS_PER_QUERY):
        shown |= await _shown(reader, keys[start : start + KEYS_PER_QUERY])
    return [one for one in keys if one not in shown]


async def remove_unless_shown(site: Site, key: str) -> None:
    """Nobody has committed a reference to it, and nobody is about to."""
    async with site.db.write() as tx:
        await lock(tx, key)
        if await _shown(tx, [key]):
            return
        async with site.db.read() as reader:  # what this process writes together may still be undone together
            if await _shown(reader, [key]):
                return
        await site.blobs.delete(key)


async def _shown(reader: Reader, keys: Collection[str]) -> set[str]:
    return set(await reader.values(_REFERENCED, {"keys": list(keys)}))


def _is_file(key: str) -> bool:
    """Pictures of other servers are addresses."""
    return bool(key) and "://" not in key
