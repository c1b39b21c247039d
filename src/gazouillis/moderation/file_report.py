"""Command: report an account, and statuses of it, to the moderators."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.moderation import queries, rules
from gazouillis.moderation.events import AccountReported
from gazouillis.moderation.models import Complaint, Report
from gazouillis.moderation.tables import report_statuses, reports
from gazouillis.statuses import queries as statuses


async def file_report(tx: Tx, reporter: Account, account: Account, complaint: Complaint) -> Report:
    """Returns the report. The same complaint sent twice is one report, as long as nobody has resolved it.

    Raises `Invalid`, or `NotFound` for an account or a status that the reporter may not see.
    """
    rules.check_may_be_reported(account, reporter)
    complaint = msgspec.structs.replace(
        complaint,
        comment=rules.check_comment(complaint.comment),
        status_ids=await _checked_statuses(tx, reporter, account, complaint.status_ids),
    )
    if present := await _same(tx, reporter, account, complaint):
        return present
    report_id = tx.new_id()
    row = {
        "id": report_id,
        "reporter_id": reporter.id,
        "account_id": account.id,
        "category": complaint.category.value,
        "comment": complaint.comment,
        "rules": msgspec.json.encode(complaint.rules),
        "created_at": tx.now,
    }
    await tx.run(sa.insert(reports), row)
    if complaint.status_ids:
        await tx.run(sa.insert(report_statuses), [{"report_id": report_id, "status_id": one} for one in complaint.status_ids])
    await tx.emit(AccountReported(report_id, account.id, reporter.id))
    return await queries.by_id(tx, report_id)


async def _checked_statuses(reader: Reader, reporter: Account, account: Account, ids: tuple[StatusId, ...]) -> tuple[StatusId, ...]:
    """Each once, in order. Of a reblog, the reblog itself is named: it is what this account did."""
    distinct = tuple(sorted(set(ids)))
    rules.check_number_of_statuses(distinct)
    for one in distinct:
        status = await statuses.visible(reader, one, reporter.id)
        if status.account_id != account.id:
            raise NotFound(_("There is no such post"))
    return distinct


async def _same(reader: Reader, reporter: Account, account: Account, complaint: Complaint) -> Report | None:
    """The open report that already says this."""
    for one in await queries.open_between(reader, reporter.id, account.id):
        if Complaint(one.category, one.comment, one.status_ids, one.rules) == complaint:
            return one
    return None
