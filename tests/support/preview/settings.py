"""Pages of settings, of apps that ask for access, and of one's own data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from gazouillis.accounts.models import App, Session
from gazouillis.accounts.tokens import Authorised
from tests.support.preview.layouts import FORM_FIELDS, MEMBER, NO_MORE, RELATIONS, PageState, at
from tests.support.sample import EMMA, LAURENT, LONG, METEO, NOW, relation

TUSKY = App(1, "Tusky", "https://tusky.app", ["tusky://oauth"], "read write follow push", "abc", NOW)
SESSIONS = [
    Session(1, LAURENT.id, NOW - timedelta(days=30), NOW, "Firefox 3.6, Ubuntu 10.04", "192.0.2.7"),
    Session(2, LAURENT.id, NOW - timedelta(days=3), NOW - timedelta(hours=5), "Safari, iPhone", "2001:db8::7"),
]
DEVICES = {1: "Firefox, Linux", 2: "Safari, iPhone"}
APPS = [Authorised(1, "Tusky", "https://tusky.app", frozenset({"read", "write"}), NOW - timedelta(days=30))]
PARAMETERS = {"client_id": "abc", "redirect_uri": "tusky://oauth", "scope": "read write follow push", "state": "xyz"}
SETTINGS: dict[str, Any] = {"form": FORM_FIELDS, "errors": {}}
DELETION: dict[str, Any] = {"errors": {}, "may_leave": True, "days": 7, "email": "laurent@nancy.example"}
STATES: list[PageState] = [
    ("settings_profile", "settings_profile.html", at("/settings/profile"), SETTINGS | {"most": 8}),
    ("settings_account", "settings_account.html", at("/settings/account"), SETTINGS | {"is_proven": False}),
    (
        "settings_sessions",
        "settings_sessions.html",
        at("/settings/sessions"),
        {"sessions": SESSIONS, "devices": DEVICES, "current_id": 1, "apps": APPS},
    ),
    (
        "settings_site",
        "settings_site.html",
        at("/settings/site"),
        SETTINGS | {"fixed": set()},
    ),
    (
        "settings_site_fixed",
        "settings_site.html",
        at("/settings/site"),
        SETTINGS | {"fixed": {"registrations", "max_characters"}},
    ),
    (
        "authorize",
        "authorize.html",
        MEMBER,
        {"app": TUSKY, "scopes": ["read", "write:statuses", "follow", "push"], "fields": PARAMETERS},
    ),
    ("authorize_code", "authorize_code.html", MEMBER, {"app": TUSKY, "code": "x1Hj-29sKq_8Zw"}),
    (
        "confirm",
        "confirm.html",
        MEMBER,
        {"name": "block", "values": {"acct": "emma"}, "action": "/accounts/2/block", "fields": {}, "back": "/@emma"},
    ),
    (
        "requests",
        "accounts.html",
        MEMBER,
        {"kind": "requests", "account": LAURENT, "accounts": [EMMA], "relations": RELATIONS, **NO_MORE},
    ),
    (
        "blocks",
        "accounts.html",
        at("/settings/blocks"),
        {"kind": "blocks", "account": LAURENT, "accounts": [LONG], "relations": {LONG.id: relation(LONG, blocks=True)}, **NO_MORE},
    ),
    (
        "mutes",
        "accounts.html",
        at("/settings/mutes"),
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
        at("/settings/mutes"),
        {"kind": "mutes", "account": LAURENT, "accounts": [], "relations": {}, **NO_MORE},
    ),
    (
        "settings_domains",
        "settings_domains.html",
        at("/settings/domains"),
        {"domains": ["there.example", "xn--bcher-kva.example"], "form": {}, "errors": {}, **NO_MORE},
    ),
    ("settings_domains_none", "settings_domains.html", at("/settings/domains"), {"domains": [], "form": {}, "errors": {}, **NO_MORE}),
    ("settings_export", "settings_export.html", at("/settings/export"), {"posts": 1204, "most": 3, "hours": 6}),
    ("settings_deletion", "settings_deletion.html", at("/settings/delete"), DELETION),
    ("settings_deletion_last", "settings_deletion.html", at("/settings/delete"), DELETION | {"may_leave": False}),
]
