"""Events that happened to statuses: the facts this room emits for `reactions.py`."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.statuses.models import Visibility


class _OnStatus(Event, frozen=True):
    status_id: StatusId

    @property
    def key(self) -> str:
        return f"status:{self.status_id}"


class StatusPublished(_OnStatus, frozen=True):
    """A status was published. Carries what the fan-out to home timelines needs, so that it reads nothing."""

    account_id: AccountId
    visibility: Visibility
    in_reply_to_account_id: AccountId | None
    in_reply_to_id: StatusId | None = None


class StatusReblogged(_OnStatus, frozen=True):
    """`status_id` is the reblog, itself a status of `account_id`; `original_id` is the status it repeats."""

    account_id: AccountId
    original_id: StatusId
    original_account_id: AccountId
    visibility: Visibility


class StatusEdited(_OnStatus, frozen=True):
    account_id: AccountId
    visibility: Visibility = Visibility.DIRECT


class StatusDeleted(_OnStatus, frozen=True):
    """A status was deleted, or a reblog: then `original_id` is set. Carries what the rows no longer tell: who could see it."""

    account_id: AccountId
    original_id: StatusId | None = None
    in_reply_to_id: StatusId | None = None
    visibility: Visibility = Visibility.DIRECT
    mentioned_ids: tuple[AccountId, ...] = ()
    tags: tuple[str, ...] = ()
    """Keys of its hashtags (`text.entities.hashtag_key`)."""
    original_account_id: AccountId | None = None


class StatusFavourited(_OnStatus, frozen=True):
    account_id: AccountId
    author_id: AccountId


class StatusUnfavourited(_OnStatus, frozen=True):
    account_id: AccountId
    author_id: AccountId


class StatusBookmarked(_OnStatus, frozen=True):
    """Bookmarks are private: this event only invalidates the cached viewer flags of this account."""

    account_id: AccountId


class StatusUnbookmarked(_OnStatus, frozen=True):
    account_id: AccountId
