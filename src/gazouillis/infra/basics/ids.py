"""Ids that sort by time: 48 bits of milliseconds since 1970, then 16 bits, as Mastodon's clients expect.

The last ten bits are the number of the process, held in the database (`id_ranges.py`); the six before them count within a millisecond.
Who needs more ids than that takes the milliseconds that come.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NewType

import msgspec

from gazouillis.infra.basics.errors import Unavailable

AccountId = NewType("AccountId", int)
StatusId = NewType("StatusId", int)

SEQUENCE_BITS = 16
NUMBER_BITS = 10
STEP = 1 << NUMBER_BITS
"""Between two ids of one process."""
RESERVED = (60_000 << SEQUENCE_BITS) - 1
"""Ids that a process reserves at once: those of a minute."""
RENEWED = RESERVED // 2
"""It reserves the next when fewer are left."""


def first_id_at(moment: datetime) -> int:
    """The smallest id that could have been given at this moment."""
    return int(moment.timestamp() * 1000) << SEQUENCE_BITS


def moment_of(identifier: int) -> datetime:
    return datetime.fromtimestamp((identifier >> SEQUENCE_BITS) / 1000, UTC)


class Range(msgspec.Struct, frozen=True):
    """Ids that end with this number, after `after` and below `below`: reserved in the database, for one process alone."""

    number: int
    after: int
    below: int


class IdSequence:
    """Gives strictly growing ids of a reserved range, even when the clock stands still or steps back."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.last = 0
        self.range = Range(0, 0, 0)

    def use(self, reserved: Range) -> None:
        """What was reserved is committed, or will be together with the first ids of it; where it comes to nothing, what was held before."""
        self.range = reserved
        self.last = max(self.last, reserved.after)

    def is_running_out(self, moment: datetime) -> bool:
        return max(self.last, first_id_at(moment)) + RENEWED > self.range.below

    def next(self, moment: datetime) -> int:
        following = self.last - self.last % STEP + STEP + self.range.number
        at_this_moment = first_id_at(moment) + self.range.number
        # A clock that jumps while a transaction is open must not lead out of the range.
        given = max(following, at_this_moment) if at_this_moment < self.range.below else following
        if given >= self.range.below:
            raise Unavailable
        self.last = given
        return given
