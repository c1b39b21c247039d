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
    """Said here or received from elsewhere: the same to all that follows. Carries what placing it in timelines needs."""

    account_id: AccountId
    visibility: Visibility
    in_reply_to_account_id: AccountId | None
    in_reply_to_id: StatusId | None = None


class StatusReblogged(_OnStatus, frozen=True):
    """`status_id` is the reblog, a status of `account_id` that repeats `original_id`."""

    account_id: AccountId
    original_id: StatusId
    original_account_id: AccountId
    visibility: Visibility


class StatusEdited(_OnStatus, frozen=True):
    account_id: AccountId
    visibility: Visibility = Visibility.DIRECT


class StatusDeleted(_OnStatus, frozen=True):
    """A status, or a reblog when `original_id` says of which. Carries what the rows no longer say: who could see it."""

    account_id: AccountId
    original_id: StatusId | None = None
    in_reply_to_id: StatusId | None = None
    visibility: Visibility = Visibility.DIRECT
    mentioned_ids: tuple[AccountId, ...] = ()
    tags: tuple[str, ...] = ()
    """By their keys."""
    original_account_id: AccountId | None = None


class StatusFavourited(_OnStatus, frozen=True):
    account_id: AccountId
    author_id: AccountId


class StatusUnfavourited(_OnStatus, frozen=True):
    account_id: AccountId
    author_id: AccountId


class StatusBookmarked(_OnStatus, frozen=True):
    """Nobody else is ever told: what this account's processes remember changes, nothing more."""

    account_id: AccountId


class StatusUnbookmarked(_OnStatus, frozen=True):
    account_id: AccountId
