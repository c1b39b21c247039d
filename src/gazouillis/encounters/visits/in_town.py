"""Who is in town: the people whose stay in the viewer's town runs now, for the side column. The page of the town lists all of them."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.expiring import Expiring, cached_for
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import gazetteer
from gazouillis.places import queries as places
from gazouillis.places.models import Place, Stay
from gazouillis.places.queries import START

MOST = 6
LOOKED_AT = 40
LIFETIME = timedelta(minutes=10)


class InTown(msgspec.Struct, frozen=True):
    """`place`: where the viewer stays now, else where they live."""

    place: Place
    people: tuple[Account, ...]
    has_more: bool = False


class _Found(msgspec.Struct, frozen=True):
    """As it is cached: whether an account may still be shown, and whether a stay is over, is asked at each read."""

    place: Place
    stays: tuple[Stay, ...]


IN_TOWN: CacheRegion[AccountId, Expiring[_Found | None]] = CacheRegion("people in town", 4_000_000)
"""By viewer. Invalidated by stays, circles, where the viewer lives, and by the viewer's relations."""


async def in_town(reader: Reader, viewer_id: AccountId) -> InTown | None:
    """None when the viewer says of no place that they are or live there, and when nobody else is there. Who has just come may be
    missing for some minutes; who has left, or hides it, is not shown any more.
    """

    async def load(reader: Reader) -> _Found | None:
        return await _load(reader, viewer_id)

    found = await cached_for(LIFETIME, reader, IN_TOWN, viewer_id, load)
    if found is None:
        return None
    known = await accounts.by_ids(reader, [one.account_id for one in found.stays])
    here = dict.fromkeys(one.account_id for one in found.stays if not reader.has_come(one.ends_at))
    people = [known[one] for one in here if one in known and known[one].is_visible]
    return InTown(found.place, tuple(people[:MOST]), len(people) > MOST) if people else None


async def _load(reader: Reader, viewer_id: AccountId) -> _Found | None:
    place = await _own_town(reader, viewer_id)
    if place is None:
        return None
    page = await places.here(reader, viewer_id, place, language="", limit=LOOKED_AT, after=START)
    others = [one.stay for one in page.stays if one.account.id != viewer_id]
    followed = await graph.followed_among(reader, viewer_id, [one.account_id for one in others])
    return _Found(place, tuple(sorted(others, key=lambda one: one.account_id not in followed)))


async def _own_town(reader: Reader, viewer_id: AccountId) -> Place | None:
    running = [one for one in await places.own_stays(reader, viewer_id) if reader.has_come(one.starts_at)]
    residence = await places.residence(reader, viewer_id)
    where = running[-1].place_id if running else residence.place_id if residence else None
    return gazetteer.by_id(where) if where is not None else None
