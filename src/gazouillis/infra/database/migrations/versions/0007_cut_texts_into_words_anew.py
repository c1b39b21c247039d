"""Rebuild the search indexes, since texts are tokenised in another way: the worker reindexes them in small batches."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TRANSACTION = {"sqlite": "0", "postgresql": "pg_current_xact_id()::text::bigint"}
NOW = {"sqlite": "cast(strftime('%s', 'now') as integer) * 1000000", "postgresql": "(extract(epoch from now()) * 1000000)::bigint"}


def upgrade() -> None:
    connection = op.get_bind()
    name = connection.dialect.name
    for table, kind in (("searched_statuses", "StatusesIndexOutdated"), ("searched_accounts", "AccountsIndexOutdated")):
        if connection.scalar(sa.text(f"select rowid from {table} limit 1")) is not None:
            event = f"insert into events (transaction_id, kind, body, happened_at) values ({TRANSACTION[name]}, :kind, :body, {NOW[name]})"
            connection.execute(sa.text(event), {"kind": kind, "body": b'{"after":0}'})
