"""What somebody asks to publish as a meeting, checked. Each check raises Invalid with the field."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

import msgspec

from gazouillis.infra.basics.errors import Faults, Invalid, too_long
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader
from gazouillis.places.checks import checked_audience, checked_place
from gazouillis.places.meetings.models import CoffeeDraft, Meeting, MeetingDraft, State
from gazouillis.places.meetings.times import LATEST, LONGEST, moment
from gazouillis.places.models import Audience, Kind, Place
from gazouillis.text.blank import unless_blank

LONGEST_TITLE = 100
LONGEST_ABOUT = 1000
LONGEST_SPOT = 200
MOST_SEATS = 10_000
BLANK = Meeting(
    *(0, AccountId(0), "", "", 0, "", datetime.min, datetime.min, "", None),
    *(Audience.NOBODY, None, None, None, State.OPEN, 0, datetime.min),
)


async def checked_meeting(reader: Reader, account_id: AccountId, draft: MeetingDraft, before: Meeting = BLANK) -> Meeting:
    """`before` with what the draft says."""
    faults = Faults()
    audience, circle_id = before.audience, before.circle_id
    title = _line(draft.title)
    with faults.collected():
        if not title:
            raise Invalid(_("Give it a name"), field="title", code="ERR_BLANK")
        _check_length(title, LONGEST_TITLE, "title")
    with faults.collected():
        if draft.seats is not None and not 1 <= draft.seats <= MOST_SEATS:
            raise Invalid(_("This is not a number of seats"), field="seats", code="ERR_INCLUSION")
    with faults.collected():
        if draft.audience == Audience.NOBODY:
            raise Invalid(_("Choose who sees it"), field="audience", code="ERR_INCLUSION")
        audience, circle_id = await checked_audience(reader, account_id, draft.audience, draft.circle_id)
    place, starts_at = _checked_where_and_when(reader, draft, faults, before)
    faults.raise_any()
    return msgspec.structs.replace(
        before,
        **_common(draft, place, starts_at),
        account_id=account_id,
        title=title,
        seats=draft.seats,
        audience=audience,
        circle_id=circle_id,
    )


def checked_coffee(reader: Reader, draft: CoffeeDraft, before: Meeting = BLANK) -> Meeting:
    faults = Faults()
    place, starts_at = _checked_where_and_when(reader, draft, faults, before)
    faults.raise_any()
    return msgspec.structs.replace(before, **_common(draft, place, starts_at))


def _checked_where_and_when(
    reader: Reader, draft: MeetingDraft | CoffeeDraft, faults: Faults, before: Meeting
) -> tuple[Place | None, datetime]:
    place, starts_at = None, reader.now
    with faults.collected():
        place = checked_place(draft.place_id)
        if place.kind is not Kind.TOWN:
            raise Invalid(_("Name a town: a region or a country is too large to meet in"), field="place_id", code="ERR_INCLUSION")
    with faults.collected():
        starts_at = moment(draft.starts, place.time_zone if place else "UTC", "starts_at")
        if starts_at != before.starts_at and starts_at <= reader.now:
            raise Invalid(_("This time is past there"), field="starts_at")
        if starts_at - reader.now > LATEST:
            raise Invalid(_("This is more than two years from now"), field="starts_at")
    with faults.collected():
        if not 1 <= draft.minutes <= LONGEST:
            raise Invalid(_("A meeting takes a day at most"), field="minutes", code="ERR_INCLUSION")
    for field, text, most in (("about", _text(draft.about), LONGEST_ABOUT), ("spot", _line(draft.spot), LONGEST_SPOT)):
        with faults.collected():
            _check_length(text, most, field)
    return place, starts_at


def _common(draft: MeetingDraft | CoffeeDraft, place: Place | None, starts_at: datetime) -> dict[str, object]:
    return {
        "about": _text(draft.about),
        "spot": _line(draft.spot),
        "place_id": place.id if place else 0,
        "zone": place.time_zone if place else "UTC",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=draft.minutes),
    }


def _line(typed: str) -> str:
    return " ".join(_text(typed).split())


def _text(typed: str) -> str:
    """Without control characters, which no calendar takes; empty when nobody would see anything."""
    lines = typed.replace("\r\n", "\n").replace("\t", " ")
    return unless_blank("".join(one for one in lines if one == "\n" or unicodedata.category(one) not in {"Cc", "Cs"}).strip())


def _check_length(text: str, most: int, field: str) -> None:
    if len(text) > most:
        raise too_long(len(text), most, field)
