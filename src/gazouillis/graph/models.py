"""Relations between accounts, and the blocks and mutes of one viewer."""

from __future__ import annotations

from datetime import datetime

import msgspec

from gazouillis.infra.basics.clock import Watch
from gazouillis.infra.basics.ids import AccountId


class Relation(msgspec.Struct, frozen=True):
    """What edges there are between `viewer_id` and `account_id`, in both directions. The defaults are those of strangers.

    `follows`, `requested`, `blocks`, `blocks_domain`, `limits` and `mutes` are from the viewer to the account, `is_…` the other way.
    """

    viewer_id: AccountId | None
    account_id: AccountId
    follows: bool = False
    is_followed: bool = False
    requested: bool = False
    is_requested: bool = False
    blocks: bool = False
    is_blocked: bool = False
    mutes: bool = False
    mutes_notifications: bool = False
    mute_expires_at: datetime | None = None
    limits: bool = False
    blocks_domain: bool = False
    """The viewer blocks all accounts of its domain."""
    shows_reblogs: bool = True
    """An option of the follow or follow request, as `notifies`: whether each status of the account notifies the viewer."""
    notifies: bool = False
    endorses: bool = False
    """The viewer follows the account and recommends it on their profile."""
    note: str = ""
    """What the viewer has noted about the account, for nobody else."""

    @property
    def is_apart(self) -> bool:
        """Whether there is a block between the two, so that neither sees the other."""
        return self.blocks or self.is_blocked or self.blocks_domain

    @property
    def is_self(self) -> bool:
        return self.viewer_id == self.account_id


class BlocksAndMutes(msgspec.Struct, frozen=True):
    """All blocks and mutes that apply to one viewer, and who is in their exclusive lists.

    Nearly every read of that viewer needs them, so they are cached as one value.
    """

    blocked: frozenset[AccountId] = frozenset()
    """Accounts that the viewer blocks or that block the viewer, one by one or with their domain."""
    muted: dict[AccountId, datetime | None] = {}
    """Accounts that the viewer mutes, with the time when the mute expires; None: never."""
    notifications_muted: frozenset[AccountId] = frozenset()
    """The muted accounts whose notifications are hidden too."""
    in_exclusive_lists: frozenset[AccountId] = frozenset()
    """Members of the exclusive lists of the viewer: their posts are there instead of in the home timeline."""

    @property
    def has_expiring_mutes(self) -> bool:
        """Whether some mute expires, so that what the viewer sees can change without an event."""
        return any(self.muted.values())

    def shows(self, account_id: AccountId, watch: Watch) -> bool:
        """Whether the account is neither blocked nor muted now."""
        return account_id not in self.blocked and not self.mutes(account_id, watch)

    def mutes(self, account_id: AccountId, watch: Watch) -> bool:
        """Whether the viewer mutes the account now. `watch` compares the expiry with the present time."""
        if account_id not in self.muted:
            return False
        until = self.muted[account_id]
        return until is None or not watch.has_come(until)

    def mutes_notifications_of(self, account_id: AccountId, watch: Watch) -> bool:
        """Whether notifications from the account are hidden now."""
        return account_id in self.notifications_muted and self.mutes(account_id, watch)
