"""Brings a database up to date. https://alembic.sqlalchemy.org/en/latest/api/runtime.html"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parent
HERD = 7_140_140
"""Processes that start together wait for the first: an advisory lock of PostgreSQL. SQLite has one writer anyway."""


def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER / "versions")])


def upgrade(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(HERD)))
    known = scripts()
    context = MigrationContext.configure(connection, opts={"fn": lambda revision, _context: known._upgrade_revs("head", revision)})
    with Operations.context(context):
        context.run_migrations()
