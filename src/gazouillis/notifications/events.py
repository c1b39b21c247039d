from __future__ import annotations

from gazouillis.infra.events import Event
from gazouillis.infra.ids import AccountId


class NotificationCreated(Event, frozen=True):
    notification_id: int
    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"
