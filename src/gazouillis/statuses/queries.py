"""Queries: one status by its id if the viewer may see it, lists of ids by keyset pagination, threads.

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
from gazouillis.infra.basics.ids import AccountId, CircleId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import rules, viewers
from gazouillis.statuses.cached import COLUMNS, status_from_row
from gazouillis.statuses.models import Delivery, Status, Visibility
from gazouillis.statuses.tables import bookmarks, favourites, idempotency_keys, mentions, muted_threads, status_tags, statuses

LONGEST_THREAD = 4096
"""Statuses of one conversation that are read, the oldest first."""

_STATUS = sa.select(*COLUMNS)
_BY_ID = _STATUS.where(statuses.c.id == sa.bindparam("id"))
_MENTIONED_IN = (
    sa.select(mentions.c.status_id, mentions.c.account_id)
    .where(mentions.c.status_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(mentions.c.status_id, mentions.c.account_id)
)
_DELIVERED_IN = _MENTIONED_IN.where(mentions.c.delivery == int(Delivery.FULL))
_AUTHORS = sa.select(statuses.c.id, statuses.c.account_id).where(
    statuses.c.id.in_(sa.bindparam("ids", expanding=True)), statuses.c.deleted_at.is_(None)
)
_IS_MENTIONED = sa.select(mentions.c.account_id).where(
    mentions.c.status_id == sa.bindparam("status"),
    mentions.c.account_id == sa.bindparam("account"),
    mentions.c.delivery != int(Delivery.NONE),
)
_MENTIONED = sa.select(mentions.c.account_id).where(mentions.c.status_id == sa.bindparam("status"))
_GETS_TEXT_ONLY = sa.select(mentions.c.account_id).where(
    mentions.c.status_id == sa.bindparam("status"),
    mentions.c.account_id == sa.bindparam("account"),
    mentions.c.delivery == int(Delivery.TEXT),
)
_OF_KEY = sa.select(idempotency_keys.c.status_id).where(
    idempotency_keys.c.account_id == sa.bindparam("account"), idempotency_keys.c.key == sa.bindparam("request")
)
_ALIVE = statuses.c.deleted_at.is_(None)

_whose = sa.bindparam("whose", type_=sa.BigInteger)
_status = sa.bindparam("status", type_=sa.BigInteger)
# Written with a literal 0, so that SQLite and PostgreSQL use the partial indexes `statuses_local_public…`.
_local_public = sa.select(statuses.c.id).where(
    statuses.c.is_local, statuses.c.visibility == sa.literal_column("0"), _ALIVE, statuses.c.reblog_of_id.is_(None)
)
_HAS_MEDIA = statuses.c.attachments_count > sa.literal_column("0")
_LOCAL_PUBLIC, _LOCAL_PUBLIC_MEDIA = (Listing(one, statuses.c.id) for one in (_local_public, _local_public.where(_HAS_MEDIA)))
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
# Written with a literal 4, so that SQLite and PostgreSQL use the partial index `statuses_to_mutuals`.
_TO_MUTUALS = (
    sa.select(statuses.c.account_id)
    .where(statuses.c.account_id == sa.bindparam("author", type_=sa.BigInteger), statuses.c.visibility == sa.literal_column("4"))
    .limit(1)
)
_WITHHELD, _AWAITING, _HIDDEN = (
    Listing(
        sa.select(statuses.c.id).where(statuses.c.withheld_by == _whose, statuses.c.withheld_top == statuses.c.id, _ALIVE, *conditions),
        statuses.c.id,
    )
    for conditions in ((), (statuses.c.is_awaiting,), (sa.not_(statuses.c.is_awaiting),))
)
_MUTING = (
    sa.select(muted_threads.c.account_id, statuses.c.id)
    .join(statuses, statuses.c.conversation_id == muted_threads.c.status_id)
    .where(statuses.c.id.in_(sa.bindparam("ids", expanding=True)))
)
_CONVERSATION = (
    sa.select(statuses.c.id, statuses.c.in_reply_to_id, statuses.c.visibility)
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
    hidden = await graph.blocks_and_mutes(reader, viewer_id)
    asked = _Visibility(status.account_id, status.visibility, status.circle_id, status.withheld_by)
    if viewer_id is not None and not rules.is_for_everybody(status.visibility):
        asked.mentioned_ids = await reader.values(_IS_MENTIONED, {"status": status.id, "account": viewer_id})
    if viewer_id is not None and status.is_extract:
        asked.quoted_ids = await reader.values(_MENTIONED, {"status": status.id})
    return rules.can_see(asked, author, await viewers.viewer_of(reader, viewer_id, hidden, [asked]))


class _Visibility(msgspec.Struct):
    """`rules.HasVisibility`, with as much as one viewer needs."""

    account_id: AccountId
    visibility: Visibility
    circle_id: CircleId | None = None
    withheld_by: AccountId | None = None
    mentioned_ids: Collection[AccountId] = ()
    """Empty, or the viewer alone."""
    quoted_ids: Collection[AccountId] = ()


async def gets_text_only(reader: Reader, status: Status, viewer_id: AccountId | None) -> bool:
    """Whether this is a private message of which the viewer gets its text only (`text_only.py`)."""
    if viewer_id is None or status.visibility is not Visibility.DIRECT:
        return False
    return bool(await reader.values(_GETS_TEXT_ONLY, {"status": status.id, "account": viewer_id}))


async def of_reblog(reader: Reader, account_id: AccountId, original_id: StatusId) -> Status | None:
    """This account's reblog of this status, if there is one."""
    row = await reader.one(_STATUS.where(statuses.c.reblog_of_id == original_id, statuses.c.account_id == account_id))
    return status_from_row(row) if row else None


