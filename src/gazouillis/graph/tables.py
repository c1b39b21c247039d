"""Tables of the graph: follows, their requests and batches, limits, blocks, mutes, notes, dismissals, circles, lists, cards."""

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
        sa.Column("batch_id", sa.BigInteger),  # of `follow_batches`; null: they followed by themselves
    )


ENDORSED = sa.text("endorsed_id is not null")
"""The condition of the partial index that serves the list of those whom an account endorses."""

follows = _edge("follows", "follower_id", "followed_id", *_follow_options(), sa.Column("endorsed_id", sa.BigInteger))
sa.Index("follows_endorsed", follows.c.follower_id, follows.c.endorsed_id, sqlite_where=ENDORSED, postgresql_where=ENDORSED)

follow_requests = _edge("follow_requests", "follower_id", "followed_id", *_follow_options())

follow_batches = sa.Table(
    "follow_batches",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("follower_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("status_id", sa.BigInteger, nullable=False),  # no foreign key: the status may be deleted before the follows
    sa.Column("recommender_id", sa.BigInteger, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("follow_batches_of_account", "follower_id", "status_id", "id"),
    sa.Index("follow_batches_through", "recommender_id"),
)

account_notes = _edge("account_notes", "account_id", "target_id", sa.Column("text", sa.Text, nullable=False))

blocks = _edge("blocks", "account_id", "target_id")

domain_blocks = sa.Table(
    "domain_blocks",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("domain", sa.String(255), primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Index("domain_blocks_from", "account_id", "id", "domain"),
    sa.Index("domain_blocks_to", "domain", "account_id"),
    sqlite_with_rowid=False,
)

limits = _edge("limits", "account_id", "target_id")

mutes = _edge(
    "mutes",
    "account_id",
    "target_id",
    sa.Column("hides_notifications", sa.Boolean, nullable=False, default=True),
    sa.Column("expires_at", Moment),
)

dismissed_suggestions = sa.Table(
    "dismissed_suggestions",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("target_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Index("dismissed_suggestions_to", "target_id"),
    sqlite_with_rowid=False,
)

circles = sa.Table(
    "circles",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Index("circles_of_account", "account_id", "id"),
)

circle_members = sa.Table(
    "circle_members",
    metadata,
    sa.Column("circle_id", sa.BigInteger, sa.ForeignKey("circles.id"), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Index("circle_members_from", "circle_id", "id", "account_id"),
    sa.Index("circle_members_to", "account_id", "circle_id"),
    sqlite_with_rowid=False,
)

lists = sa.Table(
    "lists",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("replies_policy", sa.String(8), nullable=False),
    sa.Column("is_exclusive", sa.Boolean, nullable=False),
    sa.Index("lists_of_account", "account_id", "id"),
)

list_members = sa.Table(
    "list_members",
    metadata,
    sa.Column("list_id", sa.BigInteger, sa.ForeignKey("lists.id"), primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Index("list_members_from", "list_id", "id", "account_id"),
    sa.Index("list_members_to", "account_id", "list_id"),
    sqlite_with_rowid=False,
)

sa.Index("follows_that_notify", follows.c.followed_id, sqlite_where=sa.text("notifies = 1"), postgresql_where=sa.text("notifies"))

sa.Index(
    "mutes_that_end", mutes.c.expires_at, sqlite_where=sa.text("expires_at is not null"), postgresql_where=sa.text("expires_at is not null")
)

contact_cards = sa.Table(
    "contact_cards",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("audience", sa.String(8), nullable=False),
    sa.Column("circle_id", sa.BigInteger),  # no foreign key: the circle may be deleted, and then nobody else reads the card
    sa.Index("contact_cards_of_account", "account_id", "id"),
)

contact_card_readers = sa.Table(
    "contact_card_readers",
    metadata,
    sa.Column("card_id", sa.BigInteger, primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),  # who is named as a reader
    sa.Index("contact_cards_read_by", "account_id", "card_id"),
    sqlite_with_rowid=False,
)
