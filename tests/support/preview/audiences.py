"""Pages about audiences: circles, and who reads a status."""

from __future__ import annotations

from typing import Any

from gazouillis.accounts.boundaries import CHOICES as BOUNDARIES
from gazouillis.accounts.boundaries import Act
from gazouillis.graph.circles import Circle
from gazouillis.infra.basics.ids import CircleId
from gazouillis.statuses.readership import Readership
from gazouillis.web.pages.audience import Choice
from gazouillis.web.rendering import Composer
from tests.support.preview.layouts import MEMBER, PageState, at
from tests.support.sample import ARRIVAL, COFFEE, LAURENT, LONG, MARIE, REPLIES, YUSUF, relation

FAMILY = Circle(CircleId(3), LAURENT.id, "Famille et proches")
NAMELESS = Circle(CircleId(4), LAURENT.id, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte")
REFUSED_NAME, REFUSED_HANDLE = "Donnez un nom.", "Personne."
ZONES = ("Europe/Paris", "UTC")
UNTRANSLATED = (FAMILY.name, NAMELESS.name, REFUSED_NAME, REFUSED_HANDLE, *ZONES)
"""What is not translated on these pages."""
EVERYBODY = Readership(is_for_everybody=True, count=1_000, is_more=True, named=(MARIE, YUSUF))
FEW = Readership(is_for_everybody=False, count=88, named=(MARIE, LONG), invited=(YUSUF,))
NOBODY = Readership(is_for_everybody=False)
CHOICES = [Choice("private", "private", FEW), Choice("mutuals", "mutuals", FEW), Choice("circle:3", "circle", NOBODY, FAMILY.name)]
RELATIONS = {one.id: relation(one, is_followed=one is MARIE) for one in (MARIE, LONG)}
AUDIENCE: dict[str, Any] = {"view": ARRIVAL, "url": "/@Laurent_B/1", "circle": "", "slow_choices": [1, 5, 15, 60], "errors": {}}
CIRCLE: dict[str, Any] = {"circle": FAMILY, "accounts": [MARIE, LONG], "relations": RELATIONS, "older": None, "newer": None}
TYPED_POST = Composer(idempotency_key="c1", text="Qui vient ? @yusuf ", visibility="circle:3", circles=(FAMILY, NAMELESS), readership=FEW)
TYPED_REPLY = Composer(idempotency_key="c2", text="@nicolas760 ", visibility="circle", in_reply_to=COFFEE)
LIMITS: dict[str, Any] = {
    "form": {
        "default_reply_policy": "followers",
        "holds_strangers": "1",
        "unwanted_words": "",
        "quiet_from": "22:00",
        "quiet_to": "07:00",
        "time_zone": "UTC",
    }
    | {f"who_may_{one.value}": "followed" for one in Act},
    "zones": ZONES,
    "choices": {act.value: [one.value for one in chosen] for act, chosen in BOUNDARIES.items()},
    "errors": {"who_may_find": REFUSED_NAME},
    "waiting": 3,
    "most_waiting": 20,
    "who_may_write": "requests",
}
STATES: list[PageState] = [
    (
        "circles",
        "settings_circles.html",
        at("/settings/circles"),
        {"circles": [FAMILY, NAMELESS], "counts": {FAMILY.id: 2}, "form": {}, "errors": {}},
    ),
    (
        "circles_none",
        "settings_circles.html",
        at("/settings/circles"),
        {"circles": [], "counts": {}, "form": {}, "errors": {"title": REFUSED_NAME}},
    ),
    ("circle", "settings_circle.html", at("/settings/circles"), CIRCLE | {"form": {"title": FAMILY.name}, "errors": {}}),
    (
        "circle_empty",
        "settings_circle.html",
        at("/settings/circles"),
        CIRCLE | {"accounts": [], "form": {}, "errors": {"handle": REFUSED_HANDLE}},
    ),
    ("audience", "audience.html", MEMBER, AUDIENCE | {"readership": EVERYBODY, "choices": CHOICES}),
    ("audience_narrowest", "audience.html", MEMBER, AUDIENCE | {"readership": NOBODY, "choices": []}),
    ("limits", "settings_limits.html", at("/settings/limits"), LIMITS),
    (
        "protected_people",
        "settings_protected.html",
        at("/settings/limits"),
        {"form": {"people": "Zoé, Zouzou", "audience": "circle:3"}, "circles": [FAMILY, NAMELESS], "errors": {"people": REFUSED_NAME}},
    ),
    ("held_replies", "withheld_replies.html", MEMBER, {"is_awaiting": True, "statuses": REPLIES[:2], "older": None, "newer": None}),
    ("hidden_replies_none", "withheld_replies.html", MEMBER, {"is_awaiting": False, "statuses": [], "older": None, "newer": None}),
    ("compose_refused", "compose_refused.html", MEMBER, {"view": COFFEE, "reason": REFUSED_HANDLE}),
    ("compose_readers", "compose.html", MEMBER, {"composer": TYPED_POST}),
    ("compose_circle_reply", "compose.html", MEMBER, {"composer": TYPED_REPLY}),
]
