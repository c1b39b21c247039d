"""Scheduled statuses: what somebody has written, to be published later. Values only."""

from __future__ import annotations

from datetime import datetime

import msgspec

from gazouillis.infra.basics.ids import AccountId, ScheduledId
from gazouillis.infra.basics.messages import Message
from gazouillis.statuses.models import Draft


class When(msgspec.Struct, frozen=True):
    """A moment. `wall_time` and `zone` when it was chosen on a page: what a clock at home shows, as `2026-03-30T08:00`."""

    due_at: datetime
    zone: str = ""
    wall_time: str = ""


class ScheduledStatus(msgspec.Struct, frozen=True):
    """Its id is one that no status has: the attached files have it in place of a status's."""

    id: ScheduledId
    account_id: AccountId
    when: When
    draft: Draft
    via: str = ""
    """The road by which its author came to what it answers."""
    failure: Message | None = None
    """Why it could not be published when it was due. It then waits for its author."""
