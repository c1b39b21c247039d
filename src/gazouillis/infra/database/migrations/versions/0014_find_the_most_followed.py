"""Find the most followed accounts here that want to be found"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LISTED = sa.text("domain = '' and is_discoverable and suspended_at is null")


def upgrade() -> None:
    op.create_index("accounts_by_followers", "accounts", ["followers_count"], sqlite_where=LISTED, postgresql_where=LISTED)
