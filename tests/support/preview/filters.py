"""Pages about filters: the list, one, none, a post that is put into one, and a list with posts that filters close and cover."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from gazouillis.filters.models import Action, Context, Filter, FilteredStatus, Keyword, Match
from gazouillis.web.filter_forms import EMPTY, ENDS, fields_of
from tests.support.preview.layouts import MEMBER, NO_MORE, PageState, at
from tests.support.sample import ARRIVAL, COFFEE, NOW

TITLE, LONG_TITLE = "Météo et matchs", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
REFUSED = "Choisissez où ce filtre s’applique."
WORDS = tuple(Keyword(number, text, number < 2) for number, text in enumerate(("pluie", "coup franc", "foot")))
EVERYWHERE = tuple(Context)
METEO = Filter(7, TITLE, EVERYWHERE, Action.WARN, NOW + timedelta(days=3), WORDS, (FilteredStatus(1, ARRIVAL.id),))
ENDED = Filter(8, LONG_TITLE, (Context.HOME,), Action.HIDE, NOW - timedelta(days=3))
BLUR = Filter(9, TITLE, EVERYWHERE, Action.BLUR)
UNTRANSLATED = (TITLE, LONG_TITLE, REFUSED, *(one.text for one in WORDS), "\n".join(one.text for one in WORDS[:2]))
"""What is not translated on these pages."""
CLOSED = [msgspec.structs.replace(one, filtered=(Match(by, ("pluie",)),)) for one, by in ((ARRIVAL, METEO), (COFFEE, BLUR))]
_LIST: dict[str, Any] = {"filters": [METEO, ENDED], "ended": {ENDED.id}, "ends": ENDS, "form": EMPTY, "errors": {}}
_ONE: dict[str, Any] = {"filter": METEO, "posts": [(1, ARRIVAL)], "ends": ENDS, "form": fields_of(METEO), "errors": {}}
STATES: list[PageState] = [
    ("filters", "settings_filters.html", at("/settings/filters"), _LIST),
    ("filters_none", "settings_filters.html", at("/settings/filters"), _LIST | {"filters": [], "errors": {"in_home": REFUSED}}),
    ("filter", "settings_filter.html", at("/settings/filters"), _ONE),
    ("filter_post", "filter_post.html", MEMBER, {"view": COFFEE, "filters": [METEO, ENDED], "form": {}, "errors": {}}),
    ("filter_post_first", "filter_post.html", MEMBER, {"view": COFFEE, "filters": [], "form": {}, "errors": {"title": REFUSED}}),
    ("filtered", "local.html", at("/local"), {"statuses": CLOSED, **NO_MORE}),
]
