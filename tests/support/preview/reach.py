"""The page of where the answers to a status came from, for its author."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gazouillis.accounts.models import Account
from gazouillis.encounters.reach.models import Act, Provenance, Road, Taken
from gazouillis.encounters.reach.rules import road_counts, waves
from gazouillis.web.waves import picture
from tests.support.preview.layouts import MEMBER, PageState
from tests.support.sample import LONG, MARIE, status
from tests.support.sample import NICOLAS as AUTHOR

ZONE = "Europe/Paris"
ASKED = status(AUTHOR, 3 * 24 * 60, "Où boit-on un bon café à Budapest ?")
_WAVES: tuple[tuple[float, Road, Account | None, int], ...] = (
    (0.2, Road.FOLLOW, None, 4),
    (1.1, Road.FOLLOW, None, 2),
    (1.2, Road.TRACK, None, 1),
    (3.4, Road.REBLOG, MARIE, 7),
    (4.1, Road.REBLOG, MARIE, 3),
    (4.3, Road.REBLOG, LONG, 2),
    (4.4, Road.UNKNOWN, None, 1),
    (9.0, Road.TOWN, None, 1),
    (30.0, Road.REBLOG, None, 1),
    (55.0, Road.FF, None, 1),
)
TAKEN = tuple(
    Taken((Act.REPLY, Act.FAVOURITE, Act.REBLOG, Act.FOLLOW)[index % 4], road, ASKED.status.created_at + timedelta(hours=hours), by)
    for hours, road, by, number in _WAVES
    for index in range(number)
)


def _page(taken: tuple[Taken, ...], *, has_more: bool = False) -> dict[str, Any]:
    counts = {act: sum(one.act is act for one in taken) for act in Act}
    found = waves(taken, ASKED.status.created_at, ZONE)
    return {
        "view": ASKED,
        "reach": Provenance(ASKED.status, counts, road_counts(taken), found, has_more),
        "counts": {act.word: number for act, number in counts.items()},
        "picture": picture(found, ASKED.status.created_at, ZONE),
        **{"zone": ZONE, "most": 10_000},
    }


STATES: list[PageState] = [
    ("reach", "reach.html", MEMBER, _page(TAKEN)),
    ("reach_full", "reach.html", MEMBER, _page(TAKEN[:1], has_more=True)),
    ("reach_of_nothing", "reach.html", MEMBER, _page(())),
]
