"""Tell accounts that were suspended from those whose owner has asked to delete them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("suspended_by_moderators_at", sa.BigInteger(), nullable=True))
    op.execute(
        "update accounts set suspended_by_moderators_at = suspended_at where suspended_at is not null"
        " and exists (select 1 from users where users.account_id = accounts.id and users.deletes_at is null)"
    )
