"""Lookups of the graph: relations, followers, follow requests, blocks and mutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph.models import BlocksAndMutes, Relation
from gazouillis.graph.tables import account_notes, blocks, domain_blocks, follow_requests, follows, limits, list_members, lists, mutes
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.tables import EPOCH, Moment
from gazouillis.infra.database.transactions import Reader

_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_others: sa.BindParameter[int] = sa.bindparam("others", expanding=True)
_no = sa.literal(0, sa.Integer)
_never = sa.cast(sa.null(), sa.BigInteger)
_no_text = sa.cast(sa.null(), sa.Text)


def _edges(
    kind: str,
    mine: sa.Column[Any],
    theirs: sa.Column[Any],
    one: sa.ColumnElement[Any] = _no,
    two: sa.ColumnElement[Any] = _no,
    until: sa.ColumnElement[Any] = _never,
    text: sa.ColumnElement[Any] = _no_text,
) -> sa.Select[Any]:
    about = {"one": one, "two": two, "until": until, "text": text}
    columns = (sa.literal(kind, sa.String).label("kind"), theirs.label("other"), *(each.label(name) for name, each in about.items()))
    return sa.select(*columns).where(mine == _viewer, theirs.in_(_others))


def _number(flag: sa.Column[Any]) -> sa.ColumnElement[int]:
    return sa.cast(flag, sa.Integer)


_other = accounts.alias("other")
"""An alias, so that a statement about accounts does not correlate with the conditions about blocked domains in it."""


def _is_of_domain(account: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Written with a literal '', so that the partial index `accounts_of_domain` is used."""
    return account.c.domain == domain_blocks.c.domain, account.c.domain != sa.literal_column("''")


def blocked(account: sa.ColumnElement[int]) -> tuple[sa.Select[Any], ...]:
    """SQL: the ids of the accounts with a block between them and this one. The same as `BlocksAndMutes.blocked`."""
    return (
        sa.select(blocks.c.target_id).where(blocks.c.account_id == account),
        sa.select(blocks.c.account_id).where(blocks.c.target_id == account),
        sa.select(_other.c.id).where(domain_blocks.c.account_id == account, *_is_of_domain(_other)),
        sa.select(domain_blocks.c.account_id).where(_other.c.id == account, *_is_of_domain(_other)),
    )


# One query for all edges between the viewer and any number of accounts.
_ALL_EDGES = sa.union_all(
    *(
        _edges(kind, edges.c.follower_id, edges.c.followed_id, _number(edges.c.shows_reblogs), _number(edges.c.notifies))
        for kind, edges in (("follows", follows), ("requested", follow_requests))
    ),
    _edges("is_followed", follows.c.followed_id, follows.c.follower_id),
    _edges("is_requested", follow_requests.c.followed_id, follow_requests.c.follower_id),
    _edges("blocks", blocks.c.account_id, blocks.c.target_id),
    _edges("is_blocked", blocks.c.target_id, blocks.c.account_id),
    _edges("blocks_domain", domain_blocks.c.account_id, accounts.c.id).where(*_is_of_domain(accounts)),
    # The domain of the viewer, whose account is remote then.
    _edges("is_blocked", accounts.c.id, domain_blocks.c.account_id).where(*_is_of_domain(accounts)),
    _edges("limits", limits.c.account_id, limits.c.target_id),
    _edges("endorses", follows.c.follower_id, follows.c.followed_id).where(follows.c.endorsed_id.is_not(None)),
    _edges("note", account_notes.c.account_id, account_notes.c.target_id, text=account_notes.c.text),
    _edges(
        "mutes",
        mutes.c.account_id,
        mutes.c.target_id,
        _number(mutes.c.hides_notifications),
        _no,
        sa.type_coerce(mutes.c.expires_at, sa.BigInteger),
    ),
)


_BYTES_PER_ACCOUNT = 200
"""The most memory that an account takes in a set or a dictionary, in bytes."""


def _weight(of_viewer: BlocksAndMutes) -> int:
    sets = (of_viewer.blocked, of_viewer.muted, of_viewer.notifications_muted, of_viewer.in_exclusive_lists)
    return 700 + _BYTES_PER_ACCOUNT * sum(map(len, sets))


BLOCKS_AND_MUTES: CacheRegion[AccountId, BlocksAndMutes] = CacheRegion("blocks and mutes", 24_000_000, _weight)

