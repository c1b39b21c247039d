"""Reads of tracks: those of an account, and the timeline of each, which asks again who may see what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.boundaries import Act, Who
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.graph.boundaries import may, who_may
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.search.tracks import places
from gazouillis.search.tracks.models import Delivery, Track
from gazouillis.search.tracks.tables import track_hits, tracks
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.views import views
from gazouillis.text.track_query import may_name_somebody

_COLUMNS = tuple(tracks.c[name] for name in Track.__struct_fields__)
_OF_ACCOUNT = sa.select(*_COLUMNS).where(tracks.c.account_id == sa.bindparam("account", type_=sa.BigInteger)).order_by(tracks.c.id.desc())
_OWN = sa.select(*_COLUMNS).where(
    tracks.c.account_id == sa.bindparam("account", type_=sa.BigInteger), tracks.c.id == sa.bindparam("track", type_=sa.BigInteger)
)
_BY_IDS = sa.select(*_COLUMNS).where(tracks.c.id.in_(sa.bindparam("ids", expanding=True)))
_AFTER = (
    sa.select(tracks.c.id, tracks.c.query, tracks.c.language)
    .where(tracks.c.id > sa.bindparam("after", type_=sa.BigInteger))
    .order_by(tracks.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_TIMELINE = Listing(
    sa.select(track_hits.c.status_id).where(
        track_hits.c.track_id == sa.bindparam("track", type_=sa.BigInteger), track_hits.c.is_current.is_(True)
    ),
    track_hits.c.status_id,
)
_HITS = sa.select(track_hits.c.track_id, track_hits.c.account_id, track_hits.c.is_current).where(
    track_hits.c.status_id == sa.bindparam("status", type_=sa.BigInteger)
)

_CURRENT = sa.select(track_hits.c.status_id).where(
    track_hits.c.track_id == sa.bindparam("track", type_=sa.BigInteger),
    track_hits.c.status_id.in_(sa.bindparam("ids", expanding=True)),
    track_hits.c.is_current.is_(True),
)
_MET = (
    sa.select(track_hits.c.status_id, tracks.c.query)
    .join(tracks, tracks.c.id == track_hits.c.track_id)
    .where(
        track_hits.c.status_id.in_(sa.bindparam("ids", expanding=True)),
        track_hits.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
        track_hits.c.is_current.is_(True),
        tracks.c.is_on.is_(True),
    )
    .order_by(tracks.c.id)
)
_IS_HIT_OF = _HITS.where(track_hits.c.account_id == sa.bindparam("owner", type_=sa.BigInteger), track_hits.c.is_current.is_(True)).limit(1)
_HITS_OF_OWNERS = _HITS.where(track_hits.c.account_id.in_(sa.bindparam("owners", expanding=True)))


async def of_account(reader: Reader, account_id: AccountId) -> list[Track]:
    """Newest first; there are at most `add.MOST_TRACKS`."""
    return [_track(one) for one in await reader.all(_OF_ACCOUNT, {"account": account_id})]


async def own(reader: Reader, account_id: AccountId, track_id: int) -> Track:
    """Raises NotFound for a track that is not theirs."""
    row = await reader.one(_OWN, {"account": account_id, "track": track_id})
    if row is None:
        raise NotFound(_("You do not track this"))
    return _track(row)


async def is_own(reader: Reader, account_id: AccountId, track_id: int) -> bool:
    return await reader.one(_OWN, {"account": account_id, "track": track_id}) is not None


async def by_ids(reader: Reader, ids: Collection[int]) -> list[Track]:
    return [_track(one) for one in await reader.all(_BY_IDS, {"ids": list(ids)})] if ids else []


async def after(reader: Reader, track_id: int, limit: int) -> Sequence[Row]:
    """(id, query, language) of the tracks with an id above this, in order."""
    return await reader.all(_AFTER, {"after": track_id, "limit": limit})


async def hits_of_status(
    reader: Reader, status_id: StatusId, owners: Collection[AccountId] | None = None
) -> dict[int, tuple[AccountId, bool]]:
    """By track: whose it is, and whether the status is still a hit. `owners`: only their tracks."""
    if owners is None:
        rows = await reader.all(_HITS, {"status": status_id})
    else:
        rows = await reader.all(_HITS_OF_OWNERS, {"status": status_id, "owners": sorted(owners)}) if owners else []
    return {one.track_id: (AccountId(one.account_id), bool(one.is_current)) for one in rows}


async def is_hit_of(reader: Reader, account_id: AccountId, status_id: StatusId) -> bool:
    """Whether some track of this account has found the status."""
    return await reader.one(_IS_HIT_OF, {"status": status_id, "owner": account_id}) is not None


async def timeline(reader: Reader, track: Track, window: Window) -> Page[StatusId]:
    """The hits of a track. `seen` leaves out those that its owner may not see."""
    return await _TIMELINE.page(reader, window, track=track.id)


async def current(reader: Reader, track: Track, ids: Collection[StatusId]) -> list[StatusId]:
    """Those of these statuses that are hits of the track."""
    found = await reader.values(_CURRENT, {"track": track.id, "ids": list(ids)}) if ids else []
    return [StatusId(one) for one in found]


async def met(reader: Reader, account_id: AccountId, ids: Collection[StatusId]) -> dict[StatusId, str]:
    """Those of these statuses that tracks of the account met, each with the query of one that it has now."""
    rows = await reader.all(_MET, {"account": account_id, "ids": list(ids)}) if ids else []
    return {StatusId(one.status_id): one.query for one in rows}


async def seen(reader: Reader, track: Track, ids: Sequence[StatusId], authority: str) -> list[StatusView]:
    """Those of its hits that the owner of a track may see now: public, without a block between, of people who let themselves be tracked."""
    return (await seen_of_each(reader, {track: ids}, authority)).get(track.id, [])


async def seen_of_each(reader: Reader, hits: Mapping[Track, Sequence[StatusId]], authority: str) -> dict[int, list[StatusView]]:
    """By track, what `seen` says of its hits. They are tracks of one account; whom one names who refuses it is left out."""
    allowed = await _naming_nobody_who_refuses(reader, hits, authority)
    if not allowed:
        return {}
    owner, ids = allowed[0].account_id, list(dict.fromkeys(one for track in allowed for one in hits[track]))
    found = [one for one in await views(reader, ids, owner, hides_muted=True) if is_public(one)]
    asked = {one.account.id for one in found if who_may(Act.TRACK, one.account) is not Who.EVERYONE}
    relations = await graph.relations(reader, owner, asked) if asked else {}
    shown = {one.id: one for one in found if one.account.id not in relations or may(Act.TRACK, one.account, relations[one.account.id])}
    return {track.id: [shown[one] for one in hits[track] if one in shown] for track in allowed}


async def who_may_hear(reader: Reader, status_id: StatusId, owners: Collection[AccountId]) -> set[AccountId]:
    """Which of these owners of tracks may be told of a status because of its words: it is still public, and its author lets them."""
    found = (await cached_statuses.by_ids(reader, [status_id])).get(status_id)
    author = await accounts.by_id(reader, found.status.account_id) if found else None
    if found is None or author is None or found.status.visibility is not Visibility.PUBLIC or found.status.withheld_by is not None:
        return set()
    relations = await graph.relations(reader, author.id, owners)
    return {one for one in owners if lets_track(author, relations[one])}


def lets_track(account: Account, relation: Relation) -> bool:
    """`relation` is that of the account with the owner of the track: `graph.boundaries.may` seen from the other side."""
    if relation.is_self:
        return True
    return not relation.is_apart and who_may(Act.TRACK, account).includes(follows=relation.is_followed, is_followed=relation.follows)


def is_public(view: StatusView) -> bool:
    return view.status.visibility is Visibility.PUBLIC and view.status.withheld_by is None


async def _naming_nobody_who_refuses(reader: Reader, found: Collection[Track], authority: str) -> list[Track]:
    queried = ((one, places.parse_kept(one.query, one.language)) for one in found if may_name_somebody(one.query))
    names = {track: query.names for track, query in queried if query and query.names}
    if not names:
        return list(found)
    named = await accounts.by_handles(reader, {one for each in names.values() for one in each}, authority)
    relations = await graph.relations(reader, next(iter(found)).account_id, [one.id for one in named.values()])
    refused = {handle for handle, one in named.items() if not may(Act.TRACK, one, relations[one.id])}
    return [one for one in found if not refused.intersection(names.get(one, ()))]


def _track(row: Row) -> Track:
    values: dict[str, Any] = dict(zip(Track.__struct_fields__, row, strict=True))
    return Track(**values | {"delivery": Delivery(values["delivery"]), "is_on": bool(values["is_on"])})
