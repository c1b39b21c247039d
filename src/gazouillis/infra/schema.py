"""The tables, made at first start."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database import Database
from gazouillis.infra.tables import metadata


async def prepare(db: Database) -> None:
    await db.run_sync(_create)


def _create(connection: sa.Connection) -> None:
    metadata.create_all(connection)
