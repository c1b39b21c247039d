"""Usage statistics of this server: people, statuses and known domains.

The query scans whole tables: do not run it for every request.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts, domains, users
from gazouillis.infra.database.transactions import Reader

ACTIVE_FOR = timedelta(days=30)
"""How recent the last status of an active user is."""


class UsageCounts(msgspec.Struct, frozen=True):
    people: int
    """Approved users."""
    active_people: int
    """Local accounts with a status in the last thirty days."""
    statuses: int
    domains: int


async def count(reader: Reader) -> UsageCounts:
    is_local = accounts.c.domain == ""
    people = _number(sa.select(sa.func.count()).select_from(users).where(users.c.approved_at.is_not(None)))
    active = _number(sa.select(sa.func.count()).where(is_local, accounts.c.last_status_at > reader.now - ACTIVE_FOR))
    statuses = _number(sa.select(sa.func.coalesce(sa.func.sum(accounts.c.statuses_count), 0)).where(is_local))
    known = _number(sa.select(sa.func.count()).select_from(domains))
    row = await reader.one(sa.select(people, active, statuses, known))
    assert row is not None
    return UsageCounts(*map(int, row))


def _number(one: sa.Select[Any]) -> sa.ScalarSelect[Any]:
    return one.scalar_subquery()
