"""Events of tracks and their hits."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId, StatusId

Hit = tuple[int, AccountId]
"""A track, and whose it is."""


class TrackAdded(Event, frozen=True):
    """Carries what the matcher needs."""

    track_id: int
    query: str
    language: str

    @property
    def key(self) -> str:
        return f"track:{self.track_id}"


class TrackRemoved(Event, frozen=True):
    track_id: int
    query: str
    language: str

    @property
    def key(self) -> str:
        return f"track:{self.track_id}"


class TracksChanged(Event, frozen=True):
    """The account has opened, switched on or off, or removed some of its tracks."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class _OnStatus(Event, frozen=True):
    status_id: StatusId

    @property
    def key(self) -> str:
        return f"status:{self.status_id}"


class DigestDue(Event, frozen=True):
    """The tracks of the account that are told once a day have hits since the last time."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class MatchingContinues(_OnStatus, frozen=True):
    """More tracks may be met by a status than are handled at once: those with an id above `after` are still to do."""

    after: int
    is_edit: bool = False


class StatusTracked(_OnStatus, frozen=True):
    """A status meets these tracks, which it did not meet before.

    `notified_ids`: who is to be notified, each once for a status, however many of their tracks it meets and however often it is edited.
    `known_to`: whose other tracks have met it before.
    """

    account_id: AccountId
    hits: tuple[Hit, ...]
    notified_ids: tuple[AccountId, ...] = ()
    known_to: tuple[AccountId, ...] = ()


class HitEdited(_OnStatus, frozen=True):
    """A status was edited, and meets these tracks as before."""

    hits: tuple[Hit, ...]


class StatusUntracked(_OnStatus, frozen=True):
    """A status does not meet these tracks any more: it was edited, deleted, or is not public any more.

    `hidden_from`: the owners in a block with its author or with somebody whom it quotes. No stream tells them.
    `kept_by`: whose other tracks it still meets. They keep their notification, and have it on their common stream.
    """

    hits: tuple[Hit, ...]
    hidden_from: tuple[AccountId, ...] = ()
    kept_by: tuple[AccountId, ...] = ()
