"""Filters: what somebody does not want to come across, where, and what is done to it. Values only."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.infra.basics.ids import StatusId

MOST_FILTERS = 100
"""Of a person."""
MOST_KEYWORDS, MOST_STATUSES = 100, 100
"""Of a filter."""
MOST_KEYWORDS_TOGETHER = 1000
"""Of all filters of a person."""
LONGEST_TITLE, LONGEST_KEYWORD = 256, 200
LONGEST = 100 * 365 * 86_400
"""Seconds that a filter with an end lasts at most."""


class Context(Enum):
    """Where a filter applies."""

    HOME = "home"
    NOTIFICATIONS = "notifications"
    PUBLIC = "public"
    """Lists of public statuses, search, and what pages recommend."""
    THREAD = "thread"
    ACCOUNT = "account"
    """The profiles of people."""


class Action(Enum):
    """What is done to a status that matches."""

    WARN = "warn"
    """It is closed, under the title of the filter."""
    HIDE = "hide"
    BLUR = "blur"
    """Its pictures are covered."""


class Keyword(msgspec.Struct, frozen=True):
    id: int
    text: str
    is_whole_word: bool = True


class FilteredStatus(msgspec.Struct, frozen=True):
    """A single status that a filter is for."""

    id: int
    status_id: StatusId


class Filter(msgspec.Struct, frozen=True):
    id: int
    title: str
    contexts: tuple[Context, ...]
    """Each once, in the order of `Context`."""
    action: Action = Action.WARN
    expires_at: datetime | None = None
    keywords: tuple[Keyword, ...] = ()
    statuses: tuple[FilteredStatus, ...] = ()


class Match(msgspec.Struct, frozen=True):
    """That a status matches a filter: by which of its keywords, and as which of its statuses."""

    filter: Filter
    keywords: tuple[str, ...] = ()
    statuses: tuple[StatusId, ...] = ()


class KeywordChange(msgspec.Struct, frozen=True):
    """A keyword as a form sends it. Without an id it is one more; what is left out stays as it is."""

    id: int | None = None
    text: str | UnsetType = UNSET
    is_whole_word: bool | UnsetType = UNSET
    is_removed: bool = False


class FilterDraft(msgspec.Struct, frozen=True):
    """What somebody asks a filter to be; `rules.checked` checks it. What is left out stays as it is."""

    title: str | UnsetType = UNSET
    contexts: tuple[str, ...] | UnsetType = UNSET
    action: str | UnsetType = UNSET
    expires_in: int | UnsetType | None = UNSET
    """Seconds from now. None: it has no end."""
    keywords: tuple[KeywordChange, ...] = ()
