"""Sample variables of every e-mail, by template."""

from __future__ import annotations

from typing import Any

from tests.support.preview.joining import APPLICANTS
from tests.support.sample import NOW

EMAIL_FIELDS = {"site_name": "Nancy gazouille", "name": "Laurent", "acct": "Laurent_B"}
CONFIRM_URL = "https://nancy.example/address/xyz"

EMAILS: list[tuple[str, dict[str, Any]]] = [
    ("mail/account_made.txt", EMAIL_FIELDS | {"url": "https://nancy.example/password/xyz"}),
    ("mail/applicants.txt", EMAIL_FIELDS | APPLICANTS),
    ("mail/rejected.txt", EMAIL_FIELDS | {"reason": "We know nobody of this name.", "url": "https://nancy.example/about"}),
    ("mail/deletion.txt", EMAIL_FIELDS | {"day": NOW, "url": "https://nancy.example/sign-in"}),
    ("mail/deleted.txt", EMAIL_FIELDS | {"url": "https://nancy.example/"}),
    ("mail/report.txt", EMAIL_FIELDS | {"acct": "emma", "count": 2, "url": "https://nancy.example/settings/reports"}),
    ("mail/password.txt", EMAIL_FIELDS | {"url": "https://nancy.example/password/xyz"}),
    ("mail/welcome.txt", EMAIL_FIELDS | {"url": "https://nancy.example/", "waiting": False, "confirm_url": "", "holder": ""}),
    ("mail/welcome.txt", EMAIL_FIELDS | {"url": "https://nancy.example/", "waiting": True, "confirm_url": CONFIRM_URL, "holder": ""}),
    ("mail/address.txt", EMAIL_FIELDS | {"url": CONFIRM_URL, "confirm_url": CONFIRM_URL, "holder": ""}),
    ("mail/address.txt", EMAIL_FIELDS | {"url": "@emma", "confirm_url": "", "holder": "emma"}),
]