_BY_BLOCK, _BY_MUTE = sa.literal("blocked").label("kind"), sa.literal("muted")
_BLOCKS_AND_MUTES = sa.union_all(
    sa.select(
        blocks.c.account_id.label("viewer"), _BY_BLOCK, blocks.c.target_id.label("other"), _never.label("until"), _no.label("one")
    ).where(blocks.c.account_id.in_(_others)),
    sa.select(blocks.c.target_id, _BY_BLOCK, blocks.c.account_id, _never, _no).where(blocks.c.target_id.in_(_others)),
    sa.select(domain_blocks.c.account_id, _BY_BLOCK, accounts.c.id, _never, _no).where(
        domain_blocks.c.account_id.in_(_others), *_is_of_domain(accounts)
    ),
    sa.select(accounts.c.id, _BY_BLOCK, domain_blocks.c.account_id, _never, _no).where(
        accounts.c.id.in_(_others), *_is_of_domain(accounts)
    ),
    sa.select(
        mutes.c.account_id,
        _BY_MUTE,
        mutes.c.target_id,
        sa.type_coerce(mutes.c.expires_at, sa.BigInteger),
        _number(mutes.c.hides_notifications),
    ).where(mutes.c.account_id.in_(_others)),
    sa.select(lists.c.account_id, sa.literal("listed"), list_members.c.account_id, _never, _no)
    .join(list_members, list_members.c.list_id == lists.c.id)
    .where(lists.c.account_id.in_(_others), lists.c.is_exclusive, list_members.c.account_id != lists.c.account_id),
)


_NOTIFIED = sa.select(follows.c.followed_id, follows.c.follower_id).where(follows.c.followed_id.in_(_others), follows.c.notifies)
_MUTING_NOTIFICATIONS = sa.union_all(
    sa.select(mutes.c.account_id).where(
        mutes.c.target_id == _viewer,
        mutes.c.account_id.in_(_others),
        mutes.c.hides_notifications,
        sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > sa.bindparam("now", type_=Moment)),
    ),
    sa.select(limits.c.account_id).where(limits.c.target_id == _viewer, limits.c.account_id.in_(_others)),
)


def _listing(edges: sa.Table, mine: sa.Column[Any], theirs: sa.Column[Any]) -> Listing:
    return Listing(sa.select(edges.c.id, theirs).where(mine == sa.bindparam("whose", type_=sa.BigInteger)), edges.c.id)


_FOLLOWERS = _listing(follows, follows.c.followed_id, follows.c.follower_id)
_FOLLOWED = _listing(follows, follows.c.follower_id, follows.c.followed_id)
_REQUESTERS = _listing(follow_requests, follow_requests.c.followed_id, follow_requests.c.follower_id)
_BLOCKED = _listing(blocks, blocks.c.account_id, blocks.c.target_id)
_MUTED = _listing(mutes, mutes.c.account_id, mutes.c.target_id)
_LIMITED = _listing(limits, limits.c.account_id, limits.c.target_id)
_BLOCKED_DOMAINS = _listing(domain_blocks, domain_blocks.c.account_id, domain_blocks.c.domain)
_ENDORSED = Listing(
    sa.select(follows.c.endorsed_id, follows.c.followed_id).where(
        follows.c.follower_id == sa.bindparam("whose", type_=sa.BigInteger), follows.c.endorsed_id.is_not(None)
    ),
    follows.c.endorsed_id,
)
_FOLLOWS = sa.select(follows.c.id).where(follows.c.follower_id == _viewer, follows.c.followed_id == sa.bindparam("other"))
_FOLLOWED_AMONG = sa.select(follows.c.followed_id).where(follows.c.follower_id == _viewer, follows.c.followed_id.in_(_others))
_FOLLOWERS_AMONG = sa.select(follows.c.follower_id).where(follows.c.followed_id == _viewer, follows.c.follower_id.in_(_others))


async def blocks_and_mutes(reader: Reader, viewer_id: AccountId | None) -> BlocksAndMutes:
    """The blocks and mutes that apply to this viewer. Visitors (`viewer_id` is None) have none."""
    return _NOTHING_HIDDEN if viewer_id is None else (await blocks_and_mutes_of(reader, (viewer_id,)))[viewer_id]


async def blocks_and_mutes_of(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, BlocksAndMutes]:
    """By viewer, in one query for those that are not cached."""
    return await cached(reader, BLOCKS_AND_MUTES, ids, _load_blocks_and_mutes)


async def has_follow(reader: Reader, viewer_id: AccountId | None, account_id: AccountId) -> bool:
    """Whether the viewer follows this account."""
    return viewer_id is not None and await reader.value(_FOLLOWS, {"viewer": viewer_id, "other": account_id}) is not None


async def followed_among(reader: Reader, viewer_id: AccountId | None, ids: Collection[AccountId]) -> set[AccountId]:
    """Which of these accounts the viewer follows."""
    return set() if viewer_id is None else set(await reader.values(_FOLLOWED_AMONG, {"viewer": viewer_id, "others": list(ids)}))


async def followers_among(reader: Reader, account_id: AccountId, ids: Collection[AccountId]) -> set[AccountId]:
    """Which of these accounts follow this one."""
    return set(await reader.values(_FOLLOWERS_AMONG, {"viewer": account_id, "others": list(ids)}))


