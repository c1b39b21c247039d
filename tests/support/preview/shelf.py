"""Pages of the shelf: what one could answer, and for the operator how many are answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from gazouillis.accounts.models import Preferences
from gazouillis.encounters.shelf.answers import Week
from gazouillis.encounters.shelf.models import Item, Kind, OwnPlace, Reason, ReasonKind
from gazouillis.infra.basics.ids import PlaceId
from tests.support.preview.layouts import MEMBER, PageState, at
from tests.support.sample import BATHS, COFFEE, FRIDAY, GREETINGS, ORPHAN, YES

LEAVES = datetime(2026, 3, 8, 9, 30, tzinfo=UTC)
REASONS = (
    Reason(ReasonKind.TOWN, place_id=PlaceId(2996944)),
    Reason(ReasonKind.TRACK, query="tarte flambée"),
    Reason(ReasonKind.LANGUAGE),
    Reason(ReasonKind.WILLING),
)
VIEWS = (COFFEE, BATHS, GREETINGS[0], FRIDAY)
KINDS = (Kind.QUESTION, Kind.QUESTION, Kind.FIRST_POST, Kind.QUESTION)
ITEMS = [Item(view, kind, (reason,), is_seen=False, leaves_at=LEAVES) for view, kind, reason in zip(VIEWS, KINDS, REASONS, strict=True)]
OWN = [
    OwnPlace(YES, Kind.QUESTION, is_withdrawn=False, leaves_at=LEAVES),
    OwnPlace(ORPHAN, Kind.FIRST_POST, is_withdrawn=True, leaves_at=LEAVES),
]
FIGURES = ((12, 9, 4), (0, 0, 0), (1, 1, 31))
WEEKS = [Week(date(2026, 3, 2) - timedelta(weeks=number), *figures) for number, figures in enumerate(FIGURES)]
EMPTY: dict[str, Any] = {"items": [], "own": []}
STATES: list[PageState] = [
    ("shelf", "shelf.html", MEMBER, {"items": ITEMS, "own": OWN, "preferences": Preferences()}),
    ("shelf_empty", "shelf.html", MEMBER, EMPTY | {"preferences": Preferences()}),
    ("shelf_unwanted", "shelf.html", MEMBER, EMPTY | {"preferences": Preferences(shows_questions=False, shelves_first_posts=False)}),
    ("answers", "settings_answers.html", at("/settings/site/answers"), {"weeks": WEEKS}),
]
