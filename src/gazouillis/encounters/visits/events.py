"""Events of visits."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class VisitForeseen(Event, frozen=True):
    """`account_id` announced a stay where those who are notified live. It tells neither place nor days."""

    account_id: AccountId
    notified_ids: tuple[AccountId, ...]
    stay_id: int | None = None

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"
