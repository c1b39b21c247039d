"""The page of contact cards, in its states."""

from __future__ import annotations

from typing import Any

from gazouillis.graph.contact_cards import CardAudience, CardKind, ContactCard
from tests.support.preview.audiences import FAMILY
from tests.support.preview.layouts import PageState, at
from tests.support.sample import LAURENT, MARIE, YUSUF

CARDS = [
    ContactCard(1, LAURENT.id, CardKind.PHONE, "+33 6 12 34 56 78", "le soir", CardAudience.MUTUALS, None),
    ContactCard(2, LAURENT.id, CardKind.MATRIX, "@laurent:matrix.example", "", CardAudience.CIRCLE, FAMILY.id),
    ContactCard(3, LAURENT.id, CardKind.VIDEO, f"https://visio.example/{'salle' * 20}", "", CardAudience.NAMED, None, (MARIE.id, YUSUF.id)),
    ContactCard(4, LAURENT.id, CardKind.XMPP, "laurent@xmpp.example", "", CardAudience.CIRCLE, None),
]
REFUSED_NUMBER = "Écrivez un numéro de téléphone."
UNTRANSLATED = (REFUSED_NUMBER, *(one.note for one in CARDS if one.note), *(one.value for one in CARDS))
_PAGE: dict[str, Any] = {"circles": [FAMILY], "circle_names": {FAMILY.id: FAMILY.name}, "kinds": [one.value for one in CardKind]}
_SHOWN = _PAGE | {"cards": CARDS, "editing": None, "form": {"kind": "phone", "audience": "mutuals"}, "errors": {}}

STATES: list[PageState] = [
    ("cards", "settings_cards.html", at("/settings/cards"), _SHOWN),
    ("cards_none", "settings_cards.html", at("/settings/cards"), _SHOWN | {"cards": [], "circles": [], "circle_names": {}}),
    (
        "cards_change",
        "settings_cards.html",
        at("/settings/cards"),
        _SHOWN
        | {"editing": CARDS[2], "form": {"kind": "video", "value": CARDS[2].value, "audience": "named", "readers": "@Marievh @Yusuf"}},
    ),
    (
        "cards_refused",
        "settings_cards.html",
        at("/settings/cards"),
        _SHOWN | {"form": {"kind": "phone", "value": "12", "audience": "circle"}, "errors": {"value": REFUSED_NUMBER}},
    ),
]
