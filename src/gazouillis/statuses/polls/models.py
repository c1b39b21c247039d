"""Polls: the question's options, how often each was chosen, and what one viewer sees of it. Values only.

A poll has the id of its status. Options are known by their position, from 0.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.infra.basics.ids import StatusId

FEWEST_OPTIONS, MOST_OPTIONS = 2, 8
LONGEST_OPTION = 50
"""Counted characters of an option."""
SHORTEST, LONGEST = 300, 2_629_746
"""Seconds that a poll with an end lasts: five minutes to a month."""


class Option(msgspec.Struct, frozen=True, gc=False):
    title: str
    votes_count: int = 0


class Poll(msgspec.Struct, frozen=True, gc=False):
    options: tuple[Option, ...]
    is_multiple: bool = False
    """Whether one may choose several options."""
    hides_totals: bool = False
    """Whether nobody sees how often each option was chosen before the end."""
    expires_at: datetime | None = None
    """None: it has no end."""
    voters_count: int = 0

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(one.title for one in self.options)

    @property
    def votes_count(self) -> int:
        """More than voters when several options may be chosen."""
        return sum([one.votes_count for one in self.options])

    def asks_the_same(self, other: Poll) -> bool:
        """Whether a vote for one of the polls means the same for the other."""
        return self.titles == other.titles and self.is_multiple == other.is_multiple


class PollDraft(msgspec.Struct, frozen=True):
    """What somebody asks to publish as a poll; `rules.check` checks it."""

    options: tuple[str, ...]
    is_multiple: bool = False
    hides_totals: bool = False
    expires_in: int | UnsetType | None = UNSET
    """Seconds from now. None: it has no end. UNSET: an edited poll keeps its end, a new one has none."""


class PollView(msgspec.Struct, frozen=True, gc=False):
    """A poll as one viewer sees it."""

    id: StatusId
    poll: Poll
    is_over: bool
    choices: int = 0
    """What the viewer chose: a bit for each option."""

    @property
    def chosen(self) -> tuple[int, ...]:
        return chosen(self.choices)

    @property
    def shows_totals(self) -> bool:
        return self.is_over or not self.poll.hides_totals

    def percent(self, option: Option) -> int:
        """Of the voters, not of the votes: an option that everybody chose has 100, beside others."""
        voters = self.poll.voters_count
        return (200 * option.votes_count + voters) // (2 * voters) if voters else 0


def choices(positions: Collection[int]) -> int:
    """The bits of these options."""
    return sum(1 << one for one in set(positions))


def chosen(bits: int) -> tuple[int, ...]:
    """The options of these bits."""
    return tuple(one for one in range(MOST_OPTIONS) if bits >> one & 1)
