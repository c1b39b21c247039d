"""Whom a viewer might follow, each with the reason and the people it comes from: followed by people they follow, following them,
followed by people whom this place trusts, or active here.

The rank is the number of distinct people whom the viewer follows and who follow the account. Nobody is ranked by all their followers:
thirty accounts that follow each other would gain by that. Nobody is suggested who does not want to be found, whom the viewer follows, has
asked, blocks, mutes or dismissed, or who blocks the viewer. A reason names only people whom the viewer may find and whose list of followed
accounts is public, and nobody whom the viewer mutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts_queries
from gazouillis.accounts.boundaries import Act
from gazouillis.accounts.models import Account, Role
from gazouillis.accounts.tables import LAST_ACTIVITY, LISTED, accounts, users
from gazouillis.graph import queries as graph
from gazouillis.graph.boundaries import may
from gazouillis.graph.models import Relation
from gazouillis.graph.tables import dismissed_suggestions, follows, mutes
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.expiring import Expiring, cached_for
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Reader, Row

MOST = 40
"""How many suggestions a viewer has at once."""
LIFETIME = timedelta(minutes=10)

MOST_FRIENDS, MOST_OF_FRIENDS = 100, 5_000
"""The newest follows of the viewer that are looked at, and how many follows of those people in all: the cost has a limit."""
MOST_FOLLOWERS = 500
MOST_POPULAR, MOST_ACTIVE = 60, 60
MOST_STAFF, MOST_TRUSTED, MOST_OF_TRUSTED = 50, 1_000, 20_000
"""Those who run the place, with the people they follow, and how many follows of all these are looked at."""
STAFF = (Role.MODERATOR, Role.ADMIN, Role.OWNER)
ACTIVE_FOR = timedelta(days=30)
"""Since when an active account has posted."""


class Reason(StrEnum):
    SHARED = "shared"
    """People whom the viewer follows follow this account."""
    FOLLOWS_YOU = "follows_you"
    POPULAR = "popular"
    """Followed by people whom this place trusts: those who run it, and those whom they follow."""
    ACTIVE = "active"
    """Among those here who posted last."""


class Suggestion(msgspec.Struct, frozen=True):
    """`through`: one or two accounts that follow this one, for the reasons `SHARED` and `POPULAR`; `others`: how many more do."""

    account: Account
    relation: Relation
    reason: Reason
    through: Sequence[Account] = ()
    others: int = 0


class _Named(msgspec.Struct, frozen=True, gc=False):
    """Somebody whom a reason names. The edges are those of a `Relation`."""

    account_id: AccountId
    follows: bool = False
    is_followed: bool = False


class _Candidate(msgspec.Struct, frozen=True, gc=False):
    """A suggestion as it is cached: ids only, so that a change of an account shows at once."""

    account_id: AccountId
    reason: Reason
    is_followed: bool = False
    through: tuple[_Named, ...] = ()
    others: int = 0


SUGGESTIONS: CacheRegion[AccountId, Expiring[tuple[_Candidate, ...]]] = CacheRegion("suggestions", 12_000_000)
"""By viewer. Invalidated when the viewer's relation with anybody changes."""
POPULAR: CacheRegion[str, Expiring[tuple[_Candidate, ...]]] = CacheRegion("accounts followed by those whom the place trusts", 100_000)
ACTIVE: CacheRegion[str, Expiring[tuple[AccountId, ...]]] = CacheRegion("active accounts", 100_000)


async def suggestions(reader: Reader, viewer_id: AccountId, limit: int) -> list[Suggestion]:
    """The best first. Relations are as old as the cache entry, which every change of a relation of the viewer invalidates."""

    async def load(reader: Reader) -> tuple[_Candidate, ...]:
        return await _candidates(reader, viewer_id)

    candidates = await cached_for(LIFETIME, reader, SUGGESTIONS, viewer_id, load)
    ids = dict.fromkeys(one for each in candidates for one in (each.account_id, *(by.account_id for by in each.through)))
    known = await accounts_queries.by_ids(reader, ids)
    found = (_suggestion(one, known, viewer_id) for one in candidates)
    return [one for one in found if one is not None][:limit]


