"""Writes the next Alembic migration: how the tables in the code differ from the migrated schema. `just migration add_places`"""

import asyncio
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import api, produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

from gazouillis import reactions
from gazouillis.infra.basics.clock import system_clock
from gazouillis.infra.database import schema
from gazouillis.infra.database.migrations.upgrade import FOLDER
from gazouillis.infra.database.sqlite import SqliteDatabase
from gazouillis.infra.database.tables import Moment, metadata

TEMPLATE = '''"""{title}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down_revision}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}
'''


async def main(name: str) -> None:
    assert reactions  # importing it declares the tables of all rooms
    with TemporaryDirectory() as folder:
        db = SqliteDatabase(Path(folder) / "empty.db", system_clock)
        await db.open()
        if schema.NEWEST:
            await schema.prepare(db)
        await db.run_sync(lambda connection: write(connection, name))
        await db.close()


def write(connection: sa.Connection, name: str) -> None:
    options = {"target_metadata": metadata, "include_object": is_ours, "render_item": rendered, "compare_type": True}
    missing = produce_migrations(MigrationContext.configure(connection, opts=options), metadata)
    assert missing.upgrade_ops is not None
    code = render_python_code(missing.upgrade_ops, render_item=rendered, imports=set())
    revision = f"{int(schema.NEWEST or 0) + 1:04}"
    path = FOLDER / "versions" / f"{revision}_{name}.py"
    title = name.replace("_", " ").capitalize() + "."
    before = f'"{schema.NEWEST}"' if schema.NEWEST else "None"
    path.write_text(TEMPLATE.format(title=title, revision=revision, down_revision=before, upgrade=code), encoding="utf-8")
    print(f"{path}: read it, run `just fmt`, and write {revision} as NEWEST in infra/database/schema.py")


def is_ours(_object: Any, name: str | None, kind: str, _is_reflected: Any, _compared_to: Any) -> bool:
    """Migrations of the full-text tables are written by hand, in the SQL of each database."""
    return kind != "table" or not re.match(r"searched_(statuses|accounts)", name or "")


def rendered(kind: str, item: Any, _context: api.AutogenContext) -> str | bool:
    """Replaces our own column types by those of SQLAlchemy, so that a migration does not depend on code that may change."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, Moment) else False


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
