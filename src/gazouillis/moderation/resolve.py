"""Commands: a moderator resolves a report, or opens it again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gazouillis.accounts import rules as accounts
from gazouillis.accounts.models import User
from gazouillis.infra.database.transactions import Tx
from gazouillis.moderation import log, queries
from gazouillis.moderation.events import ReportReopened, ReportResolved
from gazouillis.moderation.models import Act, Outcome, Report
from gazouillis.moderation.tables import reports


async def resolve(tx: Tx, by: User, report_id: int, outcome: Outcome | None = None) -> None:
    """`outcome` is what the reporter is told. Resolving twice changes nothing.

    Raises `Forbidden` unless `by` is a moderator, and `NotFound`.
    """
    accounts.check_may_moderate(by.role)
    report = await queries.by_id(tx, report_id)
    if report.resolved_at is None:
        await _set(tx, report, resolved_at=tx.now, resolved_by_id=by.account_id, outcome=outcome.value if outcome else None)
        await log.write(tx, by.account_id, Act.REPORT_RESOLVED, report.account_id)
        await tx.emit(ReportResolved(report.id, report.account_id))


async def reopen(tx: Tx, by: User, report_id: int) -> None:
    """Raises as `resolve`."""
    accounts.check_may_moderate(by.role)
    report = await queries.by_id(tx, report_id)
    if report.resolved_at is not None:
        await _set(tx, report, resolved_at=None, resolved_by_id=None, outcome=None)
        await log.write(tx, by.account_id, Act.REPORT_REOPENED, report.account_id)
        await tx.emit(ReportReopened(report.id, report.account_id))


async def _set(tx: Tx, report: Report, **values: Any) -> None:
    await tx.run(sa.update(reports).where(reports.c.id == report.id).values(values))
