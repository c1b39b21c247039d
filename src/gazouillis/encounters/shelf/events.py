"""Events of the shelf."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class ShelfDismissed(Event, frozen=True):
    """`account_id` does not want to be shown a post any more. It only invalidates the number of those that they could answer."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"
