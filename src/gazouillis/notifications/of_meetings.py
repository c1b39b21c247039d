"""Notifications of meetings and coffees, to those concerned. Apps get these kinds, which Mastodon has not, only by name.

They tell neither place nor time: they lead to the page of the meeting, which asks again who may see. There is one of each kind from each
person at most, about the last meeting.
"""

from __future__ import annotations

from collections.abc import Collection

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.models import Kind
from gazouillis.notifications.notify import create
from gazouillis.notifications.remove import remove
from gazouillis.notifications.tables import notifications
from gazouillis.notifications.wanted import NewNotification
from gazouillis.places.meetings import queries as meetings
from gazouillis.places.meetings.events import (
    CoffeeAccepted,
    CoffeeDeclined,
    CoffeeMoved,
    CoffeeProposed,
    MeetingCancelled,
    MeetingChanged,
    OnCoffee,
    OnMeeting,
    SeatsFreed,
)
from gazouillis.places.meetings.models import Answer

OF_COFFEES = (Kind.COFFEE, Kind.COFFEE_MOVED, Kind.COFFEE_ACCEPTED, Kind.COFFEE_DECLINED)


async def on_meeting_changed(tx: Tx, event: MeetingChanged) -> None:
    await _tell(tx, Kind.MEETING_CHANGED, event, await _taking_part(tx, event.meeting_id))


async def on_meeting_cancelled(tx: Tx, event: MeetingCancelled) -> None:
    await _tell(tx, Kind.MEETING_CANCELLED, event, await _taking_part(tx, event.meeting_id))


async def on_seats_freed(tx: Tx, event: SeatsFreed) -> None:
    await _tell(tx, Kind.MEETING_SEAT, event, event.moved_ids)


async def on_coffee_proposed(tx: Tx, event: CoffeeProposed) -> None:
    await _tell_of_coffee(tx, Kind.COFFEE, event)


async def on_coffee_moved(tx: Tx, event: CoffeeMoved) -> None:
    await _tell_of_coffee(tx, Kind.COFFEE_MOVED, event)


async def on_coffee_accepted(tx: Tx, event: CoffeeAccepted) -> None:
    await _tell_of_coffee(tx, Kind.COFFEE_ACCEPTED, event)


async def on_coffee_declined(tx: Tx, event: CoffeeDeclined) -> None:
    await _tell_of_coffee(tx, Kind.COFFEE_DECLINED, event)


async def _tell_of_coffee(tx: Tx, kind: Kind, event: OnCoffee) -> None:
    """What the two told each other before of a coffee makes way."""
    pair = (event.account_id, event.other_id)
    between = (notifications.c.account_id.in_(pair), notifications.c.from_account_id.in_(pair))
    await remove(tx, *between, notifications.c.kind.in_([one.value for one in OF_COFFEES]))
    await create(tx, [NewNotification(event.other_id, kind, event.account_id, about_id=event.meeting_id)])


async def _tell(tx: Tx, kind: Kind, event: OnMeeting, ids: Collection[AccountId]) -> None:
    told = [one for one in ids if one != event.account_id]
    about = (notifications.c.kind == kind.value, notifications.c.from_account_id == event.account_id)
    await remove(tx, *about, notifications.c.account_id.in_(told))
    await create(tx, [NewNotification(one, kind, event.account_id, about_id=event.meeting_id) for one in told])


async def _taking_part(tx: Tx, meeting_id: int) -> list[AccountId]:
    """Nobody when it is deleted meanwhile."""
    try:
        meeting = await meetings.by_id(tx, meeting_id)
    except NotFound:
        return []
    if meeting.guest_id is not None:
        return [meeting.account_id, meeting.guest_id]
    return [one.account_id for one in await meetings.answers(tx, meeting_id) if one.answer is not Answer.NO]
