"""Data of notifications: something happened to an account."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId, StatusId
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

    @property
    def group_key(self) -> str:
        if self.group_hour is None:
            return ungrouped_key(self.id)
        return f"{self.kind}-{self.status_id}-{self.group_hour}" if self.status_id else f"{self.kind}-{self.group_hour}"


class NotificationView(msgspec.Struct, frozen=True):
    """A notification with all that is needed to show it. A new follower is shown with their last statuses (N21)."""

    notification: Notification
    account: Account
    status: StatusView | None
    relation: Relation | None = None
    last_statuses: tuple[StatusView, ...] = ()
