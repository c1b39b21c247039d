"""The tables, made at first start and brought up to date at the first start of each release."""

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
    # Alembic takes as long to load as all the rest of a start, and almost no start needs it.
    upgrade = lazily("gazouillis.infra.database.migrations.upgrade")

NEWEST = "0011"
"""The revision this code works with: the last of `migrations/versions`, which a test verifies."""

_HAS_REVISION = {
    "sqlite": sa.text("select 1 from sqlite_master where name = 'alembic_version'"),
    "postgresql": sa.text("select 1 where to_regclass('alembic_version') is not null"),
}


async def prepare(db: Database) -> None:
    """One query when there is nothing to do."""
    present = await revision(db)
    if present == NEWEST:
        return
    if present is not None and present > NEWEST:
        said = Message(
            "The database was made by a later version of Gazouillis (revision {revision}): install that one", values={"revision": present}
        )
        raise Conflict(said)
    await db.run_sync(lambda connection: upgrade.upgrade(connection))


async def revision(db: Database) -> str | None:
    """Which one the database has; None: it is empty."""
    async with db.read() as reader:
        if not await reader.value(_HAS_REVISION[reader.dialect]):
            return None
        found: str | None = await reader.value(sa.text("select version_num from alembic_version"))
        return found