async def popular(reader: Reader) -> tuple[_Candidate, ...]:
    """Those here who can be found and whom most of the people follow whom this place trusts, whoever asks."""
    return await cached_for(LIFETIME, reader, POPULAR, "", _load_popular)


async def active_ids(reader: Reader) -> tuple[AccountId, ...]:
    """The accounts here that can be found and posted last, whoever asks."""
    return await cached_for(LIFETIME, reader, ACTIVE, "", _load_active)


def _suggestion(one: _Candidate, known: dict[AccountId, Account], viewer_id: AccountId) -> Suggestion | None:
    """None when the account no longer wants to be shown, nor anybody whom the reason names."""
    account = known.get(one.account_id)
    relation = Relation(viewer_id, one.account_id, is_followed=one.is_followed)
    through = [named for by in one.through if (named := known.get(by.account_id)) and _may_name(named, by, viewer_id)]
    if account is None or not account.is_visible or not may(Act.FIND, account, relation) or (one.through and not through):
        return None
    return Suggestion(account, relation, one.reason, through, one.others)


def _may_name(account: Account, by: _Named, viewer_id: AccountId) -> bool:
    relation = Relation(viewer_id, account.id, follows=by.follows, is_followed=by.is_followed)
    return account.is_visible and not account.hides_collections and may(Act.FIND, account, relation)


async def _candidates(reader: Reader, viewer_id: AccountId) -> tuple[_Candidate, ...]:
    shared = [_through(row, Reason.SHARED) for row in await reader.all(_SHARED, {"viewer": viewer_id, "now": reader.now})]
    followers = [_Candidate(one, Reason.FOLLOWS_YOU) for one in await reader.values(_FOLLOWERS, {"viewer": viewer_id})]
    active = [_Candidate(one, Reason.ACTIVE) for one in await active_ids(reader)]
    in_order = [*shared, *followers, *await popular(reader), *active]
    ids = list(dict.fromkeys(one.account_id for one in in_order))
    relations = await graph.relations(reader, viewer_id, {*ids, *(by.account_id for one in in_order for by in one.through)})
    dismissed = await reader.values(_DISMISSED, {"viewer": viewer_id, "others": ids})
    return tuple(_chosen(in_order, relations, dismissed))[:MOST]


def _through(row: Row, reason: Reason) -> _Candidate:
    named = tuple(_Named(one) for one in dict.fromkeys((row.first, row.last)))
    return _Candidate(row.id, reason, through=named, others=max(0, row.people - 2))


def _chosen(candidates: Iterable[_Candidate], relations: dict[AccountId, Relation], dismissed: Iterable[AccountId]) -> Iterator[_Candidate]:
    seen = set(dismissed)
    for one in candidates:
        known = relations[one.account_id]
        is_taken = known.is_self or known.follows or known.requested or known.is_apart or known.mutes
        through = tuple(_with_edges(by, relations[by.account_id]) for by in one.through if _is_heard(relations[by.account_id]))
        if not is_taken and one.account_id not in seen and (through or not one.through):
            seen.add(one.account_id)
            yield msgspec.structs.replace(one, is_followed=known.is_followed, through=through)


def _is_heard(relation: Relation) -> bool:
    return not (relation.is_apart or relation.mutes)


def _with_edges(by: _Named, relation: Relation) -> _Named:
    return msgspec.structs.replace(by, follows=relation.follows, is_followed=relation.is_followed)


async def _load_popular(reader: Reader) -> tuple[_Candidate, ...]:
    return tuple(_through(row, Reason.POPULAR) for row in await reader.all(_POPULAR, {"staff": [one.value for one in STAFF]}))


async def _load_active(reader: Reader) -> tuple[AccountId, ...]:
    return tuple(await reader.values(_ACTIVE, {"since": reader.now - ACTIVE_FOR}))


