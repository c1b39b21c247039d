from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class NotificationCreated(Event, frozen=True):
    notification_id: int
    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class UnreadChanged(Event, frozen=True):
    """What was told to `account_id` has been read, or taken back."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"
