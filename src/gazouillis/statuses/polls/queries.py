"""Lookups of polls: those of statuses, and what one account chose in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.polls.models import Option, Poll
from gazouillis.statuses.polls.tables import ballots, poll_options, polls

BALLOTS: CacheRegion[tuple[AccountId, StatusId], int] = CacheRegion("ballots", 3_000_000)
"""What an account chose in the poll of a status: the sum of its bits, 0 for nothing."""

_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_POLLS = (
    sa.select(
        *(polls.c[name] for name in ("status_id", "is_multiple", "hides_totals", "expires_at", "voters_count")),
        poll_options.c.title,
        poll_options.c.votes_count,
    )
    .join(poll_options, poll_options.c.status_id == polls.c.status_id)
    .where(polls.c.status_id.in_(_ids))
    .order_by(polls.c.status_id, poll_options.c.position)
)
_CHOICES = sa.select(ballots.c.status_id, ballots.c.choices).where(
    ballots.c.account_id == sa.bindparam("account", type_=sa.BigInteger), ballots.c.status_id.in_(_ids)
)
_OF_VIEWERS = sa.select(ballots.c.account_id, ballots.c.choices).where(
    ballots.c.status_id == sa.bindparam("status", type_=sa.BigInteger),
    ballots.c.choices > 0,
    ballots.c.account_id.in_(sa.bindparam("viewers", expanding=True)),
)
_TITLES = (
    sa.select(poll_options.c.status_id, poll_options.c.title)
    .where(poll_options.c.status_id.in_(_ids))
    .order_by(poll_options.c.status_id, poll_options.c.position)
)


async def of_statuses(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, Poll]:
    """By status; those without a poll are left out. No query when there are no ids."""
    if not ids:
        return {}
    found: dict[StatusId, Poll] = {}
    options: dict[StatusId, list[Option]] = {}
    for row in await reader.all(_POLLS, {"ids": list(ids)}):
        options.setdefault(row.status_id, []).append(Option(row.title, row.votes_count))
        together = tuple(options[row.status_id])
        found[row.status_id] = Poll(together, bool(row.is_multiple), bool(row.hides_totals), row.expires_at, row.voters_count)
    return found


async def titles(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, list[str]]:
    """The options of each poll, by status, as typed."""
    found: dict[StatusId, list[str]] = {}
    for row in await reader.all(_TITLES, {"ids": list(ids)}) if ids else ():
        found.setdefault(row.status_id, []).append(row.title)
    return found


async def choices(reader: Reader, account_id: AccountId | None, ids: Collection[StatusId]) -> Mapping[StatusId, int]:
    """What this account chose in the polls of these statuses. No query when there are no ids."""
    if account_id is None or not ids:
        return {}
    found = await cached(reader, BALLOTS, [(account_id, one) for one in ids], _load)
    return {status_id: bits for (_account_id, status_id), bits in found.items()}


async def of_viewers(reader: Reader, status_id: StatusId, viewers: Collection[AccountId]) -> dict[AccountId, int]:
    """What each of these accounts chose in one poll; those who did not vote are left out."""
    if not viewers:
        return {}
    return {row.account_id: row.choices for row in await reader.all(_OF_VIEWERS, {"status": status_id, "viewers": list(viewers)})}


async def _load(reader: Reader, keys: Collection[tuple[AccountId, StatusId]]) -> dict[tuple[AccountId, StatusId], int]:
    """All keys are of one account."""
    account_id, ids = next(iter(keys))[0], [status_id for _account_id, status_id in keys]
    found = {row.status_id: row.choices for row in await reader.all(_CHOICES, {"account": account_id, "ids": ids})}
    return {(account_id, one): found.get(one, 0) for one in ids}
