"""The side column of pages: active people, suggestions, and what is talked about. Each part may be some minutes old."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.graph.active import active_followed
from gazouillis.graph.suggestions import Suggestion, suggestions
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.trends import Trend, trends

MOST_SUGGESTIONS = 6
"""The side column shows three of them, an empty home page all."""


class Side(msgspec.Struct, frozen=True):
    """`active` and `suggestions` are empty for visitors."""

    active: Sequence[Account] = ()
    suggestions: Sequence[Suggestion] = ()
    trends: Sequence[Trend] = ()


NOTHING = Side()


async def load(reader: Reader, viewer_id: AccountId | None) -> Side:
    if viewer_id is None:
        return Side(trends=await trends(reader))
    return Side(
        await active_followed(reader, viewer_id),
        await suggestions(reader, viewer_id, MOST_SUGGESTIONS),
        await trends(reader),
    )
