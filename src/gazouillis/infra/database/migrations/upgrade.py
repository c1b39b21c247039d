"""Runs the Alembic migrations from inside the server. https://alembic.sqlalchemy.org/en/latest/api/runtime.html"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parent
LOCK_KEY = 7_140_140
"""Key of a PostgreSQL advisory lock: processes that start together wait for the first. SQLite has one writer anyway."""


def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER / "versions")])


def upgrade(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY)))
    directory = scripts()
    context = MigrationContext.configure(connection, opts={"fn": lambda revision, _context: directory._upgrade_revs("head", revision)})
    with Operations.context(context):
        context.run_migrations()
