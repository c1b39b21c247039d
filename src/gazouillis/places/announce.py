"""Commands: announce, change and cancel a stay. Nothing is announced unless its account says so, to an audience that it names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.infra.site import Site
from gazouillis.places import queries
from gazouillis.places.checks import area, checked_audience, checked_place
from gazouillis.places.days import begins, is_over_at, today
from gazouillis.places.events import StayAnnounced, StayCancelled, StayChanged
from gazouillis.places.models import Stay, StayDraft
from gazouillis.places.tables import stays

MOST_STAYS = 50
"""Running and coming ones of one account."""
LONGEST = timedelta(days=366)
LATEST = timedelta(days=2 * 366)
KEPT = timedelta(days=30)
"""How long a stay that is over is kept: only its own account still learns whom it missed by a day."""


async def announce(tx: Tx, account: Account, draft: StayDraft) -> Stay:
    """The stay, as it is seen from now on. Raises Invalid with the field: `place_id`, `from`, `to`, `audience` or `circle_id`.

    The same place and days are not announced twice: the form was sent again, and its audience holds.
    """
    await lock(tx, f"stays:{account.id}")
    stay = await _checked(tx, account.id, tx.new_id(), draft)
    mine = await queries.own_stays(tx, account.id)
    same = next((one for one in mine if (one.place_id, one.first, one.last) == (stay.place_id, stay.first, stay.last)), None)
    if same is not None:
        return await _store_change(tx, same, msgspec.structs.replace(stay, id=same.id))
    if len(mine) >= MOST_STAYS:
        sentence = counted("You can announce {count} stay at most", "You can announce {count} stays at most", MOST_STAYS)
        raise Invalid(sentence, field="place_id", code="ERR_TOO_MANY")
    await tx.run(sa.insert(stays), _row(stay))
    await tx.emit(StayAnnounced(account.id, stay.id))
    return stay


async def change(tx: Tx, account: Account, stay_id: int, drafted: Callable[[Stay], StayDraft]) -> Stay:
    """`drafted` gets the stay as it is once nobody else can change it. Raises NotFound unless it is the account's and not over, Invalid
    with the field.
    """
    await lock(tx, f"stays:{account.id}")
    before = await queries.own_stay(tx, account.id, stay_id)
    return await _store_change(tx, before, await _checked(tx, account.id, stay_id, drafted(before)))


async def cancel(tx: Tx, account_id: AccountId, stay_id: int) -> None:
    """Raises NotFound unless it is the account's and not over."""
    await lock(tx, f"stays:{account_id}")
    stay = await queries.own_stay(tx, account_id, stay_id)
    await tx.run(sa.delete(stays).where(stays.c.id == stay.id))
    await tx.emit(StayCancelled(account_id, stay.id))


async def sweep(site: Site, limit: int = 500) -> None:
    """Deletes stays that were over long ago, at most `limit`. Run by the worker."""
    async with site.db.long_write() as tx:
        ended = await tx.values(sa.select(stays.c.id).where(stays.c.ends_at < tx.now - KEPT).limit(limit))
        if ended:
            await tx.run(sa.delete(stays).where(stays.c.id.in_(ended)))


async def _store_change(tx: Tx, before: Stay, stay: Stay) -> Stay:
    if stay != before:
        await tx.run(sa.update(stays).where(stays.c.id == stay.id).values(_row(stay)))
        await tx.emit(StayChanged(stay.account_id, stay.id, has_moved=stay.place_id != before.place_id))
    return stay


async def _checked(reader: Reader, account_id: AccountId, stay_id: int, draft: StayDraft) -> Stay:
    place = checked_place(draft.place_id)
    starts_at, ends_at = begins(draft.first, place.time_zone), is_over_at(draft.last, place.time_zone)
    if draft.last < draft.first:
        raise Invalid(_("The last day is before the first"), field="to")
    if reader.now >= ends_at:
        raise Invalid(_("This day is over there"), field="to")
    if draft.last - draft.first > LONGEST:
        raise Invalid(_("A stay takes a year at most; if you live there, say so"), field="to")
    if draft.first - today(reader.now, place.time_zone) > LATEST:
        raise Invalid(_("This is more than two years from now"), field="from")
    audience, circle_id = await checked_audience(reader, account_id, draft.audience, draft.circle_id)
    return Stay(stay_id, account_id, place.id, draft.first, draft.last, starts_at, ends_at, audience, circle_id)


def _row(stay: Stay) -> dict[str, object]:
    values = msgspec.structs.asdict(stay) | {"audience": stay.audience.value}
    return values | msgspec.structs.asdict(area(checked_place(stay.place_id)))
