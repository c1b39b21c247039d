"""Database migrations at start: creates the tables at the first start, and migrates them at the first start of each release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.basics.messages import Message
from gazouillis.infra.database.transactions import Database

if TYPE_CHECKING:
    from gazouillis.infra.database.migrations import upgrade
else:
    # Loading Alembic takes as long as the rest of a start, and almost no start needs it.
    upgrade = lazily("gazouillis.infra.database.migrations.upgrade")

NEWEST = "0056"
"""The revision this code works with: the last of `migrations/versions`, which a test verifies."""

_HAS_REVISION = {
    "sqlite": sa.text("select 1 from sqlite_master where name = 'alembic_version'"),
    "postgresql": sa.text("select 1 where to_regclass('alembic_version') is not null"),
}


async def prepare(db: Database) -> None:
    """Migrates the database to `NEWEST`; makes one query when it is up to date. Raises `Conflict` when a later version migrated it."""
    current = await revision(db)
    if current == NEWEST:
        return
    if current is not None and current > NEWEST:
        message = Message(
            "The database was made by a later version of Gazouillis (revision {revision}): install that one", values={"revision": current}
        )
        raise Conflict(message)
    await db.run_sync(lambda connection: upgrade.upgrade(connection))


async def revision(db: Database) -> str | None:
    """The revision of the database; None when it is empty."""
    async with db.read() as reader:
        if not await reader.value(_HAS_REVISION[reader.dialect]):
            return None
        stored: str | None = await reader.value(sa.text("select version_num from alembic_version"))
        return stored
