from __future__ import annotations

from gazouillis.infra.basics.events import Event


class StatusesIndexOutdated(Event, frozen=True):
    """Texts are cut into words in another way than when the statuses after this id were indexed. A migration says so first."""

    after: int = 0


class AccountsIndexOutdated(Event, frozen=True):
    after: int = 0
