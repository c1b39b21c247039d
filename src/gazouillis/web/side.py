"""The side column of pages: who is in town, tracks with news, #FF of the week, posts that one could answer, active people, suggestions,
and what is talked about.

Each part is cached by its room. It may be some minutes old where that hides nothing that should be hidden.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.encounters.recommendations.of_the_week import Shown, of_the_week
from gazouillis.encounters.shelf import queries as shelf
from gazouillis.encounters.visits.in_town import InTown, in_town
from gazouillis.graph.active import active_followed
from gazouillis.graph.suggestions import Suggestion, suggestions
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.search.tracks.news import News, news
from gazouillis.search.tracks.queries import met
from gazouillis.statuses.trends import Trend, trends

MOST_SUGGESTIONS = 6
"""The side column shows three of them, an empty home page all."""


class Side(msgspec.Struct, frozen=True):
    """Of all this, visitors have `trends` alone. `recommended` is #FF of the week; `news`, of tracks."""

    in_town: InTown | None = None
    news: Sequence[News] = ()
    recommended: Sequence[Shown] = ()
    waiting: int = 0
    """Posts that one could answer."""
    active: Sequence[Account] = ()
    suggestions: Sequence[Suggestion] = ()
    trends: Sequence[Trend] = ()


NOTHING = Side()


async def load(reader: Reader, viewer_id: AccountId | None, authority: str) -> Side:
    if viewer_id is None:
        return Side(trends=await trends(reader))
    return Side(
        await in_town(reader, viewer_id),
        await news(reader, viewer_id, authority),
        await of_the_week(reader, viewer_id),
        await _waiting(reader, viewer_id),
        await active_followed(reader, viewer_id),
        await suggestions(reader, viewer_id, MOST_SUGGESTIONS),
        await trends(reader),
    )


async def _waiting(reader: Reader, viewer_id: AccountId) -> int:
    user = await accounts.user(reader, viewer_id)
    return await shelf.waiting(reader, user, met) if user else 0
