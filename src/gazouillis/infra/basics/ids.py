"""Ids that sort by time: 48 bits of milliseconds since 1970, then 16 bits, as Mastodon's clients expect.

The last ten bits are the number of the process, reserved in the database (`id_ranges.py`); the six before them count within a millisecond.
A process that needs more ids than that uses the next milliseconds in advance.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NewType

import msgspec

from gazouillis.infra.basics.errors import Unavailable

AccountId = NewType("AccountId", int)
StatusId = NewType("StatusId", int)
ScheduledId = NewType("ScheduledId", StatusId)
"""Of a scheduled status: no status has it."""
CircleId = NewType("CircleId", int)
ListId = NewType("ListId", int)
AttachmentId = NewType("AttachmentId", int)
PlaceId = NewType("PlaceId", int)
"""That of GeoNames."""

LARGEST_ID = 2**63 - 1
"""What the databases can store."""
_MOST_DIGITS = len(str(LARGEST_ID))
SEQUENCE_BITS = 16
NUMBER_BITS = 10
STEP = 1 << NUMBER_BITS
"""Distance between two ids of one process."""
RESERVED = (60_000 << SEQUENCE_BITS) - 1
"""Size of one reservation: the ids of a minute."""
RENEWED = RESERVED // 2
"""A process extends its reservation when fewer ids are left."""


def first_id_at(moment: datetime) -> int:
    """The smallest id that can be generated at this moment."""
    return int(moment.timestamp() * 1000) << SEQUENCE_BITS


def id_or_none(text: str) -> int | None:
    """The id that somebody wrote, in a path, a field or an address. None for anything else: other digits than 0 to 9, or too many."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return number if is_number and (number := int(text)) <= LARGEST_ID else None


def moment_of(identifier: int) -> datetime:
    return datetime.fromtimestamp((identifier >> SEQUENCE_BITS) / 1000, UTC)


class Range(msgspec.Struct, frozen=True):
    """A reservation for one process: the ids above `after` and below `below` that end with this number."""

    number: int
    after: int
    below: int


class IdSequence:
    """Generates strictly growing ids from a reserved range, even when the clock stands still or steps back."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.last = 0
        self.range = Range(0, 0, 0)

    def use(self, reserved: Range) -> None:
        """Continues with this range, whose reservation is committed or will be with its first ids. After a rollback: the previous range."""
        self.range = reserved
        self.last = max(self.last, reserved.after)

    def is_running_out(self, moment: datetime) -> bool:
        return max(self.last, first_id_at(moment)) + RENEWED > self.range.below

    def next(self, moment: datetime) -> int:
        successor = self.last - self.last % STEP + STEP + self.range.number
        at_this_moment = first_id_at(moment) + self.range.number
        # A clock that jumps forward while a transaction is open must not lead out of the range.
        chosen = max(successor, at_this_moment) if at_this_moment < self.range.below else successor
        if chosen >= self.range.below:
            raise Unavailable
        self.last = chosen
        return chosen
