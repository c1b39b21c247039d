"""Events of recommendations."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId, StatusId


class RecommendationDeclined(Event, frozen=True):
    """`account_id` does not want to be recommended by this status."""

    status_id: StatusId
    account_id: AccountId

    @property
    def key(self) -> str:
        return f"status:{self.status_id}"
