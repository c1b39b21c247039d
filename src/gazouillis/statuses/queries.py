"""Queries: one status by its id if the viewer may see it, lists of ids by keyset pagination, threads, versions.

Lists return ids only; `views.views` decides what the viewer may see of them and loads the rest.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Forbidden, NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import rules
from gazouillis.statuses.cached import COLUMNS, status_from_row
from gazouillis.statuses.models import Status, StatusEdit, Visibility
from gazouillis.statuses.tables import bookmarks, favourites, mentions, status_edits, status_tags, statuses

LONGEST_THREAD = 4096
"""Statuses of one conversation that are read, the oldest first."""

_STATUS = sa.select(*COLUMNS)
_BY_ID = _STATUS.where(statuses.c.id == sa.bindparam("id"))
_MENTIONED_IN = (
    sa.select(mentions.c.status_id, mentions.c.account_id)
    .where(mentions.c.status_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(mentions.c.status_id, mentions.c.account_id)
)
_IS_MENTIONED = sa.select(mentions.c.account_id).where(
    mentions.c.status_id == sa.bindparam("status"), mentions.c.account_id == sa.bindparam("account")
)
_ALIVE = statuses.c.deleted_at.is_(None)

_whose = sa.bindparam("whose", type_=sa.BigInteger)
_status = sa.bindparam("status", type_=sa.BigInteger)
# Written with a literal 0, so that SQLite and PostgreSQL use the partial index `statuses_local_public`.
_LOCAL_PUBLIC = Listing(
    sa.select(statuses.c.id).where(
        statuses.c.is_local, statuses.c.visibility == sa.literal_column("0"), _ALIVE, statuses.c.reblog_of_id.is_(None)
    ),
    statuses.c.id,
)
_MENTIONING = Listing(sa.select(mentions.c.status_id).where(mentions.c.account_id == _whose), mentions.c.status_id)
_FAVOURITED, _BOOKMARKED = (
    Listing(sa.select(table.c.id, table.c.status_id).where(table.c.account_id == _whose), table.c.id) for table in (favourites, bookmarks)
)
_FAVOURITERS = Listing(sa.select(favourites.c.id, favourites.c.account_id).where(favourites.c.status_id == _status), favourites.c.id)
_REBLOGGERS = Listing(
    sa.select(statuses.c.id, statuses.c.account_id).where(
        statuses.c.reblog_of_id == _status, statuses.c.visibility <= int(Visibility.UNLISTED)
    ),
    statuses.c.id,
)
_CONVERSATION = (
    sa.select(statuses.c.id, statuses.c.in_reply_to_id)
    .where(statuses.c.conversation_id == sa.bindparam("conversation", type_=sa.BigInteger), statuses.c.reblog_of_id.is_(None))
    .order_by(statuses.c.id)
    .limit(LONGEST_THREAD)
)


async def by_id(reader: Reader, status_id: StatusId) -> Status | None:
    if reader.cache is not None:
        found = (await cached_statuses.by_ids(reader, (status_id,))).get(status_id)
        return found.status if found else None
    row = await reader.one(_BY_ID, {"id": status_id})
    return status_from_row(row) if row else None


async def visible(reader: Reader, status_id: StatusId, viewer_id: AccountId | None) -> Status:
    """The status, if it is not deleted and this viewer may see it, and of a reblog the original too.

    Otherwise raises NotFound, with the same message as for an id that never existed.
    """
    status = await _visible(reader, status_id, viewer_id)
    if status.reblog_of_id is not None:
        await _visible(reader, status.reblog_of_id, viewer_id)
    return status


async def visible_original(reader: Reader, status_id: StatusId, viewer_id: AccountId | None) -> Status:
    """The status, or the original when this id is a reblog. As `visible`, the viewer must be allowed to see both."""
    status = await _visible(reader, status_id, viewer_id)
    return await _visible(reader, status.reblog_of_id, viewer_id) if status.reblog_of_id else status


async def own(reader: Reader, status_id: StatusId, author_id: AccountId) -> Status:
    """A status or reblog of this author that is not deleted.

    Raises Forbidden when it is somebody else's and visible, NotFound when it is not visible or does not exist.
    """
    status = await by_id(reader, status_id)
    if status is None or status.deleted_at or status.account_id != author_id:
        await visible(reader, status_id, author_id)
        raise Forbidden(_("This post is not yours"))
    return status


async def original_even_if_hidden(reader: Reader, status_id: StatusId) -> Status:
    """The status, or the original when this id is a reblog, without asking who may see it and even if it is deleted.

    For undoing an act of one's own. Raises NotFound when it does not exist.
    """
    status = await by_id(reader, status_id)
    if status is not None and status.reblog_of_id:
        status = await by_id(reader, status.reblog_of_id)
    if status is None:
        raise no_such_post()
    return status


async def visible_or_tombstone(reader: Reader, status: Status, viewer_id: AccountId) -> Status:
    """This status, or its tombstone, if the viewer may see it or could have seen it; else raises NotFound."""
    if not await _can_see(reader, status, viewer_id):
        raise no_such_post()
    return status


async def _visible(reader: Reader, status_id: StatusId, viewer_id: AccountId | None) -> Status:
    status = await by_id(reader, status_id)
    if status is None or status.deleted_at or not await _can_see(reader, status, viewer_id):
        raise no_such_post()
    return status


def no_such_post() -> NotFound:
    return NotFound(_("There is no such post"))


async def _can_see(reader: Reader, status: Status, viewer_id: AccountId | None) -> bool:
    author = await accounts.by_id(reader, status.account_id)
    if author is None:
        return False
    viewer = rules.Viewer(viewer_id, (await graph.blocks_and_mutes(reader, viewer_id)).blocked)
    asked = _Visibility(status.account_id, status.visibility)
    if viewer_id is not None and not rules.is_for_everybody(status.visibility):
        viewer = msgspec.structs.replace(viewer, follows=await graph.followed_among(reader, viewer_id, [author.id]))
        asked.mentioned_ids = await reader.values(_IS_MENTIONED, {"status": status.id, "account": viewer_id})
    return rules.can_see(asked, author, viewer)


class _Visibility(msgspec.Struct):
    """`rules.HasVisibility`, with as much as one viewer needs."""

    account_id: AccountId
    visibility: Visibility
    mentioned_ids: Collection[AccountId] = ()
    """Empty, or the viewer alone."""


async def of_reblog(reader: Reader, account_id: AccountId, original_id: StatusId) -> Status | None:
    """This account's reblog of this status, if there is one."""
    row = await reader.one(_STATUS.where(statuses.c.reblog_of_id == original_id, statuses.c.account_id == account_id))
    return status_from_row(row) if row else None


