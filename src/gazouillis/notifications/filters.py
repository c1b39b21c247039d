"""The filter of a list of notifications: by kind and by sender. The list of single notifications and the list of groups share it."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId
from gazouillis.notifications.models import OUR_OWN, Kind
from gazouillis.notifications.tables import notifications

sender = sa.bindparam("sender", type_=sa.BigInteger)
_kinds: sa.BindParameter[str] = sa.bindparam("kinds", expanding=True)
_excluded: sa.BindParameter[str] = sa.bindparam("excluded", expanding=True)


class FilterShape(NamedTuple):
    """Which conditions a filter has. A statement is built once for each shape; the values are its parameters."""

    has_kinds: bool
    has_excluded_kinds: bool
    has_sender: bool

    def apply(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """Adds the conditions to a statement that selects from the table of notifications."""
        if self.has_kinds:
            statement = statement.where(notifications.c.kind.in_(_kinds))
        if self.has_excluded_kinds:
            statement = statement.where(notifications.c.kind.not_in(_excluded))
        if self.has_sender:
            statement = statement.where(notifications.c.from_account_id == sender)
        return statement


class NotificationFilter(msgspec.Struct, frozen=True):
    """Which notifications to list. No `kinds`: all of them; no `sender_id`: those from anybody."""

    kinds: tuple[Kind, ...] = ()
    excluded_kinds: tuple[Kind, ...] = ()
    sender_id: AccountId | None = None

    @property
    def shape(self) -> FilterShape:
        return FilterShape(bool(self.kinds), bool(self.excluded_kinds), self.sender_id is not None)

    @property
    def parameters(self) -> dict[str, Any]:
        kinds, excluded = [one.value for one in self.kinds], [one.value for one in self.excluded_kinds]
        return {"kinds": kinds, "excluded": excluded, "sender": self.sender_id}


UNFILTERED = NotificationFilter()

IN_APPS = NotificationFilter(excluded_kinds=tuple(sorted(OUR_OWN)))
"""What an app lists that names no kinds."""
