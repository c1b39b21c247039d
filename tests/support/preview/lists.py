"""Pages of lists of people: one's own, the timeline of one, its form, and the lists that hold somebody."""

from __future__ import annotations

from typing import Any

from gazouillis.graph.lists import ListOfPeople, RepliesPolicy
from gazouillis.infra.basics.ids import ListId
from tests.support.preview.layouts import MEMBER, NO_MORE, PageState
from tests.support.sample import ARRIVAL, LAURENT, LONG, MARIE, REPLIES

CHOIR = ListOfPeople(ListId(3), LAURENT.id, "Le chœur")
LONGEST = ListOfPeople(ListId(4), LAURENT.id, "donaudampfschifffahrt" * 12, RepliesPolicy.NONE, is_exclusive=True)
REFUSED = "Donnez un nom."
UNTRANSLATED = (CHOIR.title, LONGEST.title, REFUSED)
"""What is not translated on these pages."""
FORM = {"title": CHOIR.title, "replies_policy": "list", "exclusive": ""}
READ: dict[str, Any] = {
    "list": CHOIR,
    "statuses": [ARRIVAL, *REPLIES[:2]],
    "older": "/lists/3?max_id=1",
    "newer": None,
    "has_members": True,
}
EDITED: dict[str, Any] = {"list": CHOIR, "accounts": [MARIE, LONG], "relations": {}, "form": FORM, "errors": {}, **NO_MORE}
STATES: list[PageState] = [
    ("lists", "lists.html", MEMBER, {"lists": [CHOIR, LONGEST], "counts": {CHOIR.id: 2}, "form": {}, "errors": {}}),
    ("lists_none", "lists.html", MEMBER, {"lists": [], "counts": {}, "form": {}, "errors": {"title": REFUSED}}),
    ("list", "list.html", MEMBER, READ),
    ("list_silent", "list.html", MEMBER, READ | {"list": LONGEST, "statuses": [], **NO_MORE}),
    ("list_empty", "list.html", MEMBER, READ | {"statuses": [], "has_members": False, **NO_MORE}),
    ("list_edit", "list_edit.html", MEMBER, EDITED),
    (
        "list_edit_empty",
        "list_edit.html",
        MEMBER,
        EDITED | {"list": LONGEST, "accounts": [], "form": FORM | {"handle": MARIE.acct}, "errors": {"handle": REFUSED}},
    ),
    ("lists_of_person", "lists_of_person.html", MEMBER, {"account": MARIE, "lists": [CHOIR, LONGEST], "holding": {3}, "can_be_in": True}),
    ("lists_of_person_none", "lists_of_person.html", MEMBER, {"account": MARIE, "lists": [], "holding": set(), "can_be_in": True}),
    ("lists_of_stranger", "lists_of_person.html", MEMBER, {"account": LONG, "lists": [CHOIR], "holding": set(), "can_be_in": False}),
]
