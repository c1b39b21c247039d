"""What an archive holds, read page by page: an archive of ten thousand statuses takes no more memory than one of five hundred.

The caches of the process are not used: what one person takes away would push out what all others read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph.tables import (
    account_notes,
    blocks,
    circle_members,
    circles,
    domain_blocks,
    follows,
    limits,
    list_members,
    lists,
    mutes,
)
from gazouillis.infra.basics.ids import AccountId, AttachmentId, StatusId
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.media import queries as media
from gazouillis.media.models import Attachment
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.models import Status
from gazouillis.statuses.polls import queries as polls
from gazouillis.statuses.polls.models import PollView
from gazouillis.statuses.tables import bookmarks, favourites, mentions, status_tags, statuses, thanked, thanks

PER_PAGE = 500


class ExportedStatus(msgspec.Struct, frozen=True):
    """A status with the handles that it mentions (id, username, domain), and its hashtags as they are written."""

    status: Status
    mentions: Sequence[tuple[int, str, str]] = ()
    tags: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()
    parents: Mapping[int, tuple[int, str]] = {}
    """By id, the author and the URI (empty: local) of the status that it reblogs or replies to, as long as there is one."""
    poll: PollView | None = None


_account = sa.bindparam("account", type_=sa.BigInteger)
_before = sa.bindparam("before", type_=sa.BigInteger)
_STATUSES = (
    sa.select(*cached_statuses.COLUMNS)
    .where(statuses.c.account_id == _account, statuses.c.deleted_at.is_(None), statuses.c.id < _before)
    .order_by(statuses.c.id.desc())
    .limit(PER_PAGE)
)
_COUNT = sa.select(sa.func.count()).select_from(statuses).where(statuses.c.account_id == _account, statuses.c.deleted_at.is_(None))
_MENTIONS = (
    sa.select(mentions.c.status_id, accounts.c.id, accounts.c.username, accounts.c.domain)
    .join(accounts, accounts.c.id == mentions.c.account_id)
    .where(mentions.c.status_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(mentions.c.status_id, accounts.c.id)
)
_TAGS = (
    sa.select(status_tags.c.status_id, status_tags.c.name)
    .where(status_tags.c.status_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(status_tags.c.status_id, status_tags.c.tag)
)
_PARENTS = sa.select(statuses.c.id, statuses.c.account_id, statuses.c.uri).where(
    statuses.c.id.in_(sa.bindparam("ids", expanding=True)), statuses.c.deleted_at.is_(None)
)


def _people(edges: sa.Table, mine: str, other: str, *columns: str) -> sa.Select[Any]:
    return (
        sa.select(edges.c.id.label("cursor"), accounts.c.username, accounts.c.domain, *(edges.c[name] for name in columns))
        .join(accounts, accounts.c.id == edges.c[other])
        .where(edges.c[mine] == _account, edges.c.id < _before)
        .order_by(edges.c.id.desc())
        .limit(PER_PAGE)
    )


PEOPLE: Mapping[str, sa.Select[Any]] = {
    "following": _people(follows, "follower_id", "followed_id", "shows_reblogs", "notifies"),
    "followers": _people(follows, "followed_id", "follower_id"),
    "mutes": _people(mutes, "account_id", "target_id", "hides_notifications"),
    "blocks": _people(blocks, "account_id", "target_id"),
    "limits": _people(limits, "account_id", "target_id"),
    "notes": _people(account_notes, "account_id", "target_id", "text"),
}
"""Pages of handles, by the list they are in. The first column is the cursor."""

ENDORSED = (
    sa.select(follows.c.endorsed_id.label("cursor"), accounts.c.username, accounts.c.domain)
    .join(accounts, accounts.c.id == follows.c.followed_id)
    .where(follows.c.follower_id == _account, follows.c.endorsed_id < _before)
    .order_by(follows.c.endorsed_id.desc())
    .limit(PER_PAGE)
)
"""Those whom the account endorses."""
DOMAINS = (
    sa.select(domain_blocks.c.id.label("cursor"), domain_blocks.c.domain)
    .where(domain_blocks.c.account_id == _account, domain_blocks.c.id < _before)
    .order_by(domain_blocks.c.id.desc())
    .limit(PER_PAGE)
)
CIRCLES = (
    sa.select(circle_members.c.id.label("cursor"), accounts.c.username, accounts.c.domain, circles.c.name)
    .join(circles, circles.c.id == circle_members.c.circle_id)
    .join(accounts, accounts.c.id == circle_members.c.account_id)
    .where(circles.c.account_id == _account, circle_members.c.id < _before)
    .order_by(circle_members.c.id.desc())
    .limit(PER_PAGE)
)
"""The members of the circles of the account."""

LISTS = (
    sa.select(list_members.c.id.label("cursor"), accounts.c.username, accounts.c.domain, lists.c.title)
    .join(lists, lists.c.id == list_members.c.list_id)
    .join(accounts, accounts.c.id == list_members.c.account_id)
    .where(lists.c.account_id == _account, list_members.c.id < _before)
    .order_by(list_members.c.id.desc())
    .limit(PER_PAGE)
)
"""The members of the lists of the account."""

THANKED, THANKS_RECEIVED = (
    sa.select(
        thanked.c.id.label("cursor"),
        accounts.c.username,
        accounts.c.domain,
        statuses.c.id,
        statuses.c.account_id,
        statuses.c.uri,
        thanked.c.line,
    )
    .join(thanks, thanks.c.status_id == thanked.c.status_id)
    .join(statuses, statuses.c.id == thanked.c.status_id)
    .join(accounts, accounts.c.id == person)
    .where(whose == _account, thanked.c.id < _before)
    .order_by(thanked.c.id.desc())
    .limit(PER_PAGE)
    for whose, person in ((thanks.c.account_id, thanked.c.account_id), (thanked.c.account_id, thanks.c.account_id))
)
"""Whom the account thanked, and who thanked it, each with the personal line."""

FLAGGED: Mapping[str, sa.Select[Any]] = {
    name: sa.select(table.c.id.label("cursor"), statuses.c.id, statuses.c.account_id, statuses.c.uri)
    .join(statuses, statuses.c.id == table.c.status_id)
    .where(table.c.account_id == _account, table.c.id < _before)
    .order_by(table.c.id.desc())
    .limit(PER_PAGE)
    for name, table in (("favourites", favourites), ("bookmarks", bookmarks))
}
"""Pages of the statuses that the account favourited or bookmarked."""


PINNED = (
    sa.select(statuses.c.pinned_id.label("cursor"), statuses.c.id, statuses.c.account_id, statuses.c.uri)
    .where(statuses.c.account_id == _account, statuses.c.pinned_id < _before)
    .order_by(statuses.c.pinned_id.desc())
    .limit(PER_PAGE)
)
"""The statuses that the account has pinned to its profile."""


async def count(reader: Reader, account_id: AccountId) -> int:
    """How many statuses and reblogs the archive holds."""
    counted: int = await reader.value(_COUNT, {"account": account_id})
    return counted


async def page_of_statuses(reader: Reader, account_id: AccountId, before: int) -> list[ExportedStatus]:
    """The newest first, of every visibility. `before`: the id of the last one of the page before."""
    rows = await reader.all(_STATUSES, {"account": account_id, "before": before})
    found = [cached_statuses.status_from_row(row) for row in rows]
    ids = [one.id for one in found]
    if not ids:
        return []
    named: dict[int, list[tuple[int, str, str]]] = {}
    for row in await reader.all(_MENTIONS, {"ids": ids}):
        named.setdefault(row.status_id, []).append((row.id, row.username, row.domain))
    tags: dict[int, list[str]] = {}
    for row in await reader.all(_TAGS, {"ids": ids}):
        tags.setdefault(row.status_id, []).append(row.name)
    attachments = await media.of_statuses(reader, [one.id for one in found if one.attachments_count])
    asked = await _polls(reader, [one.id for one in found if one.has_poll])
    named_ids = [one for status in found for one in (status.reblog_of_id, status.in_reply_to_id) if one]
    parents = {row.id: (row.account_id, row.uri) for row in await reader.all(_PARENTS, {"ids": named_ids})}
    return [
        ExportedStatus(one, named.get(one.id, ()), tags.get(one.id, ()), attachments.get(one.id, ()), parents, asked.get(one.id))
        for one in found
    ]


async def _polls(reader: Reader, ids: Sequence[StatusId]) -> dict[StatusId, PollView]:
    found = await polls.of_statuses(reader, ids)
    return {one: PollView(one, each, each.expires_at is not None and each.expires_at <= reader.now) for one, each in found.items()}


async def page_of_attachments(reader: Reader, account_id: AccountId, before: int) -> Sequence[Attachment]:
    """The newest first: also those that only an earlier version of a status had. `before`: the id of the last one of the page before."""
    return await media.of_account(reader, account_id, AttachmentId(before), PER_PAGE)


async def page_of_rows(reader: Reader, statement: sa.Select[Any], account_id: AccountId, before: int) -> Sequence[Row]:
    """A page of one of the lists above. `before`: the cursor of its last row."""
    return await reader.all(statement, {"account": account_id, "before": before})
