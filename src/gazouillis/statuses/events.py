"""Events that happened to statuses: the facts this room emits for `reactions.py`."""

from __future__ import annotations

import msgspec

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId, CircleId, StatusId
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
    circle_id: CircleId | None = None
    withheld_by: AccountId | None = None

    @property
    def mentioned_ids(self) -> tuple[AccountId, ...]:
        """Nobody: a mention gives a notification, and no place in a home timeline."""
        return ()

    @property
    def quoted_ids(self) -> tuple[AccountId, ...]:
        """Nobody: whether a reader may see an extract is asked again when the home timeline is read."""
        return ()


class StatusReblogged(_OnStatus, frozen=True):
    """`status_id` is the reblog, itself a status of `account_id`; `original_id` is the status it repeats."""

    account_id: AccountId
    original_id: StatusId
    original_account_id: AccountId
    visibility: Visibility


class StatusEdited(_OnStatus, frozen=True):
    account_id: AccountId
    visibility: Visibility = Visibility.DIRECT
    withheld_by: AccountId | None = None


class Reach(msgspec.Struct, frozen=True):
    """Who may see a status: all that `rules.can_see` asks of it."""

    account_id: AccountId
    visibility: Visibility
    circle_id: CircleId | None = None
    mentioned_ids: tuple[AccountId, ...] = ()
    withheld_by: AccountId | None = None
    quoted_ids: tuple[AccountId, ...] = ()


class StatusNarrowed(_OnStatus, frozen=True):
    """A status has a narrower audience: its author chose so, or a reply was withheld. Reblogs that go with it have events of their own."""

    account_id: AccountId
    before: Reach
    after: Reach
    in_reply_to_id: StatusId | None = None
    tags: tuple[str, ...] = ()
    """Keys of its hashtags."""


class StatusReleased(_OnStatus, frozen=True):
    """A withheld reply is shown to everybody whom it is for."""

    account_id: AccountId
    visibility: Visibility
    in_reply_to_id: StatusId | None = None
    was_awaiting: bool = False
    """Whether nobody has been notified of it yet."""


class RepliesRestricted(_OnStatus, frozen=True):
    """Who may reply to a status, or how often in its thread, has changed."""

    account_id: AccountId
    visibility: Visibility = Visibility.DIRECT
    withheld_by: AccountId | None = None


class ThanksChanged(_OnStatus, frozen=True):
    """A status thanks more people, who are `added`, or fewer."""

    account_id: AccountId
    visibility: Visibility = Visibility.DIRECT
    withheld_by: AccountId | None = None
    added: tuple[AccountId, ...] = ()


class PollEnded(_OnStatus, frozen=True):
    """A poll has ended, and everybody was told who is to be."""

    account_id: AccountId
    visibility: Visibility = Visibility.DIRECT
    withheld_by: AccountId | None = None


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
    circle_id: CircleId | None = None
    withheld_by: AccountId | None = None
    quoted_ids: tuple[AccountId, ...] = ()


class DeliveryChanged(_OnStatus, frozen=True):
    """A recipient of a private message gets more or less of it: it only invalidates the cached status."""


class PinsChanged(_OnStatus, frozen=True):
    """A status is pinned to the profile of its author, or no longer."""

    account_id: AccountId


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


class ThreadMuted(_OnStatus, frozen=True):
    """`account_id` wants no notifications about a thread; `status_id` began it."""

    account_id: AccountId


class ThreadUnmuted(_OnStatus, frozen=True):
    account_id: AccountId
