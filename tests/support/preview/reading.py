"""Pages to read: timelines, search, conversations, profiles and lists of people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from markupsafe import Markup

from gazouillis.statuses.models import StatusEdit
from gazouillis.web.rendering import Composer, Flash
from tests.support.preview.cards import CARDS
from tests.support.preview.joining import STEPS
from tests.support.preview.layouts import COMPOSER, FORM_ERRORS, MEMBER, NO_MORE, RELATIONS, STRANGERS, SUGGESTIONS, VISITOR, PageState, at
from tests.support.preview.notifications import NOTIFICATIONS
from tests.support.sample import ARRIVAL, COFFEE, EMMA, GONE, HOME, LAURENT, LONG, MARIE, METEO, NOW, PEOPLE, REPLIES, YES, YUSUF, relation

TOO_LONG = Composer(
    idempotency_key="b7e2",
    text="Il m’aurait fallu probablement 1400 caractères pour y répondre. " * 3,
    spoiler_text="Long",
    visibility="private",
    remaining=-52,
    errors={"status": "Votre gazouillis dépasse de 52 caractères."},
)
VERSIONS = [
    StatusEdit(ARRIVAL.status.content, "", "", is_sensitive=False, created_at=NOW - timedelta(minutes=age)) for age in (100, 150, 190)
]
FOUND: dict[str, Any] = {
    "accounts": [MARIE, YUSUF],
    "relations": RELATIONS,
    "tags": ["Budapest", "budapestois"],
    "statuses": HOME[-3:],
    **NO_MORE,
}
NOTHING: dict[str, Any] = {"accounts": [], "relations": {}, "tags": [], "statuses": [], **NO_MORE}
TIMELINE: dict[str, Any] = {"statuses": HOME, "older": "/?max_id=1", "newer": None}
PROFILE: dict[str, Any] = {
    "account": MARIE,
    "relation": relation(MARIE, is_followed=True),
    "tab": "posts",
    "contact_cards": [],
    "statuses": [one for one in HOME if one.account == MARIE],
    **NO_MORE,
}
NOTE = "Budapest, mai 2009\nJoue de la clarinette"
START: dict[str, Any] = {"steps": ("track", "people", "hello"), "errors": {}}
SEEN_AS: dict[str, Any] = {"tab": "posts", "profile": Markup("<p></p>"), "in_place": None, "older": None, "newer": None}
HOW_I_KNOW: dict[str, Any] = {
    **{"account": METEO, "viewer": LAURENT, "is_blocked": False},
    "chains": [(LAURENT, MARIE, EMMA, METEO), (LAURENT, YUSUF, EMMA, METEO)],
}
HOME_EXTRAS: dict[str, Any] = {"steps": STEPS, "registrations": "approval"}
STATES: list[PageState] = [
    ("home", "home.html", at("/", live="/live/home"), TIMELINE | HOME_EXTRAS | {"composer": COMPOSER}),
    ("home_error", "home.html", at("/"), TIMELINE | HOME_EXTRAS | {"composer": TOO_LONG}),
    ("home_empty", "home.html", at("/", flash=Flash("Bienvenue !")), HOME_EXTRAS | {"statuses": [], "composer": COMPOSER, **NO_MORE}),
    ("local", "local.html", at("/local", live="/live/local"), TIMELINE),
    ("tag", "tag.html", MEMBER, TIMELINE | {"tag": "Budapest"}),
    ("tag_empty", "tag.html", MEMBER, {"tag": "pétanque", "statuses": [], **NO_MORE}),
    ("mentions", "mentions.html", at("/mentions"), {"statuses": [COFFEE, REPLIES[5]], "strangers": STRANGERS, **NO_MORE}),
    ("mentions_empty", "mentions.html", at("/mentions"), {"statuses": [], **NO_MORE}),
    (
        "notifications",
        "notifications.html",
        at("/notifications"),
        {"groups": NOTIFICATIONS, "older": "/notifications?max_id=1", "newer": None},
    ),
    ("notifications_empty", "notifications.html", at("/notifications"), {"groups": [], **NO_MORE}),
    ("favourites", "favourites.html", at("/favourites"), {"statuses": HOME[:3], **NO_MORE}),
    ("favourites_empty", "favourites.html", at("/favourites"), {"statuses": [], **NO_MORE}),
    ("me", "me.html", at("/me"), {"me": LAURENT}),
    ("bookmarks", "bookmarks.html", at("/bookmarks"), {"statuses": HOME[-3:], **NO_MORE}),
    ("bookmarks_empty", "bookmarks.html", at("/bookmarks"), {"statuses": [], **NO_MORE}),
    ("search", "search.html", at("/search"), {"query": "budapest", "type": ""} | FOUND),
    ("search_empty", "search.html", at("/search"), {"query": "xyzzy", "type": "statuses"} | NOTHING),
    (
        "thread",
        "thread.html",
        MEMBER,
        {
            "ancestors": [],
            "view": ARRIVAL,
            "descendants": REPLIES,
            "strangers": STRANGERS,
            "composer": msgspec.structs.replace(COMPOSER, in_reply_to=ARRIVAL),
        },
    ),
    ("thread_middle", "thread.html", MEMBER, {"ancestors": [ARRIVAL, COFFEE], "view": YES, "descendants": [], "composer": None}),
    ("thread_gone", "thread.html", VISITOR, {"ancestors": [ARRIVAL], "view": GONE, "descendants": [REPLIES[4]], "composer": None}),
    ("edits", "edits.html", MEMBER, {"view": ARRIVAL, "edits": VERSIONS}),
    ("profile", "profile.html", MEMBER, PROFILE),
    ("profile_with_pins", "profile.html", MEMBER, PROFILE | {"pinned": PROFILE["statuses"][-2:]}),
    ("profile_with_cards", "profile.html", MEMBER, PROFILE | {"contact_cards": CARDS}),
    ("profile_with_note", "profile.html", MEMBER, PROFILE | {"relation": relation(MARIE, note=NOTE)}),
    ("account_note", "account_note.html", MEMBER, {"account": LONG, "form": {"comment": NOTE}, "errors": {}, "longest": 2000}),
    (
        "account_note_refused",
        "account_note.html",
        MEMBER,
        {"account": LONG, "form": {"comment": NOTE}, "errors": {"comment": FORM_ERRORS["password"]}, "longest": 2000},
    ),
    ("seen_as", "seen_as.html", at("/me/seen-as/stranger"), SEEN_AS | {"kind": "stranger"}),
    ("seen_as_of_town", "seen_as.html", at("/me/seen-as/town"), SEEN_AS | {"kind": "town"}),
    ("how_i_know", "how_i_know.html", MEMBER, HOW_I_KNOW),
    ("how_i_know_far", "how_i_know.html", MEMBER, HOW_I_KNOW | {"account": LONG, "chains": [(LAURENT, MARIE, YUSUF, EMMA, METEO, LONG)]}),
    ("how_i_know_nobody", "how_i_know.html", MEMBER, HOW_I_KNOW | {"chains": []}),
    ("profile_mine", "profile.html", MEMBER, PROFILE | {"account": LAURENT, "relation": relation(LAURENT), "statuses": HOME[-3:]}),
    ("profile_long", "profile.html", VISITOR, PROFILE | {"account": LONG, "relation": None, "statuses": [], "tab": "media"}),
    (
        "profile_blocked",
        "profile.html",
        MEMBER,
        PROFILE | {"account": METEO, "relation": relation(METEO, blocks=True, mutes=True), "hidden": True},
    ),
    ("profile_silent", "profile.html", MEMBER, PROFILE | {"account": LAURENT, "relation": relation(LAURENT), "statuses": []}),
    (
        "directory",
        "directory.html",
        MEMBER,
        {"order": "active", "accounts": PEOPLE, "relations": RELATIONS, "first": None, "more": "/directory?after=1-1"},
    ),
    ("directory_empty", "directory.html", VISITOR, {"order": "new", "accounts": [], "relations": {}, "first": None, "more": None}),
    (
        "directory_end",
        "directory.html",
        VISITOR,
        {"order": "new", "accounts": [], "relations": {}, "first": "/directory?order=new", "more": None},
    ),
    ("suggestions", "suggestions.html", MEMBER, {"suggestions": SUGGESTIONS}),
    ("suggestions_empty", "suggestions.html", MEMBER, {"suggestions": []}),
    ("start", "start.html", at("/start"), START | {"step": "track", "examples": ["Budapest"], "tracks": []}),
    ("start_people", "start.html", at("/start"), START | {"step": "people", "suggestions": SUGGESTIONS}),
    ("start_first", "start.html", at("/start"), START | {"step": "people", "suggestions": []}),
    ("start_hello", "start.html", at("/start"), START | {"step": "hello", "composer": COMPOSER}),
    ("start_then", "start.html", at("/start"), START | {"step": "then", "tracks": []}),
    (
        "followers",
        "accounts.html",
        MEMBER,
        {"kind": "followers", "account": LAURENT, "accounts": PEOPLE[1:], "relations": RELATIONS, "older": "?max_id=2", "newer": None},
    ),
    (
        "favourited_by",
        "interactions.html",
        MEMBER,
        {"kind": "favourites", "view": COFFEE, "accounts": [EMMA, MARIE], "relations": RELATIONS, **NO_MORE},
    ),
    ("reblogged_by_nobody", "interactions.html", VISITOR, {"kind": "reblogs", "view": COFFEE, "accounts": [], "relations": {}, **NO_MORE}),
    ("following_empty", "accounts.html", VISITOR, {"kind": "following", "account": METEO, "accounts": [], "relations": {}, **NO_MORE}),
]