async def ancestors_and_descendants(reader: Reader, status: Status) -> tuple[list[StatusId], list[StatusId]]:
    """The ids of the thread above, oldest first, and below: each status before its own replies, replies to one parent oldest first.

    Private messages that answer a public status are in the thread of those messages only.
    """
    rows = await reader.all(_CONVERSATION, {"conversation": status.conversation_id})
    is_private = status.visibility is Visibility.DIRECT
    listed = {row.id: row.in_reply_to_id for row in rows if is_private or row.visibility != int(Visibility.DIRECT)}
    parents = listed | {status.id: status.in_reply_to_id}
    return _above(parents, status.id), _below(parents, status.id)


async def newer_in_conversation(reader: Reader, conversation_id: StatusId, since_id: int) -> list[StatusId]:
    """The replies of a thread after this id, newest first, without private messages."""
    rows = await reader.all(_CONVERSATION, {"conversation": conversation_id})
    return [StatusId(row.id) for row in reversed(rows) if row.id > since_id and row.visibility != int(Visibility.DIRECT)]


async def of_account(
    reader: Reader,
    account_id: AccountId,
    window: Window,
    *,
    follower_id: AccountId | None,
    with_replies: bool = True,
    with_reblogs: bool = True,
    only_media: bool = False,
    only_pinned: bool = False,
    tag: str | None = None,
) -> Page[StatusId]:
    """Statuses of one account, without direct ones; of pinned ones, the newest pin first.

    `follower_id`: the viewer, who follows the account or is it; for everybody else None: only what is public or unlisted.
    """
    found = _of_account(follower_id is None, with_replies, with_reblogs, only_media, only_pinned, tag is not None)
    return await found.page(reader, window, author=account_id, tag=tag, follower=follower_id)


async def local_public(reader: Reader, window: Window, *, only_media: bool = False) -> Page[StatusId]:
    """The local timeline: public statuses of this server, without reblogs."""
    return await (_LOCAL_PUBLIC_MEDIA if only_media else _LOCAL_PUBLIC).page(reader, window)


async def of_tag(
    reader: Reader,
    tag: str,
    window: Window,
    *,
    local_only: bool = False,
    only_media: bool = False,
    or_any: Collection[str] = (),
    and_all: Collection[str] = (),
    but_none: Collection[str] = (),
) -> Page[StatusId]:
    """The timeline of a hashtag: public statuses with `tag` or one of `or_any`, with each of `and_all`, with none of `but_none`.

    All are keys of hashtags (`hashtag_key`).
    """
    if not (or_any or and_all or but_none):
        return await _of_one_tag(local_only, only_media).page(reader, window, tag=tag)
    found = (
        sa.select(status_tags.c.status_id)
        .distinct()
        .join(statuses, statuses.c.id == status_tags.c.status_id)
        .where(status_tags.c.tag.in_({tag, *or_any}), statuses.c.visibility == int(Visibility.PUBLIC), _ALIVE)
        .where(*(_has_tag(status_tags.c.status_id, one) for one in and_all), *(~_has_tag(status_tags.c.status_id, one) for one in but_none))
    )
    return await Listing(_narrowed(found, local_only, only_media), status_tags.c.status_id).page(reader, window)


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


