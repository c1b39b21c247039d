"""Tables of the graph: follows, follow requests, blocks and mutes."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata


def _edge(name: str, source: str, target: str, *columns: sa.Column[object]) -> sa.Table:
    """A table of edges from `source` to `target`, indexed from both ends. `id` is the cursor of the lists that people page through."""
    return sa.Table(
        name,
        metadata,
        sa.Column(source, sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column(target, sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("id", sa.BigInteger, nullable=False),
        *columns,
        sa.Index(f"{name}_from", source, "id", target),
        sa.Index(f"{name}_to", target, "id", source),
        sqlite_with_rowid=False,
    )


def _follow_options() -> tuple[sa.Column[object], ...]:
    """The options of a follow. A follow request has them too, and hands them on when it is accepted."""
    return (
        sa.Column("shows_reblogs", sa.Boolean, nullable=False, default=True),
        sa.Column("notifies", sa.Boolean, nullable=False, default=False),
    )


follows = _edge("follows", "follower_id", "followed_id", *_follow_options())

follow_requests = _edge("follow_requests", "follower_id", "followed_id", *_follow_options())

blocks = _edge("blocks", "account_id", "target_id")

mutes = _edge(
    "mutes",
    "account_id",
    "target_id",
    sa.Column("hides_notifications", sa.Boolean, nullable=False, default=True),
    sa.Column("expires_at", Moment),
)

sa.Index("follows_that_notify", follows.c.followed_id, sqlite_where=sa.text("notifies = 1"), postgresql_where=sa.text("notifies"))

sa.Index(
    "mutes_that_end", mutes.c.expires_at, sqlite_where=sa.text("expires_at is not null"), postgresql_where=sa.text("expires_at is not null")
)
