"""Pages with polls: open, answered, hidden, ended, one's own, and the fields of the composer."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.statuses.models import StatusEdit, StatusView
from gazouillis.statuses.polls.models import Option, Poll, PollView
from gazouillis.web.polls import PollFields
from tests.support.preview.layouts import COMPOSER, MEMBER, NO_MORE, VISITOR, PageState
from tests.support.sample import LAURENT, LONG, MARIE, NOW, YUSUF, status

LONGEST = "Un restaurant de la rue Ráday, ou d’une autre rue."
POLL = Poll((Option("Un pho", 12), Option(LONGEST, 3), Option("Peu importe")), expires_at=NOW + timedelta(days=1), voters_count=15)
SEVERAL = Poll(tuple(Option(f"Réponse {one}", one) for one in range(8)), is_multiple=True, hides_totals=True, voters_count=9)
FIELDS = PollFields(("Un pho", LONGEST, "", "Rien", "Du pain"), is_multiple=True, hides_totals=True, expires_in="keep", keeps_end=True)
REFUSED = "Deux réponses du sondage sont identiques"


def _asks(author: Account, minutes_ago: float, poll: Poll, *, is_over: bool = False, choices: int = 0, **changes: object) -> StatusView:
    view = status(author, minutes_ago, "Où dîner ce soir ?", has_poll=True, **changes)
    cached = msgspec.structs.replace(view.cached, poll=poll)
    return msgspec.structs.replace(view, cached=cached, poll=PollView(view.id, poll, is_over, choices))


OPEN, ENDED = _asks(MARIE, 5, POLL), _asks(YUSUF, 9, POLL, is_over=True, choices=1)
ASKED = [
    OPEN,
    _asks(MARIE, 6, POLL, choices=2, spoiler_text="Repas"),
    _asks(LONG, 7, SEVERAL),
    _asks(YUSUF, 8, SEVERAL, choices=5),
    ENDED,
    _asks(LAURENT, 10, POLL),
]
VERSIONS = [StatusEdit("<p>Où ?</p>", "", "", is_sensitive=False, created_at=NOW, options=POLL.titles)]
COMPOSE = msgspec.structs.replace(COMPOSER, poll=FIELDS, errors={"poll": REFUSED})
UNTRANSLATED = (*POLL.titles, *SEVERAL.titles, *FIELDS.options, REFUSED)
"""What is not translated on these pages."""
STATES: list[PageState] = [
    ("polls", "local.html", MEMBER, {"statuses": ASKED, **NO_MORE}),
    ("polls_of_visitors", "local.html", VISITOR, {"statuses": ASKED, **NO_MORE}),
    ("poll_compose", "compose.html", MEMBER, {"composer": COMPOSE}),
    ("poll_edits", "edits.html", MEMBER, {"view": OPEN, "edits": VERSIONS}),
]
