"""Events of notifications. Events of one account are handled in order."""

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
    """Notifications of `account_id` were read or removed."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"
