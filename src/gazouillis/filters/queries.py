"""Lookups of filters: all that an account has, and one of them. Nobody sees those of others."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

import sqlalchemy as sa

from gazouillis.filters.matching import Compiled, compiled
from gazouillis.filters.models import Action, Context, Filter, FilteredStatus, Keyword
from gazouillis.filters.tables import filter_keywords, filter_statuses, filters
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader


def weight(of_account: Compiled) -> int:
    """Bytes of the filters of one account, at most."""
    return sum(
        2_000 + 4 * len(one.filter.title) + sum(500 + 8 * len(each.text) for each in one.filter.keywords) + 200 * len(one.filter.statuses)
        for one in of_account
    )


FILTERS: CacheRegion[AccountId, Compiled] = CacheRegion("filters", 200_000, weight)
"""By owner. That an account has none is known from its viewer flags, so that it is not asked here on each page."""

Found = TypeVar("Found")

_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_COLUMNS = tuple(filters.c[name] for name in ("id", "account_id", "title", "contexts", "action", "expires_at"))
_OF_ACCOUNTS = sa.select(*_COLUMNS).where(filters.c.account_id.in_(_ids)).order_by(filters.c.account_id, filters.c.id)
_KEYWORDS = (
    sa.select(filter_keywords.c.filter_id, filter_keywords.c.id, filter_keywords.c.keyword, filter_keywords.c.is_whole_word)
    .where(filter_keywords.c.filter_id.in_(_ids))
    .order_by(filter_keywords.c.filter_id, filter_keywords.c.id)
)
_STATUSES = (
    sa.select(filter_statuses.c.filter_id, filter_statuses.c.id, filter_statuses.c.status_id)
    .where(filter_statuses.c.filter_id.in_(_ids))
    .order_by(filter_statuses.c.filter_id, filter_statuses.c.id)
)


async def of_accounts(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, Compiled]:
    """By account, ready to match; in at most three queries, and one when they have none."""
    return await cached(reader, FILTERS, ids, _load)


async def of_account(reader: Reader, account_id: AccountId) -> list[Filter]:
    """Oldest first, with those that have ended."""
    return [one.filter for one in (await of_accounts(reader, (account_id,)))[account_id]]


async def own(reader: Reader, account_id: AccountId, filter_id: int) -> Filter:
    """Raises NotFound when there is none, and with the same words when it is somebody else's."""
    return _first([one for one in await of_account(reader, account_id) if one.id == filter_id])


async def own_keyword(reader: Reader, account_id: AccountId, keyword_id: int) -> tuple[Filter, Keyword]:
    """With its filter."""
    return _first([(one, each) for one in await of_account(reader, account_id) for each in one.keywords if each.id == keyword_id])


async def own_status(reader: Reader, account_id: AccountId, filtered_id: int) -> tuple[Filter, FilteredStatus]:
    """With its filter. The id is not that of the status, but of its place in the filter."""
    return _first([(one, each) for one in await of_account(reader, account_id) for each in one.statuses if each.id == filtered_id])


def bits(contexts: Iterable[Context]) -> int:
    """As the database holds them."""
    chosen = set(contexts)
    return sum(1 << number for number, one in enumerate(Context) if one in chosen)


def _first(found: list[Found]) -> Found:
    if not found:
        raise NotFound(_("There is no such filter"))
    return found[0]


async def _load(reader: Reader, account_ids: Collection[AccountId]) -> dict[AccountId, Compiled]:
    mine: dict[AccountId, list[Filter]] = {one: [] for one in account_ids}
    rows = await reader.all(_OF_ACCOUNTS, {"ids": list(account_ids)})
    ids = [row.id for row in rows]
    keywords: dict[int, list[Keyword]] = {one: [] for one in ids}
    statuses: dict[int, list[FilteredStatus]] = {one: [] for one in ids}
    for row in await reader.all(_KEYWORDS, {"ids": ids}) if ids else ():
        keywords[row.filter_id].append(Keyword(row.id, row.keyword, bool(row.is_whole_word)))
    for row in await reader.all(_STATUSES, {"ids": ids}) if ids else ():
        statuses[row.filter_id].append(FilteredStatus(row.id, StatusId(row.status_id)))
    for row in rows:
        contexts = tuple(one for number, one in enumerate(Context) if row.contexts >> number & 1)
        parts = tuple(keywords[row.id]), tuple(statuses[row.id])
        mine[AccountId(row.account_id)].append(Filter(row.id, row.title, contexts, Action(row.action), row.expires_at, *parts))
    return {one: compiled(each) for one, each in mine.items()}
