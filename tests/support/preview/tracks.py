"""Pages of tracks: the list, and the hits of one."""

from __future__ import annotations

from typing import Any

from gazouillis.search.tracks.models import Delivery, Track
from gazouillis.search.tracks.places import AlsoTracked
from tests.support.preview.layouts import MEMBER, PageState
from tests.support.sample import ARRIVAL, LAURENT, NOW, REPLIES

TOWN = Track(1, LAURENT.id, "Budapest", "budapest", "fr", Delivery.NOTIFY, is_on=True, created_at=NOW)
DISH = Track(2, LAURENT.id, '"tarte flambée" -rhum', "-rhum tarte+flambee", "fr", Delivery.COLUMN, is_on=True, created_at=NOW)
LONG_WORD = Track(
    3, LAURENT.id, "donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 3, "x", "fr", Delivery.COLUMN, is_on=False, created_at=NOW
)
REFUSED = "Trop courant."
EXAMPLES = ('"tarte flambée"', "#lyon", "@ada", "-foot", "lang:fr", "track Budapest", "untrack Budapest", "track", "track off", "·")
NAMES = ("Bruxelles", "Brussels", "Brussel", "Nice")
UNTRANSLATED = (TOWN.query, DISH.query, LONG_WORD.query, REFUSED, *EXAMPLES, *NAMES)
"""What is not translated on these pages."""
ADDRESS = "https://gazouillis.example/feeds/tracks/1-x/1"
PLACES = [AlsoTracked("Bruxelles", ("Brussels", "Brussel"), is_asked=False), AlsoTracked("Nice", (), is_asked=True)]
HITS: dict[str, Any] = {"places": PLACES, "statuses": [ARRIVAL, *REPLIES[:2]], "older": "/tracks/1?max_id=1", "newer": None}
NONE: dict[str, Any] = {"places": [], "statuses": [], "older": None, "newer": None}
STATES: list[PageState] = [
    ("tracks", "tracks.html", MEMBER, {"tracks": [LONG_WORD, DISH, TOWN], "form": {}, "errors": {}}),
    ("tracks_none", "tracks.html", MEMBER, {"tracks": [], "form": {"query": "le"}, "errors": {"query": REFUSED}}),
    ("track", "track.html", MEMBER, HITS | {"track": TOWN, "feed": ADDRESS}),
    ("track_without_hits", "track.html", MEMBER, NONE | {"track": DISH, "feed": ""}),
    ("track_digest", "track_digest.html", MEMBER, {"statuses": [ARRIVAL, *REPLIES[:2]], "older": None, "newer": None}),
    ("track_digest_empty", "track_digest.html", MEMBER, {"statuses": [], "older": None, "newer": None}),
    ("track_off", "track.html", MEMBER, NONE | {"track": LONG_WORD, "feed": ""}),
]
