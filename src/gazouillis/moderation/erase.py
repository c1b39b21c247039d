"""Deletes what an account leaves behind in this room, in batches: the reports that it made. Reports about it are resolved, and the
moderation log no longer names it.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.database.transactions import Tx
from gazouillis.moderation import log
from gazouillis.moderation.events import ReportResolved
from gazouillis.moderation.tables import report_statuses, reports

AT_ONCE = 100


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes one batch. Returns whether there may be more; it is then called again, in another transaction."""
    made = await tx.values(sa.select(reports.c.id).where(reports.c.reporter_id == account.id).limit(AT_ONCE))
    if made:
        await tx.run(sa.delete(report_statuses).where(report_statuses.c.report_id.in_(made)))
        await tx.run(sa.delete(reports).where(reports.c.id.in_(made)))
    is_open = (reports.c.account_id == account.id, reports.c.resolved_at.is_(None))
    about = await tx.values(sa.select(reports.c.id).where(*is_open).limit(AT_ONCE))
    if about:
        await tx.run(sa.update(reports).where(reports.c.id.in_(about)).values(resolved_at=tx.now))
    if made or about:
        await tx.emit(*(ReportResolved(one, account.id) for one in (*made, *about)))
    return await log.erase(tx, account.id, AT_ONCE) or bool(made or about)
