"""Pages of recommendations (FollowFriday): the list, and one."""

from __future__ import annotations

from typing import Any

from gazouillis.encounters.recommendations.models import Recommendation, Recommended
from gazouillis.graph.models import Relation
from tests.support.preview.layouts import MEMBER, PageState
from tests.support.sample import EMMA, FRIDAY, LAURENT, LONG, MARIE, REPLIES

REFUSED = "Personne n’est coché."
SAID = "pour la cuisine alsacienne et les photos de Budapest"
UNTRANSLATED = (SAID, "#FF", REFUSED)
"""What is not translated on these pages."""


def _recommended(account: Any, **edges: Any) -> Recommended:
    return Recommended(account, Relation(LAURENT.id, account.id, **edges))


MANY = Recommendation(
    FRIDAY,
    SAID,
    (_recommended(MARIE, follows=True), _recommended(EMMA), _recommended(LONG, requested=True)),
    names_viewer=True,
    has_batch=True,
)
NOBODY = Recommendation(REPLIES[0], "", (), names_viewer=False, has_batch=False)
LIST: dict[str, Any] = {"older": "/recommendations?max_id=1", "newer": None}
STATES: list[PageState] = [
    ("recommendations", "recommendations.html", MEMBER, LIST | {"recommendations": [MANY, NOBODY]}),
    ("recommendations_none", "recommendations.html", MEMBER, {"recommendations": [], "older": None, "newer": None}),
    ("recommendation", "recommendation.html", MEMBER, {"recommendation": MANY, "errors": {}}),
    ("recommendation_refused", "recommendation.html", MEMBER, {"recommendation": MANY, "errors": {"account_ids": REFUSED}}),
]
