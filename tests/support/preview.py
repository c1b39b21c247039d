"""Writes every page with sample data to a folder, to be looked at in a browser.

`python -m tests.support.preview FOLDER`, then serve that folder with any web server.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import click
import msgspec
from markupsafe import Markup

from gazouillis.accounts.models import App, Preferences, Role, Session, User
from gazouillis.accounts.tokens import Authorised
from gazouillis.graph.models import Relation
from gazouillis.notifications.models import Kind, Notification, NotificationView
from gazouillis.statuses.models import StatusEdit, Visibility
from gazouillis.web import avatars, i18n
from gazouillis.web.rendering import STATIC, Composer, Flash, Page
from gazouillis.web.templating import Templates
from tests.support.sample import (
    ARRIVAL,
    COFFEE,
    EMMA,
    GONE,
    HOME,
    LAPRISS,
    LAURENT,
    LONG,
    MARIE,
    METEO,
    NICOLAS,
    NOW,
    PEOPLE,
    REPLIES,
    SCHISTROU,
    YES,
    YUSUF,
    relation,
    reply,
    status,
)

# A page in one state: its name, its template, the layout around it, the context of the template.
Scene = tuple[str, str, Page, dict[str, Any]]

TOKEN = Markup('<input type="hidden" name="_csrf_token" value="{}">').format("7f3a" * 32)
VISITOR = Page(site_name="Nancy gazouille", language="fr", path="/@Marievh", csrf_input=TOKEN, open_registrations=True)
MEMBER = msgspec.structs.replace(VISITOR, viewer=LAURENT, role=Role.OWNER, unread=3)
RULES = ["On se parle comme au café.", "Pas de publicité.", "Ce qui est privé le reste."]
DESCRIPTION = "Le gazouillis des gens de Nancy et des Nancéiens partis loin : qui est là, qui passe, qui a besoin d’un coup de main."
COMPOSER = Composer(idempotency_key="b7e1", language="fr")
TOO_LONG = Composer(
    idempotency_key="b7e2",
    text="Il m’aurait fallu probablement 1400 caractères pour y répondre. " * 3,
    spoiler_text="Long",
    visibility="private",
    remaining=-52,
    errors={"status": "Votre gazouillis dépasse de 52 caractères."},
)
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
TUSKY = App(1, "Tusky", "https://tusky.app", ["tusky://oauth"], "read write follow push", "abc", NOW)


def _notification(number: int, kind: Kind, **changes: Any) -> NotificationView:
    account = changes["account"]
    notification = Notification(number, LAURENT.id, kind, account.id, None, NOW - timedelta(minutes=7 * number))
    fields: dict[str, Any] = {"status": None, "relation": relation(account), **changes}
    return NotificationView(notification=notification, **fields)


NOTIFICATIONS = [
    _notification(
        1,
        Kind.FOLLOW,
        account=MARIE,
        relation=relation(MARIE, is_followed=True),
        last_statuses=(status(MARIE, 25, "Lecture ce soir à la librairie, 19 h 30."), status(MARIE, 130, "On écrit « annif » ;)")),
    ),
    _notification(
        2, Kind.MENTION, account=YUSUF, status=reply(YUSUF, ARRIVAL, 14, "@Laurent_B bienvenue ! Je suis place Deák jusqu’à 20 h.")
    ),
    _notification(3, Kind.FAVOURITE, account=NICOLAS, status=ARRIVAL),
    _notification(4, Kind.REBLOG, account=LONG, status=ARRIVAL),
    _notification(5, Kind.FOLLOW_REQUEST, account=EMMA),
    _notification(6, Kind.UPDATE, account=SCHISTROU, status=status(SCHISTROU, 60, "#FF @Marievh, et pas seulement le vendredi")),
    _notification(7, Kind.STATUS, account=METEO, status=status(METEO, 61, "Nancy, 18 h : 14 °C.")),
    _notification(
        8,
        Kind.MENTION,
        account=NICOLAS,
        relation=relation(NICOLAS, is_followed=True),
        status=status(NICOLAS, 90, "@Laurent_B entre nous : prends les bains de nuit", visibility=Visibility.DIRECT),
    ),
]
VERSIONS = [
    StatusEdit(ARRIVAL.status.content, "", "", is_sensitive=False, created_at=NOW - timedelta(minutes=age)) for age in (100, 150, 190)
]
SESSIONS = [
    Session(1, LAURENT.id, NOW - timedelta(days=30), NOW, "Firefox 3.6, Ubuntu 10.04", "192.0.2.7"),
    Session(2, LAURENT.id, NOW - timedelta(days=3), NOW - timedelta(hours=5), "Safari, iPhone", "2001:db8::7"),
]
DEVICES = {1: "Firefox, Linux", 2: "Safari, iPhone"}
APPS = [Authorised(1, "Tusky", "https://tusky.app", frozenset({"read", "write"}), NOW - timedelta(days=30))]
WAITING = [(EMMA, User(EMMA.id, "emma@example.org", "", Role.MEMBER, "en", Preferences(), NOW - timedelta(hours=3), None))]
PARAMETERS = {"client_id": "abc", "redirect_uri": "tusky://oauth", "scope": "read write follow push", "state": "xyz"}
NO_MORE: dict[str, Any] = {"older": None, "newer": None}
FOUND: dict[str, Any] = {
    "accounts": [MARIE, YUSUF],
    "relations": RELATIONS,
    "tags": ["Budapest", "budapestois"],
    "statuses": HOME[-3:],
    **NO_MORE,
}
NOTHING: dict[str, Any] = {"accounts": [], "relations": {}, "tags": [], "statuses": [], **NO_MORE}
TIMELINE: dict[str, Any] = {"statuses": HOME, "older": "/?max_id=1", "newer": None}


def _at(path: str, **changes: Any) -> Page:
    return msgspec.structs.replace(MEMBER, path=path, **changes)


EMAIL_FIELDS = {"site_name": "Nancy gazouille", "name": "Laurent", "acct": "Laurent_B"}
CONFIRM_URL = "https://nancy.example/address/xyz"

ABOUT: dict[str, Any] = {
    "description": DESCRIPTION,
    "rules": RULES,
    "registrations": "approval",
    "contact": LAURENT,
    "contact_email": "laurent@example.org",
    "people": 218,
    "posts": 45_012,
    "version": "0.1.0",
}
SIGN_UP_FORM: dict[str, Any] = {"form": FORM_FIELDS, "errors": FORM_ERRORS}
ENTRY_SCENES: list[Scene] = [
    ("landing", "landing.html", VISITOR, {"description": DESCRIPTION, "statuses": HOME[:5]}),
    ("landing_empty", "landing.html", VISITOR, {"description": "", "statuses": []}),
    ("sign_up", "sign_up.html", VISITOR, SIGN_UP_FORM | {"registrations": "approval", "rules": RULES}),
    ("sign_up_closed", "sign_up.html", VISITOR, {"form": {}, "errors": {}, "registrations": "closed", "rules": []}),
    ("sign_in", "sign_in.html", VISITOR, {"form": {}, "errors": {"": "Ce nom et ce mot de passe ne vont pas ensemble."}}),
    ("password_ask", "password_ask.html", VISITOR, {"form": {}, "errors": {}}),
    ("password_sent", "password_ask.html", VISITOR, {"form": {}, "errors": {}, "sent": True}),
    ("password_set", "password_set.html", VISITOR, {"errors": {}}),
    ("address", "address.html", VISITOR, {"email": "laurent@nancy.example"}),
    (
        "setup",
        "setup.html",
        msgspec.structs.replace(VISITOR, open_registrations=False),
        {"form": FORM_FIELDS, "errors": {}, "fixed": set()},
    ),
    ("sign_up_waiting", "sign_up_waiting.html", VISITOR, {}),
    ("not_yet", "not_yet.html", VISITOR, {}),
    ("compose", "compose.html", MEMBER, {"composer": COMPOSER}),
    ("compose_reply", "compose.html", MEMBER, {"composer": Composer(idempotency_key="b7e3", text="@nicolas760 ", in_reply_to=COFFEE)}),
    (
        "compose_edit",
        "compose.html",
        MEMBER,
        {"composer": Composer(idempotency_key="b7e4", text=ARRIVAL.status.text, remaining=43, editing=ARRIVAL, language="hu")},
    ),
    ("about", "about.html", VISITOR, ABOUT),
    *[
        (
            f"error_{status}",
            "error.html",
            VISITOR,
            {"status": status, "sentence": "", "request_id": "01J9ZK" if status == 500 else "", "retry_path": "/local"},
        )
        for status in (403, 404, 422, 429, 500, 503)
    ],
]

PROFILE: dict[str, Any] = {
    "account": MARIE,
    "relation": relation(MARIE, is_followed=True),
    "tab": "posts",
    "statuses": [one for one in HOME if one.account == MARIE],
    **NO_MORE,
}
READING_SCENES: list[Scene] = [
    ("home", "home.html", _at("/", live="/live/home"), TIMELINE | {"composer": COMPOSER}),
    ("home_error", "home.html", _at("/"), TIMELINE | {"composer": TOO_LONG}),
    ("home_empty", "home.html", _at("/", flash=Flash("Bienvenue !")), {"statuses": [], "composer": COMPOSER, **NO_MORE}),
    ("local", "local.html", _at("/local", live="/live/local"), TIMELINE),
    ("tag", "tag.html", MEMBER, TIMELINE | {"tag": "Budapest"}),
    ("tag_empty", "tag.html", MEMBER, {"tag": "pétanque", "statuses": [], **NO_MORE}),
    ("mentions", "mentions.html", _at("/mentions"), {"statuses": [COFFEE, REPLIES[5]], "strangers": STRANGERS, **NO_MORE}),
    ("mentions_empty", "mentions.html", _at("/mentions"), {"statuses": [], **NO_MORE}),
    (
        "notifications",
        "notifications.html",
        _at("/notifications"),
        {"notifications": NOTIFICATIONS, "older": "/notifications?max_id=1", "newer": None},
    ),
    ("notifications_empty", "notifications.html", _at("/notifications"), {"notifications": [], **NO_MORE}),
    ("favourites", "favourites.html", _at("/favourites"), {"statuses": HOME[:3], **NO_MORE}),
    ("favourites_empty", "favourites.html", _at("/favourites"), {"statuses": [], **NO_MORE}),
    ("bookmarks", "bookmarks.html", _at("/bookmarks"), {"statuses": HOME[-3:], **NO_MORE}),
    ("bookmarks_empty", "bookmarks.html", _at("/bookmarks"), {"statuses": [], **NO_MORE}),
    ("search", "search.html", _at("/search"), {"query": "budapest", "type": ""} | FOUND),
    ("search_empty", "search.html", _at("/search"), {"query": "xyzzy", "type": "statuses"} | NOTHING),
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
        "followers",
        "accounts.html",
        MEMBER,
        {"kind": "followers", "account": LAURENT, "accounts": PEOPLE[1:], "relations": RELATIONS, "older": "?max_id=2", "newer": None},
    ),
    ("following_empty", "accounts.html", VISITOR, {"kind": "following", "account": METEO, "accounts": [], "relations": {}, **NO_MORE}),
]

SETTINGS: dict[str, Any] = {"form": FORM_FIELDS, "errors": {}}
SETTINGS_SCENES: list[Scene] = [
    ("settings_profile", "settings_profile.html", _at("/settings/profile"), SETTINGS),
    ("settings_account", "settings_account.html", _at("/settings/account"), SETTINGS | {"is_proven": False}),
    (
        "settings_sessions",
        "settings_sessions.html",
        _at("/settings/sessions"),
        {"sessions": SESSIONS, "devices": DEVICES, "current_id": 1, "apps": APPS},
    ),
    (
        "settings_site",
        "settings_site.html",
        _at("/settings/site"),
        SETTINGS | {"waiting": WAITING, "reasons": {EMMA.id: "I live in rue Stanislas!"}, "fixed": set()},
    ),
    (
        "settings_site_fixed",
        "settings_site.html",
        _at("/settings/site"),
        SETTINGS | {"waiting": [], "reasons": {}, "fixed": {"registrations", "max_characters"}},
    ),
    (
        "authorize",
        "authorize.html",
        MEMBER,
        {"app": TUSKY, "scopes": ["read", "write:statuses", "follow", "push"], "fields": PARAMETERS},
    ),
    ("authorize_code", "authorize_code.html", MEMBER, {"app": TUSKY, "code": "x1Hj-29sKq_8Zw"}),
    (
        "requests",
        "accounts.html",
        MEMBER,
        {"kind": "requests", "account": LAURENT, "accounts": [EMMA], "relations": RELATIONS, **NO_MORE},
    ),
    (
        "blocks",
        "accounts.html",
        _at("/settings/blocks"),
        {"kind": "blocks", "account": LAURENT, "accounts": [LONG], "relations": {LONG.id: relation(LONG, blocks=True)}, **NO_MORE},
    ),
    (
        "mutes",
        "accounts.html",
        _at("/settings/mutes"),
        {
            "kind": "mutes",
            "account": LAURENT,
            "accounts": [METEO],
            "relations": {METEO.id: msgspec.structs.replace(relation(METEO, mutes=True), mute_expires_at=NOW + timedelta(days=14))},
            **NO_MORE,
        },
    ),
    (
        "mutes_empty",
        "accounts.html",
        _at("/settings/mutes"),
        {"kind": "mutes", "account": LAURENT, "accounts": [], "relations": {}, **NO_MORE},
    ),
]
SCENES = [*ENTRY_SCENES, *READING_SCENES, *SETTINGS_SCENES]

EMAILS: list[tuple[str, dict[str, Any]]] = [
    ("mail/password.txt", EMAIL_FIELDS | {"url": "https://nancy.example/password/xyz"}),
    ("mail/welcome.txt", EMAIL_FIELDS | {"url": "https://nancy.example/", "waiting": False, "confirm_url": "", "holder": ""}),
    ("mail/welcome.txt", EMAIL_FIELDS | {"url": "https://nancy.example/", "waiting": True, "confirm_url": CONFIRM_URL, "holder": ""}),
    ("mail/address.txt", EMAIL_FIELDS | {"url": CONFIRM_URL, "confirm_url": CONFIRM_URL, "holder": ""}),
    ("mail/address.txt", EMAIL_FIELDS | {"url": "@emma", "confirm_url": "", "holder": "emma"}),
]


def pages(language: str, words: Callable[[str], NullTranslations] = i18n.words) -> dict[str, str]:
    """HTML of every page by name."""
    templates = Templates(clock=lambda: NOW, words=words)
    return {
        name: templates.render(template, msgspec.structs.replace(page, language=language), **context)
        for name, template, page, context in SCENES
    }


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Write every page in French and in English, with their static files and pictures."""
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    for name, draw in (("avatars", avatars.default_avatar), ("headers", avatars.default_header)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for one in PEOPLE:
            (folder / name / f"{one.acct}.svg").write_text(draw(one.acct), encoding="utf-8")
    for language in i18n.LANGUAGES:
        (folder / language).mkdir(exist_ok=True)
        for name, text in pages(language).items():
            (folder / language / f"{name}.html").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
