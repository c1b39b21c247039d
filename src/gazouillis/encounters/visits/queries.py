"""One's own stays beside those that one may see in the same place. What one may not see is never compared, so that invented stays find
nobody's dates.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.encounters.visits.models import Overlap
from gazouillis.encounters.visits.rules import days_in_common, is_missed_by_a_day
from gazouillis.encounters.visits.tables import awaited_visits
from gazouillis.graph import queries as graph
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import gazetteer
from gazouillis.places import queries as places
from gazouillis.places.audience import NOW, VIEWER, shown_to_viewer
from gazouillis.places.models import Place
from gazouillis.places.tables import stays

MOST = 100
"""Stays of others that are compared: of those whom the viewer follows first, then those that begin first."""
MOST_SHOWN = 200
"""Pairs. Somebody may have fifty stays in one town."""

_mine, _theirs = stays.alias("mine"), stays
_LONGER_BY_A_DAY = 1
_first, _last = sa.type_coerce(_theirs.c.first, sa.Integer), sa.type_coerce(_theirs.c.last, sa.Integer)
_touches_mine = sa.exists().where(
    _mine.c.account_id == VIEWER,
    _mine.c.place_id == _theirs.c.place_id,
    sa.type_coerce(_mine.c.first, sa.Integer) <= _last + _LONGER_BY_A_DAY,
    sa.type_coerce(_mine.c.last, sa.Integer) + _LONGER_BY_A_DAY >= _first,
)
_is_followed = sa.exists().where(follows.c.follower_id == VIEWER, follows.c.followed_id == _theirs.c.account_id)
_AWAITED = (
    sa.select(awaited_visits.c.other_id, awaited_visits.c.place_id)
    .where(awaited_visits.c.account_id == VIEWER)
    .order_by(awaited_visits.c.other_id, awaited_visits.c.place_id)
    .limit(MOST)
)
_my_places = sa.select(_mine.c.place_id).where(_mine.c.account_id == VIEWER)  # narrower than `_touches_mine`, and has an index
_TOUCHING = (
    sa.select(_theirs.c.id)
    .where(_theirs.c.place_id.in_(_my_places))
    .where(_theirs.c.account_id != VIEWER, _theirs.c.ends_at > NOW, _touches_mine, shown_to_viewer(_theirs))
    .order_by(sa.case((_is_followed, 0), else_=1), _theirs.c.first, _theirs.c.id)
    .limit(MOST)
)


class AwaitedVisit(msgspec.Struct, frozen=True):
    account: Account
    place: Place


async def awaited(reader: Reader, account_id: AccountId) -> list[AwaitedVisit]:
    """Of whom the account wants to hear next time, and where. Those who are hidden from it by now are left out."""
    rows = await reader.all(_AWAITED, {"viewer": account_id})
    known = await accounts.by_ids(reader, {AccountId(row.other_id) for row in rows})
    where = {one.id: one for one in gazetteer.by_ids(list({row.place_id for row in rows}))}
    hidden = await graph.blocks_and_mutes(reader, account_id)
    shown = [row for row in rows if row.other_id in known and row.place_id in where and row.other_id not in hidden.blocked]
    return [AwaitedVisit(known[row.other_id], where[row.place_id]) for row in shown if known[row.other_id].is_visible]


async def overlaps(reader: Reader, viewer_id: AccountId) -> list[Overlap]:
    """The first `MOST_SHOWN` of `all_overlaps`."""
    return (await all_overlaps(reader, viewer_id))[:MOST_SHOWN]


async def all_overlaps(reader: Reader, viewer_id: AccountId) -> list[Overlap]:
    """In order of the first day of the own stay. Own stays that are over are compared too: somebody may come on the day after."""
    mine = await places.all_own_stays(reader, viewer_id)
    ids = await reader.values(_TOUCHING, {"viewer": viewer_id, "now": reader.now}) if mine else []
    theirs = await places.shown(reader, viewer_id, await places.by_ids(reader, ids))
    found = []
    for own in mine:
        for other in theirs:
            if own.place_id != other.stay.place_id:
                continue
            spans = (own.first, own.last), (other.stay.first, other.stay.last)
            days = days_in_common(*spans)
            if days or is_missed_by_a_day(*spans):
                found.append(Overlap(own, other, days))
    return found