_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_found_id: sa.ColumnElement[int] = sa.literal_column("found.id", sa.BigInteger)
_source = accounts.alias("source")
_mine, _dismissed = follows.alias("mine"), dismissed_suggestions.alias("dismissed")
_is_new = sa.and_(
    ~sa.exists().where(_mine.c.follower_id == _viewer, _mine.c.followed_id == _found_id),
    ~sa.exists().where(_dismissed.c.account_id == _viewer, _dismissed.c.target_id == _found_id),
)
"""The viewer neither follows nor dismissed the account."""
_is_muted = sa.exists().where(
    mutes.c.account_id == _viewer,
    mutes.c.target_id == follows.c.followed_id,
    sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > sa.bindparam("now", type_=Moment)),
)
_friends = (
    sa.select(follows.c.followed_id.label("id"))
    .where(follows.c.follower_id == _viewer, ~_is_muted)
    .order_by(follows.c.id.desc())
    .limit(MOST_FRIENDS)
).subquery("friends")
_of_friends = (
    sa.select(follows.c.followed_id.label("id"), _friends.c.id.label("friend"))
    .join_from(_friends, accounts, accounts.c.id == _friends.c.id)
    .join(follows, follows.c.follower_id == _friends.c.id)
    .where(~accounts.c.hides_collections, follows.c.followed_id != _viewer)
    .limit(MOST_OF_FRIENDS)
).subquery("found")
_people = sa.func.count().label("people")
_SHARED = (
    sa.select(_of_friends.c.id, sa.func.min(_of_friends.c.friend).label("first"), sa.func.max(_of_friends.c.friend).label("last"), _people)
    .where(_is_new)
    .group_by(_of_friends.c.id)
    .order_by(_people.desc(), _of_friends.c.id.desc())
    .limit(MOST)
)
_followers = (
    sa.select(follows.c.follower_id.label("id"), follows.c.id.label("followed_at"))
    .where(follows.c.followed_id == _viewer)
    .order_by(follows.c.id.desc())
    .limit(MOST_FOLLOWERS)
).subquery("found")
_FOLLOWERS = sa.select(_followers.c.id).where(_is_new).order_by(_followers.c.followed_at.desc()).limit(MOST)
_staff = (
    sa.select(users.c.account_id.label("id"))
    .where(users.c.role.in_(sa.bindparam("staff", expanding=True)))
    .limit(MOST_STAFF)
    .subquery("staff")
)
_trusted = (
    sa.select(_staff.c.id)
    .union(sa.select(follows.c.followed_id).join(_staff, _staff.c.id == follows.c.follower_id))
    .limit(MOST_TRUSTED)
    .subquery("trusted")
)
_by_trusted = (
    sa.select(follows.c.followed_id.label("id"), follows.c.follower_id.label("friend"))
    .join_from(_trusted, _source, _source.c.id == _trusted.c.id)
    .join(follows, follows.c.follower_id == _source.c.id)
    .where(~_source.c.hides_collections)
    .limit(MOST_OF_TRUSTED)
).subquery("by_trusted")
_POPULAR = (
    sa.select(_by_trusted.c.id, sa.func.min(_by_trusted.c.friend).label("first"), sa.func.max(_by_trusted.c.friend).label("last"), _people)
    .join(accounts, accounts.c.id == _by_trusted.c.id)
    .where(LISTED, accounts.c.last_status_at.is_not(None))
    .group_by(_by_trusted.c.id)
    .order_by(_people.desc(), _by_trusted.c.id.desc())
    .limit(MOST_POPULAR)
)
_ACTIVE = (
    sa.select(accounts.c.id)
    .where(LISTED, sa.bindparam("since", type_=Moment) < LAST_ACTIVITY)
    .order_by(LAST_ACTIVITY.desc(), accounts.c.id.desc())
    .limit(MOST_ACTIVE)
)
_DISMISSED = sa.select(dismissed_suggestions.c.target_id).where(
    dismissed_suggestions.c.account_id == _viewer, dismissed_suggestions.c.target_id.in_(sa.bindparam("others", expanding=True))
)
