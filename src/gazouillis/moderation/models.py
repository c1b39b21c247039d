"""Data of moderation: reports of accounts and of their statuses, and the log of what moderators did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.media.models import Attachment
from gazouillis.statuses.models import Status


class Category(StrEnum):
    """https://docs.joinmastodon.org/entities/Report/#category"""

    SPAM = "spam"
    LEGAL = "legal"
    VIOLATION = "violation"
    OTHER = "other"


class Outcome(StrEnum):
    """What the reporter is told when a report is resolved. The words are stored."""

    ACTED = "acted"
    NO_ACTION = "no_action"


class Complaint(msgspec.Struct, frozen=True):
    """What somebody asks to report; `file_report` checks it."""

    category: Category = Category.OTHER
    comment: str = ""
    status_ids: tuple[StatusId, ...] = ()
    rules: tuple[str, ...] = ()
    """The rules of this server that were broken, in the words they had then: rules are edited later."""


class Report(msgspec.Struct, frozen=True):
    """`reporter_id` reported `account_id`. Of statuses only the ids are kept: see decision 58."""

    id: int
    reporter_id: AccountId
    account_id: AccountId
    category: Category
    comment: str
    rules: tuple[str, ...]
    created_at: datetime
    resolved_at: datetime | None
    resolved_by_id: AccountId | None
    outcome: Outcome | None = None
    status_ids: tuple[StatusId, ...] = ()


class ReportView(msgspec.Struct, frozen=True):
    """A report with what a moderator needs to decide. Statuses that are deleted are tombstones, without their text."""

    report: Report
    account: Account
    reporter: Account | None
    statuses: tuple[Status, ...]
    resolved_by: Account | None
    attachments: Mapping[StatusId, tuple[Attachment, ...]] = {}
    """What each of the statuses shows."""
    options: Mapping[StatusId, tuple[str, ...]] = {}
    """Of the polls of the statuses."""


class Act(StrEnum):
    """What moderators did. The words are stored."""

    THREAD_CLOSED = "thread_closed"
    THREAD_OPENED = "thread_opened"
    THREAD_SLOWED = "thread_slowed"
    THREAD_RELEASED = "thread_released"
    """It is slow no longer."""
    REPORT_RESOLVED = "report_resolved"
    REPORT_REOPENED = "report_reopened"


class LogEntry(msgspec.Struct, frozen=True):
    """A line of the log. The accounts are None when they are deleted."""

    id: int
    act: Act
    moderator: Account | None
    account: Account | None
    """Whom it concerned."""
    status_id: StatusId | None
    minutes: int
    """Of a thread that was slowed."""
    created_at: datetime
