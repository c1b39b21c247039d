"""Data of tracks: standing searches, whose hits are the statuses that met them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from gazouillis.infra.basics.ids import AccountId


class Delivery(StrEnum):
    """How its owner hears of a hit, beside the track's own timeline and the stream `track`."""

    COLUMN = "column"
    """Not otherwise."""
    NOTIFY = "notify"
    """By a notification, at once."""
    DAILY = "daily"
    """By one notification a day, for all tracks that have hits since the last one (`digest.py`)."""


class Track(msgspec.Struct, frozen=True):
    id: int
    account_id: AccountId
    query: str
    key: str
    """Queries with the same key find the same: an account has one track of each."""
    language: str
    """Of the account when it made the track: in which language the words of the query are looked up first."""
    delivery: Delivery
    is_on: bool
    """Whether it collects hits. `track off` silences all tracks of an account."""
    created_at: datetime
    kept_from: int = 0
    """Hits of statuses with smaller ids are deleted, and do not come back."""
    seen_to: int = 0
    """The newest hit when its owner last opened it. Hits of statuses with larger ids are news (`news.py`)."""
