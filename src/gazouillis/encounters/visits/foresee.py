"""Who hears that somebody announced a stay: residents who asked, and follow them or have a mutual in common; and who waited for them,
having missed them there by a day.

Only an announcement is told: a change is not, so nobody can make residents hear twice by moving days. Nor by cancelling and announcing
again: residents hear of each person once a month at most, whatever became of the notification. Who waited hears all the same, once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.encounters.visits.events import VisitForeseen
from gazouillis.encounters.visits.tables import awaited_visits, told_visits
from gazouillis.graph import queries as graph
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx, insert_or_replace
from gazouillis.places import queries as places
from gazouillis.places.events import StayAnnounced
from gazouillis.places.tables import residences

MOST_TOLD = 500
"""Residents that one announcement tells."""
AGAIN_AFTER = timedelta(days=30)
"""How long residents hear no more of the same person, however many stays they announce."""

_traveller = sa.bindparam("traveller", type_=sa.BigInteger)
_to, _from_traveller, _back, _to_traveller = (follows.alias(name) for name in ("to_friend", "from_traveller", "back", "to_traveller"))
_follows_them = sa.exists().where(follows.c.follower_id == residences.c.account_id, follows.c.followed_id == _traveller)
_has_a_mutual_in_common = sa.exists().where(
    _to.c.follower_id == residences.c.account_id,
    _back.c.follower_id == _to.c.followed_id,
    _back.c.followed_id == residences.c.account_id,
    _to_traveller.c.follower_id == _to.c.followed_id,
    _to_traveller.c.followed_id == _traveller,
    _from_traveller.c.follower_id == _traveller,
    _from_traveller.c.followed_id == _to.c.followed_id,
)
_WHO_ASKED = (
    sa.select(residences.c.account_id)
    .where(
        residences.c.place_id == sa.bindparam("place", type_=sa.BigInteger),
        residences.c.hears.is_(True),
        residences.c.account_id != _traveller,
        sa.or_(_follows_them, _has_a_mutual_in_common),
    )
    .order_by(sa.case((_follows_them, 0), else_=1), residences.c.account_id)
    .limit(MOST_TOLD)
)

_FOR_TRAVELLER = (awaited_visits.c.other_id == _traveller, awaited_visits.c.place_id == sa.bindparam("place", type_=sa.BigInteger))
_WAITED_BEFORE = awaited_visits.c.since_id < sa.bindparam("stay", type_=sa.BigInteger)
_WHO_WAITS = (
    sa.select(awaited_visits.c.account_id).where(*_FOR_TRAVELLER, _WAITED_BEFORE).order_by(awaited_visits.c.account_id).limit(MOST_TOLD)
)
_TELL = insert_or_replace(told_visits, ("account_id", "other_id"), ("told_at",))


async def on_stay_announced(tx: Tx, event: StayAnnounced) -> None:
    """Tells those who may see the stay now. A stay that was cancelled or is over meanwhile is told to nobody."""
    found = await places.by_ids(tx, [event.stay_id])
    traveller = (await accounts.by_ids(tx, [event.account_id])).get(event.account_id)
    if not found or traveller is None:
        return
    stay = found[0]
    place = {"place": stay.place_id, "traveller": traveller.id}
    waiting: list[AccountId] = await tx.values(_WHO_WAITS, place | {"stay": stay.id})
    residents: list[AccountId] = await tx.values(_WHO_ASKED, place)
    asked = list(dict.fromkeys([*waiting, *residents]))
    muting, allowed = await graph.muting_notifications(tx, traveller.id, asked), await places.who_may_see(tx, stay, traveller, asked)
    seeing = [one for one in asked if one not in muting and one in allowed]
    heard = sorted({*seeing} & {*waiting})
    if heard:
        await tx.run(sa.delete(awaited_visits).where(*_FOR_TRAVELLER, awaited_visits.c.account_id.in_(heard)), place)
    recently = await _told_recently(tx, traveller.id)
    told = [one for one in seeing if one in heard or one not in recently]
    if told:
        await tx.run(_TELL, [{"account_id": one, "other_id": traveller.id, "told_at": tx.now} for one in told])
        await tx.emit(VisitForeseen(traveller.id, tuple(told), stay.id))


async def _told_recently(tx: Tx, traveller_id: AccountId) -> Collection[AccountId]:
    """Forgets those who were told longer ago."""
    of_traveller = told_visits.c.other_id == traveller_id
    await tx.run(sa.delete(told_visits).where(of_traveller, told_visits.c.told_at < tx.now - AGAIN_AFTER))
    return set(await tx.values(sa.select(told_visits.c.account_id).where(of_traveller)))
