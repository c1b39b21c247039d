"""Store the options of a follow on its follow request. Delete notifications of follows and follow requests that no longer exist."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EDGE_TABLES = {"follow": "follows", "follow_request": "follow_requests"}


def upgrade() -> None:
    for name, usual in (("shows_reblogs", sa.true()), ("notifies", sa.false())):
        op.add_column("follow_requests", sa.Column(name, sa.Boolean(), nullable=False, server_default=usual))
    op.execute(
        "delete from follow_requests where exists (select 1 from follows where follows.follower_id = follow_requests.follower_id"
        " and follows.followed_id = follow_requests.followed_id)"
    )
    for kind, edges in EDGE_TABLES.items():
        op.execute(
            f"delete from notifications where kind = '{kind}' and not exists (select 1 from {edges}"
            f" where {edges}.follower_id = notifications.from_account_id and {edges}.followed_id = notifications.account_id)"
        )
