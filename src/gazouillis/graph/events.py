"""Events of the graph: follows, follow requests, blocks, blocked domains, mutes, dismissed suggestions and circles."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId, CircleId


class Between(Event, frozen=True):
    """An edge of the graph from `account_id` to `target_id` changed. Events of one `account_id` are handled in order."""

    account_id: AccountId
    target_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class AccountFollowed(Between, frozen=True):
    """`account_id` now follows `target_id`."""


class AccountUnfollowed(Between, frozen=True):
    """`account_id` no longer follows `target_id`, because either of them ended it."""


class FollowChanged(Between, frozen=True):
    """`account_id` follows `target_id` with other options: whether reblogs are shown, whether each status notifies."""


class FollowRequested(Between, frozen=True):
    """`account_id` sent a follow request to `target_id`."""


class FollowRequestEnded(Between, frozen=True):
    """The follow request of `account_id` to `target_id` was rejected or withdrawn."""


class AccountBlocked(Between, frozen=True):
    pass


class AccountUnblocked(Between, frozen=True):
    pass


class OnDomain(Event, frozen=True):
    """`account_id` changed how it stands to all accounts of another server."""

    account_id: AccountId
    domain: str

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class DomainBlocked(OnDomain, frozen=True):
    pass


class DomainUnblocked(OnDomain, frozen=True):
    pass


class AccountLimited(Between, frozen=True):
    """What `target_id` says to `account_id` waits from now on."""


class AccountUnlimited(Between, frozen=True):
    pass


class AccountMuted(Between, frozen=True):
    pass


class AccountUnmuted(Between, frozen=True):
    """`account_id` ended the mute of `target_id`, or the mute expired."""


class SuggestionDismissed(Between, frozen=True):
    """`account_id` no longer wants `target_id` to be suggested."""


class ExclusiveListsChanged(Event, frozen=True):
    """The exclusive lists of `account_id` hold other people than before, so its home shows other posts."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class CircleChanged(Event, frozen=True):
    """A circle of `account_id` was made, renamed or deleted, or these members joined or left it. Only its owner may ever learn of it."""

    account_id: AccountId
    circle_id: CircleId
    member_ids: tuple[AccountId, ...] = ()
    """Whose view of the circle's statuses changes."""

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"