async def ancestors_and_descendants(reader: Reader, status: Status) -> tuple[list[StatusId], list[StatusId]]:
    """The ids of the thread above, oldest first, and below: each status before its own replies, replies to one parent oldest first."""
    rows = await reader.all(_CONVERSATION, {"conversation": status.conversation_id})
    parents = {row.id: row.in_reply_to_id for row in rows} | {status.id: status.in_reply_to_id}
    return _above(parents, status.id), _below(parents, status.id)


async def of_account(
    reader: Reader,
    account_id: AccountId,
    window: Window,
    *,
    widest_only: bool,
    with_replies: bool = True,
    with_reblogs: bool = True,
    tag: str | None = None,
) -> Page[StatusId]:
    """Statuses of one account, without direct ones. `widest_only`: only public and unlisted ones, for viewers who do not follow it."""
    found = _of_account(widest_only, with_replies, with_reblogs, tag is not None)
    return await found.page(reader, window, author=account_id, tag=tag)


async def local_public(reader: Reader, window: Window) -> Page[StatusId]:
    """The local timeline: public statuses of this server, without reblogs."""
    return await _LOCAL_PUBLIC.page(reader, window)


async def of_tag(
    reader: Reader,
    tag: str,
    window: Window,
    *,
    local_only: bool = False,
    or_any: Collection[str] = (),
    and_all: Collection[str] = (),
    but_none: Collection[str] = (),
) -> Page[StatusId]:
    """The timeline of a hashtag: public statuses with `tag` or one of `or_any`, with each of `and_all`, with none of `but_none`.

    All are keys of hashtags (`hashtag_key`).
    """
    if not (or_any or and_all or but_none):
        return await _of_one_tag(local_only).page(reader, window, tag=tag)
    found = (
        sa.select(status_tags.c.status_id)
        .distinct()
        .join(statuses, statuses.c.id == status_tags.c.status_id)
        .where(status_tags.c.tag.in_({tag, *or_any}), statuses.c.visibility == int(Visibility.PUBLIC), _ALIVE)
        .where(*(_has_tag(status_tags.c.status_id, one) for one in and_all), *(~_has_tag(status_tags.c.status_id, one) for one in but_none))
    )
    if local_only:
        found = found.where(statuses.c.is_local)
    return await Listing(found, status_tags.c.status_id).page(reader, window)


async def mentioning(reader: Reader, account_id: AccountId, window: Window) -> Page[StatusId]:
    return await _MENTIONING.page(reader, window, whose=account_id)


async def favourited_by(reader: Reader, account_id: AccountId, window: Window) -> Page[StatusId]:
    return await _FAVOURITED.page(reader, window, whose=account_id)


async def bookmarked_by(reader: Reader, account_id: AccountId, window: Window) -> Page[StatusId]:
    return await _BOOKMARKED.page(reader, window, whose=account_id)


async def favouriter_ids(reader: Reader, status_id: StatusId, window: Window) -> Page[AccountId]:
    return await _FAVOURITERS.page(reader, window, status=status_id)


