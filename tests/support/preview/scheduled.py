"""Pages about posts for later: the field of the composer, and the list with what waits and what failed."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from gazouillis.infra.basics.ids import ScheduledId, StatusId
from gazouillis.web.i18n import hour
from gazouillis.web.pages.scheduled import Waiting
from gazouillis.web.rendering import LaterField
from tests.support.preview.layouts import COMPOSER, MEMBER, PageState

ZONE = "Europe/Paris"
WRITTEN, WARNING, ANSWER, REASON = "Lundi, le marché ouvre.\nVenez tôt.", "Faim", "Un pho", "Le cercle n’est plus là"
_DUE = datetime(2010, 5, 14, 6, tzinfo=UTC)
LATER = LaterField("2010-05-14T08:00", ZONE)
COMPOSE = msgspec.structs.replace(COMPOSER, later=LATER)
REFUSED = msgspec.structs.replace(COMPOSE, errors={"scheduled_at": REASON})


def _waiting(number: int, *, failure: str = "", error: str = "", options: tuple[str, ...] = (), files: int = 0) -> Waiting:
    return Waiting(
        ScheduledId(StatusId(number)),
        WRITTEN,
        WARNING if files else "",
        "private" if files else "public",
        bool(failure),
        options,
        files,
        _DUE,
        ZONE,
        LATER.written,
        failure,
        error,
    )


FAILED = [_waiting(1, failure=REASON)]
TO_COME = [_waiting(2, files=2), _waiting(3, options=(ANSWER, "Peu importe")), _waiting(4, error=REASON)]
UNTRANSLATED = (*WRITTEN.splitlines(), WARNING, ANSWER, "Peu importe", REASON, ZONE, hour(_DUE, ZONE, "en"))
"""What is not translated on these pages."""
STATES: list[PageState] = [
    ("scheduled", "scheduled.html", MEMBER, {"failed": FAILED, "to_come": TO_COME}),
    ("scheduled_none", "scheduled.html", MEMBER, {"failed": [], "to_come": []}),
    ("compose_later", "compose.html", MEMBER, {"composer": COMPOSE}),
    ("compose_later_refused", "compose.html", MEMBER, {"composer": REFUSED}),
]