async def relation(reader: Reader, viewer_id: AccountId | None, account_id: AccountId) -> Relation:
    return (await relations(reader, viewer_id, [account_id]))[account_id]


async def relations(reader: Reader, viewer_id: AccountId | None, ids: Collection[AccountId]) -> dict[AccountId, Relation]:
    """By account, its relation with the viewer, in one query. Every id of `ids` has an entry."""
    found = {one: Relation(viewer_id, one) for one in ids}
    if viewer_id is None or not ids:
        return found
    for row in await reader.all(_ALL_EDGES, {"viewer": viewer_id, "others": list(ids)}):
        known = found[AccountId(row.other)]
        match row.kind:
            case "follows" | "requested":
                options = {"shows_reblogs": bool(row.one), "notifies": bool(row.two)}
                found[row.other] = msgspec.structs.replace(known, **{row.kind: True}, **options)
            case "mutes":
                until = _moment_of(row.until)
                if until is None or not reader.has_come(until):
                    found[row.other] = msgspec.structs.replace(known, mutes=True, mutes_notifications=bool(row.one), mute_expires_at=until)
            case "note":
                found[row.other] = msgspec.structs.replace(known, note=row.text)
            case kind:
                found[row.other] = msgspec.structs.replace(known, **{kind: True})
    return found


async def follower_ids(reader: Reader, account_id: AccountId, window: Window) -> Page[AccountId]:
    return await _FOLLOWERS.page(reader, window, whose=account_id)


async def followed_ids(reader: Reader, account_id: AccountId, window: Window) -> Page[AccountId]:
    return await _FOLLOWED.page(reader, window, whose=account_id)


async def endorsed_ids(reader: Reader, account_id: AccountId, window: Window) -> Page[AccountId]:
    """Whom the account endorses, the newest endorsement first."""
    return await _ENDORSED.page(reader, window, whose=account_id)


async def requester_ids(reader: Reader, account_id: AccountId, window: Window) -> Page[AccountId]:
    return await _REQUESTERS.page(reader, window, whose=account_id)


async def blocked_ids(reader: Reader, account_id: AccountId, window: Window) -> Page[AccountId]:
    return await _BLOCKED.page(reader, window, whose=account_id)


async def muted_ids(reader: Reader, account_id: AccountId, window: Window) -> Page[AccountId]:
    return await _MUTED.page(reader, window, whose=account_id)


async def limited_ids(reader: Reader, account_id: AccountId, window: Window) -> Page[AccountId]:
    return await _LIMITED.page(reader, window, whose=account_id)


async def blocked_domains(reader: Reader, account_id: AccountId, window: Window) -> Page[str]:
    return await _BLOCKED_DOMAINS.page(reader, window, whose=account_id)


async def requests_count(reader: Reader, account_id: AccountId) -> int:
    count: int = await reader.value(
        sa.select(sa.func.count()).select_from(follow_requests).where(follow_requests.c.followed_id == account_id)
    )
    return count


async def notified_followers(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, list[AccountId]]:
    """By account, the followers who asked to be notified of each of its statuses."""
    found: dict[AccountId, list[AccountId]] = {}
    for row in await reader.all(_NOTIFIED, {"others": list(ids)}):
        found.setdefault(AccountId(row.followed_id), []).append(AccountId(row.follower_id))
    return found


async def muting_notifications(reader: Reader, account_id: AccountId, ids: Collection[AccountId]) -> set[AccountId]:
    """Which accounts of `ids` limit this one, or mute it with its notifications."""
    return set(await reader.values(_MUTING_NOTIFICATIONS, {"viewer": account_id, "others": list(ids), "now": reader.now})) if ids else set()


async def _load_blocks_and_mutes(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, BlocksAndMutes]:
    blocked, muted = defaultdict[AccountId, set[AccountId]](set), defaultdict[AccountId, dict[AccountId, datetime | None]](dict)
    notifications_muted, listed = defaultdict[AccountId, set[AccountId]](set), defaultdict[AccountId, set[AccountId]](set)
    for row in await reader.all(_BLOCKS_AND_MUTES, {"others": list(ids)}):
        if row.kind == "blocked":
            blocked[row.viewer].add(row.other)
        elif row.kind == "listed":
            listed[row.viewer].add(row.other)
        else:
            muted[row.viewer][row.other] = _moment_of(row.until)
        if row.one:
            notifications_muted[row.viewer].add(row.other)
    return {
        one: BlocksAndMutes(frozenset(blocked[one]), muted[one], frozenset(notifications_muted[one]), frozenset(listed[one]))
        if one in blocked or one in muted or one in listed
        else _NOTHING_HIDDEN
        for one in ids
    }


def _moment_of(until: int | None) -> datetime | None:
    return None if until is None else EPOCH + timedelta(microseconds=until)


_NOTHING_HIDDEN = BlocksAndMutes()
