"""Ids that sort by time: 48 bits of milliseconds since 1970, then 16 bits of sequence, as Mastodon's clients expect."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NewType

AccountId = NewType("AccountId", int)
StatusId = NewType("StatusId", int)

SEQUENCE_BITS = 16


def first_id_at(moment: datetime) -> int:
    """The smallest id that could have been given at this moment."""
    return int(moment.timestamp() * 1000) << SEQUENCE_BITS


def moment_of(identifier: int) -> datetime:
    return datetime.fromtimestamp((identifier >> SEQUENCE_BITS) / 1000, UTC)


class IdSequence:
    """Gives strictly growing ids, even when the clock stands still or steps back."""

    def __init__(self, start: int = 0) -> None:
        self._last = start

    def next(self, moment: datetime) -> int:
        self._last = max(self._last + 1, first_id_at(moment) + (self._last + 1) % 2**SEQUENCE_BITS)
        return self._last
