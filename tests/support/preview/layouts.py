"""What the states of several pages share: the layout for a visitor and for a member, and typed forms."""

from __future__ import annotations

from typing import Any

import msgspec
from markupsafe import Markup

from gazouillis.accounts.models import Role
from gazouillis.graph.models import Relation
from gazouillis.graph.suggestions import Reason, Suggestion
from gazouillis.statuses.trends import Trend
from gazouillis.web.rendering import Composer, Page
from gazouillis.web.side import Side
from tests.support.sample import EMMA, LAPRISS, LAURENT, LONG, MARIE, METEO, NICOLAS, PEOPLE, YUSUF, relation

PageState = tuple[str, str, Page, dict[str, Any]]
"""A page in one state: its name, its template, the layout around it, the context of the template."""

TOKEN = Markup('<input type="hidden" name="_csrf_token" value="{}">').format("7f3a" * 32)
TRENDS = (Trend("Budapest", 12), Trend("pétanque", 2))
SUGGESTIONS = (
    Suggestion(EMMA, Relation(LAURENT.id, EMMA.id), Reason.SHARED, (MARIE, YUSUF), 3),
    Suggestion(NICOLAS, Relation(LAURENT.id, NICOLAS.id, is_followed=True), Reason.FOLLOWS_YOU),
    Suggestion(METEO, Relation(LAURENT.id, METEO.id), Reason.POPULAR),
    Suggestion(LONG, Relation(LAURENT.id, LONG.id), Reason.ACTIVE),
)
VISITOR = Page(
    site_name="Nancy gazouille", language="fr", path="/@Marievh", csrf_input=TOKEN, open_registrations=True, side=Side(trends=TRENDS)
)
MEMBER = msgspec.structs.replace(
    VISITOR,
    viewer=LAURENT,
    role=Role.OWNER,
    unread=3,
    side=Side(active=(MARIE, YUSUF, LAPRISS), suggestions=SUGGESTIONS, trends=TRENDS, waiting=3),
)
RULES = ["On se parle comme au café.", "Pas de publicité.", "Ce qui est privé le reste."]
DESCRIPTION = "Le gazouillis des gens de Nancy et des Nancéiens partis loin : qui est là, qui passe, qui a besoin d’un coup de main."
COMPOSER = Composer(idempotency_key="b7e1", language="fr")
FORM_ERRORS = {"username": "Ce nom est déjà pris.", "password": "Au moins huit caractères."}
FORM_FIELDS = {
    "username": "Loyjet",
    "email": "loyjet@example.org",
    "reason": "J’habite rue Saint-Dizier.",
    "login": "loyjet",
    "name": "Nancy gazouille",
    "description": DESCRIPTION,
    "rules": "\n".join(RULES),
    "registrations": "approval",
    "language": "fr",
    "max_characters": "140",
    "display_name": "Laurent B.",
    "note": LAURENT.note,
    "location": "Nancy",
    "field_name_1": "Blog",
    "field_value_1": "https://le-carnet-de-laurent.example",
    "is_discoverable": "1",
    "default_visibility": "public",
}
RELATIONS: dict[Any, Relation] = {
    one.id: relation(one, follows=number % 2 == 0, is_followed=number % 3 == 0) for number, one in enumerate(PEOPLE) if one != LAURENT
}
RELATIONS[LAPRISS.id] = relation(LAPRISS, requested=True)
STRANGERS = {YUSUF.id: relation(YUSUF), EMMA.id: relation(EMMA)}
NO_MORE: dict[str, Any] = {"older": None, "newer": None}


def at(path: str, **changes: Any) -> Page:
    return msgspec.structs.replace(MEMBER, path=path, **changes)