async def reblogger_ids(reader: Reader, status_id: StatusId, window: Window) -> Page[AccountId]:
    """Accounts whose reblog is public or unlisted: as many as `reblogs_count`."""
    return await _REBLOGGERS.page(reader, window, status=status_id)


async def reblogging_ids(reader: Reader, status_id: StatusId) -> list[AccountId]:
    """All accounts that reblogged it, whatever the visibility of the reblog."""
    return await reader.values(sa.select(statuses.c.account_id).where(statuses.c.reblog_of_id == status_id))


async def last_of_accounts(reader: Reader, ids: Collection[AccountId], limit: int) -> dict[AccountId, list[StatusId]]:
    """The newest public statuses of each account, newest first and without reblogs. One query, which uses the index per account."""
    if not ids:
        return {}
    newest = [_newest_public(account_id, limit) for account_id in sorted(set(ids))]
    found: dict[AccountId, list[StatusId]] = {}
    for row in await reader.all(sa.union_all(*(sa.select(one.subquery()) for one in newest))):
        found.setdefault(AccountId(row.account_id), []).append(StatusId(row.id))
    return found


async def edits(reader: Reader, status: Status) -> list[StatusEdit]:
    """All versions, oldest first; the last one is the current one."""
    columns = (status_edits.c[name] for name in StatusEdit.__struct_fields__)
    rows = await reader.all(sa.select(*columns).where(status_edits.c.status_id == status.id).order_by(status_edits.c.created_at))
    now = StatusEdit(status.content, status.text, status.spoiler_text, status.is_sensitive, status.edited_at or status.created_at)
    return [*(StatusEdit(*list(row)) for row in rows), now]


async def mentioned_in(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, list[AccountId]]:
    """Ids of the mentioned accounts by status. Statuses without mentions are left out."""
    found: dict[StatusId, list[AccountId]] = {}
    for row in await reader.all(_MENTIONED_IN, {"ids": list(ids)}):
        found.setdefault(StatusId(row.status_id), []).append(AccountId(row.account_id))
    return found


@lru_cache(16)
def _of_account(widest_only: bool, with_replies: bool, with_reblogs: bool, has_tag: bool) -> Listing:  # noqa: FBT001 (the key of a cache)
    narrowest = Visibility.UNLISTED if widest_only else Visibility.PRIVATE
    author = sa.bindparam("author", type_=sa.BigInteger)
    found = sa.select(statuses.c.id).where(statuses.c.account_id == author, _ALIVE, statuses.c.visibility <= int(narrowest))
    if not with_replies:
        found = found.where(sa.or_(statuses.c.in_reply_to_account_id.is_(None), statuses.c.in_reply_to_account_id == author))
    if not with_reblogs:
        found = found.where(statuses.c.reblog_of_id.is_(None))
    if has_tag:
        found = found.where(_has_tag(statuses.c.id, sa.bindparam("tag", type_=sa.Text)))
    return Listing(found, statuses.c.id)


@lru_cache(16)
def _of_one_tag(local_only: bool) -> Listing:  # noqa: FBT001 (the key of a cache)
    tagged = status_tags.c.tag == sa.bindparam("tag", type_=sa.Text)
    found = sa.select(status_tags.c.status_id).join(statuses, statuses.c.id == status_tags.c.status_id)
    found = found.where(tagged, statuses.c.visibility == int(Visibility.PUBLIC), _ALIVE)
    return Listing(found.where(statuses.c.is_local) if local_only else found, status_tags.c.status_id)


def _has_tag(status_id: sa.Column[Any], tag: str | sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    other = status_tags.alias()
    return sa.exists().where(other.c.status_id == status_id, other.c.tag == tag)


def _newest_public(account_id: AccountId, limit: int) -> sa.Select[Any]:
    is_public = (
        statuses.c.account_id == account_id,
        statuses.c.visibility == int(Visibility.PUBLIC),
        _ALIVE,
        statuses.c.reblog_of_id.is_(None),
    )
    return sa.select(statuses.c.account_id, statuses.c.id).where(*is_public).order_by(statuses.c.id.desc()).limit(limit)


def _above(parents: dict[int, int | None], status_id: int) -> list[StatusId]:
    chain: list[StatusId] = []
    parent = parents[status_id]
    while parent is not None and parent in parents:
        chain.append(StatusId(parent))
        parent = parents[parent]
    return chain[::-1]


def _below(parents: dict[int, int | None], status_id: int) -> list[StatusId]:
    children: dict[int, list[int]] = {}
    for one, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(one)
    found: list[StatusId] = []
    waiting = children.get(status_id, [])[::-1]
    while waiting:
        one = waiting.pop()
        found.append(StatusId(one))
        waiting.extend(reversed(children.get(one, [])))
    return found
