"""Pages before one is signed in, the composer on a page of its own, and errors."""

from __future__ import annotations

from typing import Any

import msgspec

from gazouillis.web.rendering import Composer
from tests.support.preview.layouts import COMPOSER, DESCRIPTION, FORM_FIELDS, MEMBER, RULES, VISITOR, PageState
from tests.support.sample import ARRIVAL, COFFEE, EMMA, HOME, LAURENT

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
STATES: list[PageState] = [
    ("landing", "landing.html", VISITOR, {"description": DESCRIPTION, "statuses": HOME[:5]}),
    ("landing_empty", "landing.html", VISITOR, {"description": "", "statuses": []}),
    ("sign_in", "sign_in.html", VISITOR, {"form": {}, "errors": {"": "Ce nom et ce mot de passe ne vont pas ensemble."}}),
    ("password_ask", "password_ask.html", VISITOR, {"form": {}, "errors": {}}),
    ("password_sent", "password_ask.html", VISITOR, {"form": {}, "errors": {}, "sent": True}),
    ("password_set", "password_set.html", VISITOR, {"errors": {}, "newcomer": None}),
    ("password_first", "password_set.html", VISITOR, {"errors": {}, "newcomer": EMMA}),
    ("address", "address.html", VISITOR, {"email": "laurent@nancy.example"}),
    (
        "setup",
        "setup.html",
        msgspec.structs.replace(VISITOR, open_registrations=False),
        {"form": FORM_FIELDS, "errors": {}, "fixed": set()},
    ),
    ("not_yet", "not_yet.html", VISITOR, {}),
    ("offline", "offline.html", VISITOR, {}),
    ("compose", "compose.html", MEMBER, {"composer": COMPOSER}),
    ("compose_reply", "compose.html", MEMBER, {"composer": Composer(idempotency_key="b7e3", text="@nicolas760 ", in_reply_to=COFFEE)}),
    (
        "compose_edit",
        "compose.html",
        MEMBER,
        {"composer": Composer(idempotency_key="b7e4", text=ARRIVAL.status.text, remaining=43, editing=ARRIVAL, language="hu")},
    ),
    ("about", "about.html", VISITOR, ABOUT | {"contact_relation": None}),
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
