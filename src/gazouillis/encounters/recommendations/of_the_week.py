"""#FF of the week: whom the people that a viewer follows recommended in the last seven days, for the side column."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.encounters.recommendations import queries
from gazouillis.encounters.recommendations.models import Recommendation
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId, first_id_at
from gazouillis.infra.cache.expiring import Expiring, cached_for
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.database.paging import Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.views import views

MOST = 3
MOST_PEOPLE = 6
"""Of one recommendation."""
LOOKED_AT = 20
WEEK = timedelta(days=7)
LIFETIME = timedelta(minutes=5)


class Shown(msgspec.Struct, frozen=True):
    """A recommendation for the side column: its status, who recommends, and some of those whom the viewer could follow."""

    id: StatusId
    recommender: Account
    people: tuple[Account, ...]


class _Found(msgspec.Struct, frozen=True):
    """As it is cached: ids only."""

    status_id: StatusId
    recommended_ids: tuple[AccountId, ...]


OF_THE_WEEK: CacheRegion[AccountId, Expiring[tuple[_Found, ...]]] = CacheRegion("recommendations of the week", 4_000_000)
"""By viewer. Invalidated by the viewer's relations, and when somebody declines."""


async def of_the_week(reader: Reader, viewer_id: AccountId) -> list[Shown]:
    """The newest first. A new one may come some minutes late. What is hidden, deleted or declined goes at once."""

    async def load(reader: Reader) -> tuple[_Found, ...]:
        return await _load(reader, viewer_id)

    found = {one.status_id: one for one in await cached_for(LIFETIME, reader, OF_THE_WEEK, viewer_id, load)}
    if not found:
        return []
    known = await accounts.by_ids(reader, {one for each in found.values() for one in each.recommended_ids})
    hidden = await graph.blocks_and_mutes(reader, viewer_id)
    shown = []
    for view in await views(reader, list(found), viewer_id, hides_muted=True):
        named = [known[one] for one in found[StatusId(view.id)].recommended_ids if one in known and one in view.cached.mentioned_ids]
        people = tuple(one for one in named if one.is_visible and one.id not in hidden.blocked and not hidden.mutes(one.id, reader))
        if people and queries.is_recommendation(view):
            shown.append(Shown(StatusId(view.id), view.account, people))
    return shown


async def _load(reader: Reader, viewer_id: AccountId) -> tuple[_Found, ...]:
    page = await queries.of_followed(reader, viewer_id, Window(LOOKED_AT))
    ids = [one for one in page.items if one >= first_id_at(reader.now - WEEK)]
    found = (_Found(StatusId(one.id), _to_follow(one)) for one in await queries.recommendations(reader, viewer_id, ids))
    return tuple(one for one in found if one.recommended_ids)[:MOST]


def _to_follow(one: Recommendation) -> tuple[AccountId, ...]:
    left = [each.account.id for each in one.recommended if not each.relation.follows and not each.relation.requested]
    return tuple(left[:MOST_PEOPLE])
