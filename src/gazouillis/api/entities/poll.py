"""https://docs.joinmastodon.org/entities/Poll/"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.api.entities.moments import moment_or_none
from gazouillis.statuses.polls.models import PollView


class PollOption(msgspec.Struct, frozen=True):
    title: str
    votes_count: int | None
    """Null until the end, when the poll hides its totals."""


class Poll(msgspec.Struct, frozen=True):
    id: str
    """That of its status."""
    expires_at: str | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int
    options: list[PollOption]
    emojis: tuple[()] = ()
    voted: bool | UnsetType = UNSET
    """Only for viewers who signed in, as the next. Its author cannot vote, and counts as somebody who did."""
    own_votes: tuple[int, ...] | UnsetType = UNSET


def poll(seen: PollView, *, is_signed_in: bool, is_own: bool) -> Poll:
    asked = seen.poll
    return Poll(
        id=str(seen.id),
        expires_at=moment_or_none(asked.expires_at),
        expired=seen.is_over,
        multiple=asked.is_multiple,
        votes_count=asked.votes_count,
        voters_count=asked.voters_count,
        options=[PollOption(one.title, one.votes_count if seen.shows_totals else None) for one in asked.options],
        voted=bool(seen.choices) or is_own if is_signed_in else UNSET,
        own_votes=seen.chosen if is_signed_in else UNSET,
    )
