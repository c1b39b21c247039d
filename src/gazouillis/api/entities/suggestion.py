"""https://docs.joinmastodon.org/entities/Suggestion/"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from gazouillis.graph.suggestions import Reason


class Suggestion(msgspec.Struct, frozen=True):
    source: str
    """Deprecated by Mastodon, and still read by apps."""
    sources: list[str]
    account: Raw
    through: list[Raw]
    """Of our own: one or two accounts that follow this one, and are the reason."""


def suggestion(account: Raw, reason: Reason, through: list[Raw]) -> Suggestion:
    source, sources = _SOURCES[reason]
    return Suggestion(source, sources, account, through)


_SOURCES: Mapping[Reason, tuple[str, list[str]]] = {
    Reason.SHARED: ("past_interactions", ["friends_of_friends"]),
    Reason.FOLLOWS_YOU: ("past_interactions", []),
    Reason.POPULAR: ("global", ["most_followed"]),
    Reason.ACTIVE: ("global", ["most_interactions"]),
}
"""Mastodon has no word for accounts that follow the viewer."""
