"""Data of the shelf: questions and first posts that wait for an answer, and why somebody is shown them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

import msgspec

from gazouillis.infra.basics.ids import AccountId, PlaceId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import StatusView

STAYS_FOR = timedelta(hours=48)
"""After it was published."""
FEW_FOLLOWERS = 10
FIRST_POSTS = 3
"""How many of the first public posts of somebody with few followers enter by themselves."""


class Kind(StrEnum):
    """What is on the shelf. The words are stored."""

    QUESTION = "question"
    FIRST_POST = "first"


class ReasonKind(StrEnum):
    """Why somebody is shown it, the most telling first."""

    TOWN = "town"
    TRACK = "track"
    LANGUAGE = "language"
    WILLING = "willing"


class Reason(msgspec.Struct, frozen=True):
    kind: ReasonKind
    place_id: PlaceId | None = None
    """Of `TOWN`: where the reader lives or stays, and the post or its author is."""
    query: str = ""
    """Of `TRACK`: what the reader tracks."""


class Competence(msgspec.Struct, frozen=True):
    """What is asked of somebody who may answer."""

    places: frozenset[int] = frozenset()
    """Where they live or stay now: the town, and the region that it is in."""
    languages: frozenset[str] = frozenset()
    """Without their countries. Empty: nothing is known."""


class Candidate(msgspec.Struct, frozen=True):
    """A post on the shelf that one reader may be shown. `exposures`: of all that its author has there."""

    status_id: StatusId
    account_id: AccountId
    kind: Kind
    exposures: int
    is_seen: bool = False
    """Whether this reader was shown it before."""
    reasons: tuple[Reason, ...] = ()


class Item(msgspec.Struct, frozen=True):
    """A post as the shelf shows it to one reader."""

    view: StatusView
    kind: Kind
    reasons: tuple[Reason, ...]
    is_seen: bool
    leaves_at: datetime


class OwnPlace(msgspec.Struct, frozen=True):
    """A post of one's own that is on the shelf, or was withdrawn from it. How often it was shown is nobody's to know."""

    view: StatusView
    kind: Kind
    is_withdrawn: bool
    leaves_at: datetime


Tracked: TypeAlias = Callable[[Reader, AccountId, Collection[StatusId]], Awaitable[Mapping[StatusId, str]]]
"""Of some statuses, those that somebody's tracks met, and by which query. Doors pass `search.tracks.queries.met`: tracks are beside."""
