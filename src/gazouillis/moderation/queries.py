"""Lookups of reports: pages for the moderators, single ones, and how many are open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.moderation.models import Category, Outcome, Report, ReportView
from gazouillis.moderation.tables import report_statuses, reports
from gazouillis.statuses import cached as cached_statuses

MOST_COMPARED = 20
"""How many open reports of one account by another are looked at, to find one that says the same."""
MOST_COUNTED = 1000
"""Open reports are counted up to this number."""

OPEN_REPORTS: CacheRegion[int, int] = CacheRegion("open reports", 100_000)
"""The number of open reports, under the key 1."""

_COLUMNS = tuple(reports.c[name] for name in Report.__struct_fields__ if name != "status_ids")
_BY_IDS = sa.select(*_COLUMNS).where(reports.c.id.in_(sa.bindparam("ids", expanding=True)))
_STATUSES = (
    sa.select(report_statuses.c.report_id, report_statuses.c.status_id)
    .where(report_statuses.c.report_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(report_statuses.c.report_id, report_statuses.c.status_id)
)
_OPEN_BETWEEN = (
    sa.select(reports.c.id)
    .where(
        reports.c.reporter_id == sa.bindparam("reporter", type_=sa.BigInteger),
        reports.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
        reports.c.resolved_at.is_(None),
    )
    .order_by(reports.c.id.desc())
    .limit(MOST_COMPARED)
)
_NAMING = (
    sa.select(reports.c.id)
    .join(report_statuses, report_statuses.c.report_id == reports.c.id)
    .where(
        reports.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
        report_statuses.c.status_id == sa.bindparam("status", type_=sa.BigInteger),
    )
    .limit(1)
)
_NEWEST_OF_REPORTERS = (
    sa.select(sa.func.max(reports.c.id))
    .where(reports.c.reporter_id.in_(sa.bindparam("reporters", expanding=True)))
    .group_by(reports.c.reporter_id)
)
_LISTINGS = {
    is_resolved: Listing(
        sa.select(reports.c.id).where(reports.c.resolved_at.is_not(None) if is_resolved else reports.c.resolved_at.is_(None)), reports.c.id
    )
    for is_resolved in (False, True)
}
_OF_REPORTER = Listing(sa.select(reports.c.id).where(reports.c.reporter_id == sa.bindparam("reporter", type_=sa.BigInteger)), reports.c.id)
_OPEN_COUNT = sa.select(sa.func.count()).select_from(
    sa.select(reports.c.id).where(reports.c.resolved_at.is_(None)).limit(MOST_COUNTED).subquery()
)
_BEFORE_SINCE = sa.select(reports.c.id).where(reports.c.id < sa.bindparam("report"), reports.c.created_at >= sa.bindparam("since")).limit(1)


async def by_id(reader: Reader, report_id: int) -> Report:
    """Raises `NotFound`."""
    found = await _by_ids(reader, [report_id])
    if not found:
        raise NotFound(_("There is no such report"))
    return found[report_id]


async def is_reported(reader: Reader, account_id: AccountId, status_id: StatusId) -> bool:
    """Whether a report, open or resolved, names this status of this account."""
    return await reader.value(_NAMING, {"account": account_id, "status": status_id}) is not None


async def open_between(reader: Reader, reporter_id: AccountId, account_id: AccountId) -> list[Report]:
    """The newest open reports of this account by this reporter."""
    ids = await reader.values(_OPEN_BETWEEN, {"reporter": reporter_id, "account": account_id})
    return list((await _by_ids(reader, ids)).values()) if ids else []


async def newest_of_reporters(reader: Reader, reporter_ids: Collection[AccountId]) -> dict[AccountId, Report]:
    """By reporter, the last report that they made."""
    if not reporter_ids:
        return {}
    ids = await reader.values(_NEWEST_OF_REPORTERS, {"reporters": list(reporter_ids)})
    return {one.reporter_id: one for one in (await _by_ids(reader, ids)).values()}


async def page(reader: Reader, window: Window, *, is_resolved: bool) -> Page[int]:
    return await _LISTINGS[is_resolved].page(reader, window)


async def of_reporter(reader: Reader, reporter_id: AccountId, window: Window) -> Page[int]:
    """Whatever this account reported."""
    return await _OF_REPORTER.page(reader, window, reporter=reporter_id)


async def own_reports(reader: Reader, ids: Sequence[int]) -> list[tuple[Report, Account]]:
    """For their reporter: each report with the account that it is about. Not who resolved it, and nothing of what others reported."""
    found = await _by_ids(reader, ids)
    known = await accounts.by_ids(reader, {one.account_id for one in found.values()})
    return [(found[one], known[found[one].account_id]) for one in ids if one in found and found[one].account_id in known]


async def report_views(reader: Reader, ids: Sequence[int]) -> list[ReportView]:
    """For moderators only: the named statuses are read whatever their visibility, since somebody who may read them showed them."""
    found = await _by_ids(reader, ids)
    named = {one for report in found.values() for one in report.status_ids}
    statuses = await cached_statuses.by_ids(reader, named)
    people = {one for report in found.values() for one in (report.account_id, report.reporter_id, report.resolved_by_id) if one}
    known = await accounts.by_ids(reader, people)
    return [
        ReportView(
            report=report,
            account=known[report.account_id],
            reporter=known.get(report.reporter_id),
            statuses=tuple(statuses[one].status for one in report.status_ids if one in statuses),
            attachments={one: statuses[one].attachments for one in report.status_ids if one in statuses},
            options={one: poll.titles for one in report.status_ids if one in statuses and (poll := statuses[one].poll)},
            resolved_by=known.get(report.resolved_by_id) if report.resolved_by_id else None,
        )
        for report in (found[one] for one in ids if one in found)
        if report.account_id in known
    ]


async def open_count(reader: Reader) -> int:
    """How many reports are open; at most `MOST_COUNTED`."""
    return (await cached(reader, OPEN_REPORTS, (1,), _count))[1]


async def is_first_since(reader: Reader, report_id: int, since: datetime) -> bool:
    """Whether no report was made between this moment and the report."""
    return await reader.value(_BEFORE_SINCE, {"report": report_id, "since": since}) is None


async def _count(reader: Reader, _keys: Collection[int]) -> dict[int, int]:
    return {1: await reader.value(_OPEN_COUNT)}


async def _by_ids(reader: Reader, ids: Collection[int]) -> dict[int, Report]:
    rows = await reader.all(_BY_IDS, {"ids": list(ids)})
    if not rows:
        return {}
    named: dict[int, list[StatusId]] = {}
    for row in await reader.all(_STATUSES, {"ids": [one.id for one in rows]}):
        named.setdefault(row.report_id, []).append(StatusId(row.status_id))
    return {row.id: _report(row, tuple(named.get(row.id, ()))) for row in rows}


def _report(row: Any, status_ids: tuple[StatusId, ...]) -> Report:
    return Report(
        row.id,
        row.reporter_id,
        row.account_id,
        Category(row.category),
        row.comment,
        _rules.decode(row.rules),
        row.created_at,
        row.resolved_at,
        row.resolved_by_id,
        Outcome(row.outcome) if row.outcome else None,
        status_ids,
    )


_rules = msgspec.json.Decoder(tuple[str, ...])
