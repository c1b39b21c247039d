"""Data of the roads by which people came to a status, and of what its author may know of them."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.statuses.models import Status


class Act(IntEnum):
    """What somebody did with a status. The numbers are stored."""

    REPLY = 1
    REBLOG = 2
    FAVOURITE = 3
    FOLLOW = 4
    """They followed its author from it."""

    @property
    def word(self) -> str:
        return self.name.lower()


class Road(IntEnum):
    """How somebody came to a status. The numbers are stored."""

    UNKNOWN = 0
    FOLLOW = 1
    """They followed its author then."""
    REBLOG = 2
    TRACK = 3
    TOWN = 4
    SHELF = 5
    FF = 6
    LINK = 7
    BLOG = 8

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def is_rounded(self) -> bool:
        """Whether an exact number would tell what somebody chose in private: what they track, say, or where they live.

        The unknown ones are rounded too, else they would give the others away.
        """
        return self in _ROUNDED


_ROUNDED = frozenset({Road.UNKNOWN, Road.TRACK, Road.TOWN, Road.SHELF, Road.FF})


class Via(msgspec.Struct, frozen=True):
    """The road that a request names. It proves nothing: see `record.py`."""

    road: Road | None = None
    reblogger_id: AccountId | None = None
    status_id: StatusId | None = None
    """Of a follow: from which status."""


class Taken(msgspec.Struct, frozen=True):
    """One act by one road. `reblogger`: None also when the reblog is withdrawn, or its account hidden from the author."""

    act: Act
    road: Road
    at: datetime
    reblogger: Account | None = None


class RoadCount(msgspec.Struct, frozen=True):
    """`count` is the smallest multiple of three that is not below the number, if `is_at_most`."""

    road: Road
    reblogger: Account | None
    count: int
    is_at_most: bool


class WavePart(msgspec.Struct, frozen=True):
    """`road` is FOLLOW, REBLOG, or None for all others together: beside the hour, a single one would be somebody whom all can name."""

    road: Road | None
    reblogger: Account | None
    count: int


class Wave(msgspec.Struct, frozen=True):
    """What came in one hour of the first day, or on one day after it."""

    begins_at: datetime
    ends_at: datetime
    parts: tuple[WavePart, ...]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.parts)


class Provenance(msgspec.Struct, frozen=True):
    """Where the answers to a status came from, for its author."""

    status: Status
    counts: dict[Act, int]
    roads: tuple[RoadCount, ...]
    waves: tuple[Wave, ...]
    has_more: bool = False
    """Whether there are acts beyond the ones that were read, the first."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())
