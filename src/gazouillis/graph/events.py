from __future__ import annotations

from gazouillis.infra.events import Event
from gazouillis.infra.ids import AccountId


class _Between(Event, frozen=True):
    """Something one account did towards another."""

    account_id: AccountId
    target_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class AccountFollowed(_Between, frozen=True):
    """`account_id` now follows `target_id`."""


class AccountUnfollowed(_Between, frozen=True):
    """`account_id` no longer follows `target_id`, whoever decided it."""


class FollowChanged(_Between, frozen=True):
    """`account_id` follows `target_id` with other wishes: reblogs shown or not."""


class FollowRequested(_Between, frozen=True):
    """`account_id` asks to follow `target_id`, who chooses."""


class FollowRequestEnded(_Between, frozen=True):
    """The request of `account_id` to `target_id` was refused or withdrawn."""


class AccountBlocked(_Between, frozen=True):
    pass


class AccountUnblocked(_Between, frozen=True):
    pass


class AccountMuted(_Between, frozen=True):
    pass


class AccountUnmuted(_Between, frozen=True):
    """By hand, or because its time was over."""
