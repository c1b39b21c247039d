"""Pages of thanks: the form for the author of a thread, and the list of those whom a status thanks."""

from __future__ import annotations

from typing import Any

import msgspec

from gazouillis.statuses.models import StatusView
from gazouillis.statuses.thanks.models import Act, Participant, Thanked
from tests.support.preview.layouts import MEMBER, PageState
from tests.support.sample import ARRIVAL, LAURENT, LONG, MARIE, NICOLAS, YUSUF, relation, status

LINE = "Sans vous, jamais je n’aurais trouvé les bains."
REFUSED = "Trop long."


def _thanking(view: StatusView, count: int) -> StatusView:
    changed = msgspec.structs.replace(view.cached.status, thanked_count=count)
    return msgspec.structs.replace(view, cached=msgspec.structs.replace(view.cached, status=changed))


THANKS = _thanking(status(LAURENT, 3, "Merci à toutes et à tous !"), 20)
PEOPLE = (
    Participant(MARIE, (Act.REPLIED, Act.REBLOGGED, Act.FAVOURITED)),
    Participant(LONG, (Act.REPLIED,)),
    Participant(YUSUF, (Act.REBLOGGED,)),
    Participant(NICOLAS, (Act.FAVOURITED,)),
)
FORM: dict[str, Any] = {
    **{"view": ARRIVAL, "thanks": None, "people": PEOPLE, "has_more": False, "most": 200, "ticked": [MARIE.id, YUSUF.id]},
    **{"text": "", "remaining": 140, "lines": {}, "longest_line": 140, "errors": {}},
}
WRONG = {"lines": {MARIE.id: LINE}, "errors": {"status": REFUSED, "account_ids": REFUSED, f"lines.{MARIE.id}": REFUSED}, "remaining": -4}
LIST: dict[str, Any] = {
    "view": THANKS,
    "people": [Thanked(MARIE, LINE), Thanked(LONG), Thanked(YUSUF)],
    "relations": {one.id: relation(one) for one in (MARIE, LONG, YUSUF)},
    **{"own_line": "", "older": "?max_id=1", "newer": None},
}
UNTRANSLATED = (LINE, REFUSED)
"""What is not translated on these pages."""
STATES: list[PageState] = [
    ("thanks", "thanks.html", MEMBER, FORM),
    ("thanks_refused", "thanks.html", MEMBER, FORM | WRONG),
    ("thanks_again", "thanks.html", MEMBER, FORM | {"thanks": THANKS, "has_more": True, "text": THANKS.status.text}),
    ("thanks_all", "thanks.html", MEMBER, FORM | {"thanks": THANKS, "people": ()}),
    ("thanks_none", "thanks.html", MEMBER, FORM | {"people": ()}),
    ("thanked", "thanked.html", MEMBER, LIST),
    ("thanked_for_one", "thanked.html", MEMBER, LIST | {"view": _thanking(ARRIVAL, 1), "own_line": LINE}),
    ("thanked_none", "thanked.html", MEMBER, LIST | {"people": [], "older": None}),
]