async def writes_to_mutuals(reader: Reader, account_id: AccountId) -> bool:
    """Whether the account has a status whose audience is its mutuals."""
    return await reader.value(_TO_MUTUALS, {"author": account_id}) is not None


async def is_published(reader: Reader, author_id: AccountId, idempotency_key: str) -> bool:
    """Whether a request with this key published a status, which may be deleted since."""
    return await reader.value(_OF_KEY, {"account": author_id, "request": idempotency_key}) is not None


async def authors(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, AccountId]:
    """By status, without those that are deleted."""
    return {StatusId(row.id): AccountId(row.account_id) for row in await reader.all(_AUTHORS, {"ids": list(ids)})} if ids else {}


async def mentioned_in(reader: Reader, ids: Collection[StatusId], *, delivered: bool = False) -> dict[StatusId, list[AccountId]]:
    """Ids of the mentioned accounts by status. Statuses without mentions are left out.

    `delivered`: without the recipients of private messages whom they do not reach, or only as a request.
    """
    found: dict[StatusId, list[AccountId]] = {}
    for row in await reader.all(_DELIVERED_IN if delivered else _MENTIONED_IN, {"ids": list(ids)}):
        found.setdefault(StatusId(row.status_id), []).append(AccountId(row.account_id))
    return found


async def withheld_by(reader: Reader, account_id: AccountId, window: Window, *, is_awaiting: bool | None = None) -> Page[StatusId]:
    """The replies that this account keeps out of its threads: those that wait to be accepted, those that it hid, or None: both."""
    listing = _WITHHELD if is_awaiting is None else _AWAITING if is_awaiting else _HIDDEN
    return await listing.page(reader, window, whose=account_id)


async def branch(reader: Reader, status: Status) -> list[StatusId]:
    """The ids of this status and of all replies below it."""
    return [status.id, *(await ancestors_and_descendants(reader, status))[1]]


async def muting_threads(reader: Reader, ids: Collection[StatusId]) -> set[tuple[AccountId, StatusId]]:
    """(account, status): who has muted the threads of which of these statuses."""
    return {(row.account_id, row.id) for row in await reader.all(_MUTING, {"ids": list(ids)})} if ids else set()


@lru_cache(16)
def _of_account(  # the parameters are the key of a cache
    widest_only: bool,  # noqa: FBT001
    with_replies: bool,  # noqa: FBT001
    with_reblogs: bool,  # noqa: FBT001
    only_media: bool,  # noqa: FBT001
    only_pinned: bool,  # noqa: FBT001
    has_tag: bool,  # noqa: FBT001
) -> Listing:
    author, follower = sa.bindparam("author", type_=sa.BigInteger), sa.bindparam("follower", type_=sa.BigInteger)
    is_own = sa.and_(follower == author, statuses.c.visibility != int(Visibility.DIRECT))
    reaches = statuses.c.visibility <= int(Visibility.UNLISTED) if widest_only else sa.or_(viewers.reaches(follower), is_own)
    found = sa.select(statuses.c.id).where(statuses.c.account_id == author, _ALIVE, reaches)
    if not with_replies:
        found = found.where(sa.or_(statuses.c.in_reply_to_account_id.is_(None), statuses.c.in_reply_to_account_id == author))
    if not with_reblogs:
        found = found.where(statuses.c.reblog_of_id.is_(None))
    if only_media:
        found = found.where(_HAS_MEDIA)
    if has_tag:
        found = found.where(_has_tag(statuses.c.id, sa.bindparam("tag", type_=sa.Text)))
    if only_pinned:
        cursor = statuses.c.pinned_id
        return Listing(found.with_only_columns(cursor, statuses.c.id).where(cursor.is_not(None)), cursor)
    return Listing(found, statuses.c.id)


@lru_cache(16)
def _of_one_tag(local_only: bool, only_media: bool) -> Listing:  # noqa: FBT001 (the key of a cache)
    tagged = status_tags.c.tag == sa.bindparam("tag", type_=sa.Text)
    found = sa.select(status_tags.c.status_id).join(statuses, statuses.c.id == status_tags.c.status_id)
    found = found.where(tagged, statuses.c.visibility == int(Visibility.PUBLIC), _ALIVE)
    return Listing(_narrowed(found, local_only, only_media), status_tags.c.status_id)


def _narrowed(found: sa.Select[Any], local_only: bool, only_media: bool) -> sa.Select[Any]:  # noqa: FBT001 (as `_of_one_tag`)
    found = found.where(statuses.c.is_local) if local_only else found
    return found.where(_HAS_MEDIA) if only_media else found


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
