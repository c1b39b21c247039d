"""SQL tables of uploaded media: attachments, and the stored files that they refer to."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Decimal, Moment, metadata

ATTACHED, DETACHED = sa.text("status_id is not null"), sa.text("detached_at is not null")
"""The conditions of the partial indexes of attachments that a status has, and of those that none has."""

attachments = sa.Table(
    "media_attachments",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("status_id", sa.BigInteger),
    sa.Column("position", sa.SmallInteger),
    sa.Column("kind", sa.SmallInteger, nullable=False),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("description", sa.Text, nullable=False, default=""),
    sa.Column("focus_x", Decimal, nullable=False, default=0.0),
    sa.Column("focus_y", Decimal, nullable=False, default=0.0),
    sa.Column("blurhash", sa.String(100), nullable=False, default=""),
    sa.Column("duration", Decimal, nullable=False, default=0.0),
    sa.Column("frame_rate", sa.String(30), nullable=False, default=""),
    sa.Column("bitrate", sa.Integer, nullable=False, default=0),
    sa.Column("upload", sa.String(80), nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("detached_at", Moment),
    sa.Index("attachments_of_status", "status_id", sqlite_where=ATTACHED, postgresql_where=ATTACHED),
    sa.Index("attachments_of_account", "account_id", "id"),
    sa.Index("attachments_detached", "detached_at", sqlite_where=DETACHED, postgresql_where=DETACHED),
)

# A file in the store is there as long as a row names its key: several attachments may share it (decision 0066).
media_files = sa.Table(
    "media_files",
    metadata,
    sa.Column("attachment_id", sa.BigInteger, primary_key=True),
    sa.Column("variant", sa.String(10), primary_key=True),
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("content_type", sa.String(60), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Index("media_files_by_key", "key"),
    sqlite_with_rowid=False,
)

# Keys whose files are just being deleted from the store, which takes a while on S3: until then no attachment may refer to them.
media_deletions = sa.Table(
    "media_deletions",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sqlite_with_rowid=False,
)
