"""Recount replies, reblogs and statuses: only public and unlisted ones count, since everybody may see the numbers."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Public is 0, unlisted 1, private 2, direct 3. Direct statuses were not counted among those of an account.
_RECOUNTED = """
    update {table} set {column} = {column} - hidden.many
    from (select {of} as id, count(*) as many from statuses
        where {of} is not null and deleted_at is null and visibility {which} group by {of}) as hidden
    where {table}.id = hidden.id and {column} >= hidden.many
"""
_LAST_PUBLIC_STATUS = """
    update accounts set last_status_at = (
        select max(created_at) from statuses where account_id = accounts.id and visibility < 2 and deleted_at is null
    )
    where id in (select account_id from statuses where visibility = 2)
"""


def upgrade() -> None:
    op.execute(_RECOUNTED.format(table="statuses", column="replies_count", of="in_reply_to_id", which=">= 2"))
    op.execute(_RECOUNTED.format(table="statuses", column="reblogs_count", of="reblog_of_id", which=">= 2"))
    op.execute(_RECOUNTED.format(table="accounts", column="statuses_count", of="account_id", which="= 2"))
    op.execute(_LAST_PUBLIC_STATUS)
