"""Events of moderation. Events about one account are handled in order."""

from __future__ import annotations

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class OnReport(Event, frozen=True):
    """Something that happened to a report of `account_id`."""

    report_id: int
    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class AccountReported(OnReport, frozen=True):
    reporter_id: AccountId


class ReportResolved(OnReport, frozen=True):
    pass


class ReportReopened(OnReport, frozen=True):
    pass
