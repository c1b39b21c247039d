"""Pages of meetings and coffees: the list, one in several states, and the forms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.places.meetings.models import Answer, Counts, Meeting, People, ShownMeeting, Sight, State
from gazouillis.places.models import Audience
from gazouillis.web.place_names import hours
from gazouillis.web.placing import PlaceField
from tests.support.preview.layouts import MEMBER, VISITOR, PageState
from tests.support.preview.stays import BUDAPEST, CIRCLES
from tests.support.preview.stays import FULL as FULL_PLACE
from tests.support.sample import EMMA, LAURENT, LONG, MARIE, NICOLAS, YUSUF

TITLE = "Twunch du Danube"
SPOT, ABOUT = "Café New York, sous l’horloge", "On mange, on parle.\nLes nouveaux sont les bienvenus."
REFUSED = "Cette heure est passée là-bas"
_NOON = datetime(2010, 5, 12, 10, 30, tzinfo=UTC)
PLANNED = Meeting(
    *(1, MARIE.id, TITLE, ABOUT, BUDAPEST.id, SPOT, _NOON, _NOON.replace(hour=12), "Europe/Budapest", 12),
    *(Audience.EVERYONE, None, None, None, State.OPEN, 0, _NOON),
)
COFFEE = msgspec.structs.replace(PLANNED, id=2, title="", audience=Audience.NOBODY, guest_id=LAURENT.id, proposer_id=MARIE.id, seats=None)


def shown(meeting: Meeting, account: Account = MARIE, answer: Answer | None = None, *, viewer: Account | None = LAURENT) -> ShownMeeting:
    return ShownMeeting(
        meeting, account, BUDAPEST, Counts(12, 3, 2), viewer.id if viewer else None, answer, is_waiting=False, is_over=False
    )


def _with(meeting: Meeting, **changes: Any) -> Meeting:
    return msgspec.structs.replace(meeting, **changes)


OWN = shown(_with(PLANNED, id=3, account_id=LAURENT.id, seats=None), LAURENT)
MINE = [
    shown(COFFEE),
    shown(PLANNED, answer=Answer.YES),
    msgspec.structs.replace(shown(PLANNED, answer=Answer.YES), is_waiting=True),
    shown(PLANNED, LONG, Answer.MAYBE),
    OWN,
    shown(_with(COFFEE, proposer_id=LAURENT.id), EMMA),
    shown(_with(COFFEE, state=State.AGREED), NICOLAS),
    shown(_with(COFFEE, state=State.DECLINED), NICOLAS),
    shown(_with(PLANNED, state=State.CANCELLED), YUSUF, Answer.YES),
]
PEOPLE = People((EMMA, LONG, YUSUF), (NICOLAS,), (LAURENT,))
FORM = {"starts_at": "2010-05-12T12:30", "minutes": "120", "title": TITLE, "audience": "mutuals", "about": ABOUT, "spot": SPOT}
SHORT = {"starts_at": "2010-05-12T12:30", "minutes": "60"}
LENGTHS = [("60", "1 heure"), ("120", "2 heures")]
UNTRANSLATED = (
    *(TITLE, SPOT, "Budapest", "Budapest, Budapest, Hungary", "On mange, on parle.", "Les nouveaux sont les bienvenus.", REFUSED),
    *(hours(PLANNED.local_start, PLANNED.local_end, "en"), "May", *(name for _minutes, name in LENGTHS)),
)
"""What is not translated on these pages by the catalogue: times are CLDR's."""
PAGE: dict[str, Any] = {"people": People(), "write_to": "", "form": SHORT, "lengths": LENGTHS, "errors": {}}
TYPED: dict[str, Any] = {"one": None, "place": PlaceField("Budapest", BUDAPEST.id), "circles": CIRCLES, "lengths": LENGTHS}
NEW = TYPED | {"form": FORM, "errors": {}}
PREVIEW: dict[str, Any] = {"meeting": PLANNED, "place": BUDAPEST, "fields": FORM}
SOME = Sight(is_for_everyone=False, count=14, is_more=False, named=(MARIE, EMMA), not_invited=(NICOLAS, LONG))
FEED = "https://gazouillis.example/feeds/meetings/1-secret"
LISTED: dict[str, Any] = {"more": {"mine": "/meetings?mine=1-1#mine"}, "first": "/meetings"}
PAST = [msgspec.structs.replace(shown(PLANNED, answer=Answer.YES), is_over=True)]
STATES: list[PageState] = [
    ("meetings", "meetings.html", MEMBER, LISTED | {"mine": MINE, "to_come": [shown(PLANNED, LONG)], "feed": FEED}),
    ("meetings_none", "meetings.html", MEMBER, LISTED | {"mine": [], "to_come": [], "feed": "", "more": {}, "first": ""}),
    ("meetings_past", "meetings_past.html", MEMBER, {"meetings": PAST, "older": "/meetings/past?after=1-1", "newer": None}),
    ("meetings_past_none", "meetings_past.html", MEMBER, {"meetings": [], "older": None, "newer": None}),
    ("place_with_meetings", "place.html", MEMBER, FULL_PLACE | {"place": BUDAPEST, "meetings": [shown(PLANNED), OWN]}),
    ("meeting", "meeting.html", MEMBER, PAGE | {"one": shown(PLANNED, answer=Answer.YES), "people": PEOPLE, "write_to": "/messages/new"}),
    ("meeting_full", "meeting.html", MEMBER, PAGE | {"one": shown(PLANNED, answer=Answer.NO), "errors": {"answer": REFUSED}}),
    ("meeting_visited", "meeting.html", VISITOR, PAGE | {"one": shown(PLANNED, viewer=None)}),
    ("meeting_own", "meeting.html", MEMBER, PAGE | {"one": OWN, "people": PEOPLE, "write_to": "/messages/new"}),
    (
        *("meeting_over", "meeting.html", MEMBER),
        PAGE | {"one": msgspec.structs.replace(shown(PLANNED, answer=Answer.YES), is_over=True), "people": PEOPLE},
    ),
    ("coffee", "meeting.html", MEMBER, PAGE | {"one": shown(COFFEE), "write_to": "/messages/new"}),
    ("meeting_form", "meeting_form.html", MEMBER, NEW),
    ("meeting_form_refused", "meeting_form.html", MEMBER, TYPED | {"form": FORM, "errors": {"starts_at": REFUSED, "place": REFUSED}}),
    ("meeting_edit", "meeting_form.html", MEMBER, NEW | {"one": OWN, "place": PlaceField("Budapest", None, (BUDAPEST,))}),
    ("meeting_preview", "meeting_preview.html", MEMBER, PREVIEW | {"sight": SOME}),
    (
        "meeting_preview_all",
        "meeting_preview.html",
        MEMBER,
        PREVIEW | {"sight": Sight(is_for_everyone=True, count=40, is_more=False, named=(), not_invited=())},
    ),
    (
        "meeting_preview_none",
        "meeting_preview.html",
        MEMBER,
        PREVIEW | {"sight": Sight(is_for_everyone=False, count=0, is_more=False, named=(), not_invited=())},
    ),
    ("coffee_form", "coffee_form.html", MEMBER, NEW | {"guest": EMMA, "form": SHORT}),
]
