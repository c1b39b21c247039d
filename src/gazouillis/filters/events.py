"""Events that happened to filters: the facts this room emits for `reactions.py`."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class FiltersChanged(Event, frozen=True):
    """A filter of this account, its keywords or its statuses are others than before."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"
