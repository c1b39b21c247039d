"""Data of notifications: something happened to an account."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.conversations.models import OperatorAccess
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.moderation.models import Report
from gazouillis.statuses.models import StatusView


class Kind(StrEnum):
    """https://docs.joinmastodon.org/entities/Notification/#type"""

    MENTION = "mention"
    REBLOG = "reblog"
    FAVOURITE = "favourite"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    STATUS = "status"
    UPDATE = "update"
    POLL = "poll"
    """A poll has ended in which the account voted, or its own: the sender is its author."""
    ADMIN_REPORT = "admin.report"
    ADMIN_SIGN_UP = "admin.sign_up"
    BREAK_GLASS = "break_glass"
    """The operator read a conversation of the account. No account did it, so the account is its own sender."""
    EXTRACT_REQUEST = "extract_request"
    """The sender asks to publish an extract of a conversation; the status is its first message."""
    EXTRACT = "extract"
    """The sender agreed, and the extract is published."""
    REPORT_RESOLVED = "report_resolved"
    """The moderators closed a report of the account, which is its own sender: who of them did is not told."""

    TRACK = "track"
    """The status meets a track of the account; the sender wrote it."""
    TRACK_DIGEST = "track_digest"
    """Tracks of the account have hits since yesterday. No account did it, so the account is its own sender."""
    THANKS = "thanks"
    """The status thanks the account for what it said or did in a thread of the sender."""
    STAY = "stay"
    """The sender announced a stay where the account lives, or waits for them. The page of the place tells which."""
    COFFEE = "coffee"
    """The sender proposes a coffee."""
    COFFEE_MOVED = "coffee_moved"
    """The sender proposes another time for it."""
    COFFEE_ACCEPTED = "coffee_accepted"
    COFFEE_DECLINED = "coffee_declined"
    MEETING_CHANGED = "meeting_changed"
    """A meeting of the sender to which the account wanted to come."""
    MEETING_CANCELLED = "meeting_cancelled"
    """The same, or a coffee with the sender."""
    MEETING_SEAT = "meeting_seat"
    """A seat is free for the account, who waited for one."""


OF_MEETINGS = frozenset(
    {
        *(Kind.COFFEE, Kind.COFFEE_MOVED, Kind.COFFEE_ACCEPTED, Kind.COFFEE_DECLINED),
        *(Kind.MEETING_CHANGED, Kind.MEETING_CANCELLED, Kind.MEETING_SEAT),
    }
)
OUR_OWN = OF_MEETINGS | {
    *(Kind.BREAK_GLASS, Kind.EXTRACT_REQUEST, Kind.EXTRACT, Kind.REPORT_RESOLVED, Kind.TRACK, Kind.TRACK_DIGEST, Kind.THANKS, Kind.STAY)
}
"""Kinds that Mastodon does not have. Apps get them only if they name them."""


GROUPED = frozenset({Kind.FAVOURITE, Kind.REBLOG, Kind.FOLLOW})
"""Kinds of notifications that can be grouped."""


def ungrouped_key(notification_id: int) -> str:
    """The group key of a notification that is in no group."""
    return f"ungrouped-{notification_id}"


class Notification(msgspec.Struct, frozen=True, gc=False):
    """`from_account_id` did something that concerns `account_id`, the recipient."""

    id: int
    account_id: AccountId
    kind: Kind
    from_account_id: AccountId
    status_id: StatusId | None
    created_at: datetime
    group_hour: int | None = None
    """When its group began, in hours since 1970; None: it is in no group."""
    about_id: int | None = None
    """The meeting of the kinds `OF_MEETINGS`, the stay of `STAY`; None also of notifications from before it was stored."""

    @property
    def group_key(self) -> str:
        if self.group_hour is None:
            return ungrouped_key(self.id)
        return f"{self.kind}-{self.status_id}-{self.group_hour}" if self.status_id else f"{self.kind}-{self.group_hour}"


class NotificationView(msgspec.Struct, frozen=True):
    """A notification with all that is needed to show it."""

    notification: Notification
    account: Account
    status: StatusView | None
    report: Report | None = None
    """Of `admin.report`: the last report that the sender made."""
    reported: Account | None = None
    """The account that `report` is about."""
    access: OperatorAccess | None = None
    """Of `break_glass`: the last time that the operator read a conversation of the viewer."""
    meeting_id: int | None = None
    """Of the kinds `OF_MEETINGS`: the meeting, if the viewer may see it now."""
    line: str = ""
    """Of `thanks`: what the sender wrote for the viewer alone."""
