"""Pages of places and stays: a search, a town with people and an empty one, one's own stays, and one of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.encounters.visits.models import Days, Overlap
from gazouillis.encounters.visits.queries import AwaitedVisit
from gazouillis.graph.circles import Circle
from gazouillis.infra.basics.ids import CircleId
from gazouillis.places import gazetteer
from gazouillis.places.models import Audience, Place, Residence, Stay
from gazouillis.places.queries import Resident, ShownStay
from gazouillis.web import place_names
from gazouillis.web.stay_line import StayLine
from tests.support.preview.layouts import COMPOSER, MEMBER, VISITOR, PageState
from tests.support.sample import ARRIVAL, EMMA, LAURENT, LONG, MARIE, NICOLAS, REPLIES, YUSUF


def _place(place_id: int) -> Place:
    place = gazetteer.by_id(place_id)
    assert place is not None
    return place


BUDAPEST, LYON, FRANCE = _place(3054643), _place(2996944), _place(3017382)
CIRCLES = (Circle(CircleId(1), LAURENT.id, "Famille"),)
_MOMENT = datetime(2010, 5, 12, tzinfo=UTC)


def stay(account: Account, place: Place, first: date, last: date, audience: Audience = Audience.MUTUALS, circle: int | None = None) -> Stay:
    circle_id = None if circle is None else CircleId(circle)
    return Stay(account.id * 10 + first.day, account.id, place.id, first, last, _MOMENT, _MOMENT, audience, circle_id)


def _shown(account: Account, place: Place, first: date, last: date, *languages: str) -> ShownStay:
    return ShownStay(stay(account, place, first, last), account, place, languages)


UNTRANSLATED = (
    *(name for _code, name in place_names.spoken("en")),
    "Famille",
    "Lyon",
    "France",
    "Lyon, Auvergne-Rhône-Alpes, France",
    "saint-denis",
)
"""What is not translated on these pages by the catalogue: names of languages are CLDR's."""

MINE = [
    (stay(LAURENT, BUDAPEST, date(2010, 5, 12), date(2010, 5, 14)), BUDAPEST),
    (stay(LAURENT, LYON, date(2010, 6, 1), date(2010, 6, 1), Audience.EVERYONE), LYON),
    (stay(LAURENT, FRANCE, date(2010, 12, 28), date(2011, 1, 3), Audience.CIRCLE, 1), FRANCE),
    (stay(LAURENT, LYON, date(2011, 6, 3), date(2011, 6, 5), Audience.CIRCLE, 2), LYON),
    (stay(LAURENT, LYON, date(2011, 7, 3), date(2011, 7, 5), Audience.NOBODY), LYON),
    (stay(LAURENT, LYON, date(2011, 8, 3), date(2011, 8, 5), Audience.FOLLOWERS), LYON),
]
OVERLAPS = [
    Overlap(MINE[0][0], _shown(MARIE, BUDAPEST, date(2010, 5, 10), date(2010, 5, 13), "fr"), Days(date(2010, 5, 12), date(2010, 5, 13))),
    Overlap(MINE[0][0], _shown(LONG, BUDAPEST, date(2010, 5, 15), date(2010, 5, 16)), None),
]
AWAITED = [AwaitedVisit(LONG, BUDAPEST), AwaitedVisit(YUSUF, LYON)]
FORM = {"from": "2010-05-12", "to": "2010-05-12", "audience": "mutuals", "home_audience": "mutuals"}
HOME = Residence(LAURENT.id, LYON.id, Audience.MUTUALS, hears=True)
EMPTY: dict[str, Any] = {
    **{
        "here": [],
        "coming": [],
        "residents": [],
        "more": {},
        "first": "",
        "meetings": [],
        "statuses": [],
        "spoken": "",
        "residence": None,
        "circles": (),
    },
    **{"form": FORM, "errors": {}},
}
FULL = EMPTY | {
    "here": [
        _shown(MARIE, BUDAPEST, date(2010, 5, 10), date(2010, 5, 14), "fr", "hu"),
        _shown(YUSUF, BUDAPEST, date(2010, 5, 12), date(2010, 5, 12)),
    ],
    "coming": [_shown(LONG, BUDAPEST, date(2010, 5, 20), date(2010, 6, 2), "fr")],
    "residents": [Resident(HOME, NICOLAS, BUDAPEST, ("fr", "en", "hu")), Resident(HOME, EMMA, BUDAPEST)],
    "more": {"here": "/places/3054643?here=1-1#here", "residents": "/places/3054643?residents=1#residents"},
    "first": "/places/3054643",
    "circles": CIRCLES,
    "statuses": [ARRIVAL, *REPLIES[:2]],
}
SAID: dict[str, Any] = {"place": BUDAPEST, "statuses": [ARRIVAL, *REPLIES], "older": "/places/3054643/said?max_id=1", "newer": None}
OF_FRANCE = EMPTY | {
    "here": [_shown(MARIE, LYON, date(2010, 5, 10), date(2010, 5, 14))],
    "residence": msgspec.structs.replace(HOME, place_id=FRANCE.id),
}
ERRORS = {"to": "Ce nom est déjà pris.", "audience": "Ce nom est déjà pris.", "home_audience": "Ce nom est déjà pris."}
OWN = {
    "stays": MINE,
    "residence": HOME,
    "home": LYON,
    "spoken": ("fr",),
    "overlaps": OVERLAPS,
    "awaited": AWAITED,
    "circle_names": {1: "Famille"},
}
OF_NOBODY: dict[str, Any] = {"stays": [], "residence": None, "home": None, "spoken": (), "overlaps": [], "awaited": [], "circle_names": {}}
OFFERED = StayLine((BUDAPEST,), date(2010, 5, 12), date(2010, 5, 13), is_ticked=True)
ASKED = StayLine((LYON, BUDAPEST), date(2010, 5, 12))


def _writing(line: StayLine, *circles: Circle, **errors: str) -> dict[str, Any]:
    return {"composer": msgspec.structs.replace(COMPOSER, stay=line, circles=circles, errors=errors)}


STATES: list[PageState] = [
    ("compose_stay", "compose.html", MEMBER, _writing(OFFERED, *CIRCLES, stay=ERRORS["to"])),
    ("compose_stay_asked", "compose.html", MEMBER, _writing(ASKED)),
    ("places", "places.html", MEMBER, {"query": "", "places": []}),
    ("places_found", "places.html", VISITOR, {"query": "saint-denis", "places": gazetteer.search("saint-denis", language="fr", limit=5)}),
    ("places_none", "places.html", MEMBER, {"query": "xyzzy", "places": []}),
    ("place", "place.html", MEMBER, FULL | {"place": BUDAPEST}),
    ("place_empty", "place.html", VISITOR, EMPTY | {"place": LYON, "spoken": "fr"}),
    ("place_country", "place.html", MEMBER, OF_FRANCE | {"place": FRANCE}),
    ("place_refused", "place.html", MEMBER, FULL | {"place": BUDAPEST, "errors": ERRORS}),
    ("place_said", "place_said.html", MEMBER, SAID),
    ("place_said_empty", "place_said.html", VISITOR, {"place": FRANCE, "statuses": [], "older": None, "newer": None}),
    ("stays", "stays.html", MEMBER, OWN),
    ("stays_none", "stays.html", MEMBER, OF_NOBODY),
    ("stay", "stay.html", MEMBER, {"stay": MINE[0][0], "place": BUDAPEST, "circles": CIRCLES, "form": FORM, "errors": {}}),
]
