"""The reporter hears that their report was resolved. Apps get this kind only by name: Mastodon has no such kind."""

from __future__ import annotations

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.database.transactions import Tx
from gazouillis.moderation import queries as reports
from gazouillis.moderation.events import ReportResolved
from gazouillis.notifications.models import Kind
from gazouillis.notifications.replace_own import replace_own


async def on_report_resolved(tx: Tx, event: ReportResolved) -> None:
    """Each account has one such notification, about the last report: the page of its reports lists all of them."""
    try:
        report = await reports.by_id(tx, event.report_id)
    except NotFound:  # deleted with its reporter
        return
    if report.resolved_at is None:
        return
    await replace_own(tx, report.reporter_id, Kind.REPORT_RESOLVED)
