"""Events by which a migration asks for the search index to be built again (`reindex.py`)."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event


class StatusesIndexOutdated(Event, frozen=True):
    """Statuses with an id above `after` were indexed with an older word splitter. A migration emits the first one."""

    after: int = 0


class AccountsIndexOutdated(Event, frozen=True):
    """The same for accounts."""

    after: int = 0
