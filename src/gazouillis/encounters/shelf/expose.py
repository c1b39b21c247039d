"""Commands of a reader of the shelf: what they were shown counts once, and what they dismiss they are shown no more."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.encounters.shelf.events import ShelfDismissed
from gazouillis.encounters.shelf.models import Item
from gazouillis.encounters.shelf.tables import shelf_exposures, shelved_statuses
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore, lock

_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_KNOWN = sa.select(shelf_exposures.c.status_id).where(
    shelf_exposures.c.viewer_id == _viewer, shelf_exposures.c.status_id.in_(sa.bindparam("ids", expanding=True))
)
_PRESENT = sa.select(shelved_statuses.c.status_id).where(shelved_statuses.c.status_id == sa.bindparam("status", type_=sa.BigInteger))
_COUNT = (
    sa.update(shelved_statuses)
    .where(shelved_statuses.c.status_id.in_(sa.bindparam("ids", expanding=True)))
    .values(exposures=shelved_statuses.c.exposures + 1)
)


def is_counted(reader: Account, shown: Collection[Item]) -> bool:
    """Whether showing these is to be written down: a program that reads is nobody's reader."""
    return not reader.is_bot and any(not one.is_seen for one in shown)


async def expose(tx: Tx, reader: Account, ids: Collection[StatusId]) -> None:
    """Counts these posts as shown to this reader, each of them once however often it is shown."""
    await lock(tx, f"shelf:{reader.id}")
    known = set(await tx.values(_KNOWN, {"viewer": reader.id, "ids": list(ids)})) if ids else set()
    if shown := sorted({*ids} - known):
        rows = [{"viewer_id": reader.id, "status_id": one, "is_dismissed": False} for one in shown]
        await tx.run(insert_or_ignore(shelf_exposures), rows)
        await tx.run(_COUNT, {"ids": shown})


async def dismiss(tx: Tx, reader: Account, status_id: StatusId) -> None:
    """Raises NotFound for a post that is not on the shelf. Its author is not told."""
    if await tx.value(_PRESENT, {"status": status_id}) is None:
        raise NotFound(_("There is no such post"))
    await expose(tx, reader, [status_id])
    is_it = (shelf_exposures.c.viewer_id == reader.id, shelf_exposures.c.status_id == status_id)
    await tx.run(sa.update(shelf_exposures).where(*is_it).values(is_dismissed=True))
    await tx.emit(ShelfDismissed(reader.id))
