"""How one account stands to another."""

from __future__ import annotations

from datetime import datetime

import msgspec

from gazouillis.infra.basics.clock import Watch
from gazouillis.infra.basics.ids import AccountId


class Relation(msgspec.Struct, frozen=True):
    """How `viewer_id` stands to `account_id`. The zero value is a stranger's."""

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
    shows_reblogs: bool = True
    """Of a follow or of a request, as is `notifies`."""
    notifies: bool = False

    @property
    def is_self(self) -> bool:
        return self.viewer_id == self.account_id


class BlocksAndMutes(msgspec.Struct, frozen=True):
    """Whom an account does not see, and whom it does not want to see: what every page it reads has to know."""

    blocked: frozenset[AccountId] = frozenset()
    """Either blocks the other."""
    muted: dict[AccountId, datetime | None] = {}
    """Until when; None: for good."""
    notifications_muted: frozenset[AccountId] = frozenset()
    """Of those muted: whose doings one does not want to be told of either."""

    @property
    def has_expiring_mutes(self) -> bool:
        """Whether some of it ends by itself."""
        return any(self.muted.values())

    def shows(self, account_id: AccountId, watch: Watch) -> bool:
        return account_id not in self.blocked and not self.mutes(account_id, watch)

    def mutes(self, account_id: AccountId, watch: Watch) -> bool:
        if account_id not in self.muted:
            return False
        until = self.muted[account_id]
        return until is None or not watch.has_come(until)

    def mutes_notifications_of(self, account_id: AccountId, watch: Watch) -> bool:
        return account_id in self.notifications_muted and self.mutes(account_id, watch)
