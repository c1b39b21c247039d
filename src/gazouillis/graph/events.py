from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class Between(Event, frozen=True):
    """Something one account did towards another."""

    account_id: AccountId
    target_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class AccountFollowed(Between, frozen=True):
    """`account_id` now follows `target_id`."""


class AccountUnfollowed(Between, frozen=True):
    """`account_id` no longer follows `target_id`, whoever decided it."""


class FollowChanged(Between, frozen=True):
    """`account_id` follows `target_id` with other wishes: reblogs shown or not."""


class FollowRequested(Between, frozen=True):
    """`account_id` asks to follow `target_id`, who chooses."""


class FollowRequestEnded(Between, frozen=True):
    """The request of `account_id` to `target_id` was refused or withdrawn."""


class AccountBlocked(Between, frozen=True):
    pass


class AccountUnblocked(Between, frozen=True):
    pass


class AccountMuted(Between, frozen=True):
    pass


class AccountUnmuted(Between, frozen=True):
    """By hand, or because its time was over."""
