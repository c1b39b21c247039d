"""Something happened to you."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.graph.models import Relation
from gazouillis.infra.ids import AccountId, StatusId
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


class Notification(msgspec.Struct, frozen=True, gc=False):
    id: int
    account_id: AccountId
    kind: Kind
    from_account_id: AccountId
    status_id: StatusId | None
    created_at: datetime


class NotificationView(msgspec.Struct, frozen=True):
    """A notification with all that is needed to show it; a new follower comes with their last statuses (N21)."""

    notification: Notification
    account: Account
    status: StatusView | None
    relation: Relation | None = None
    last_statuses: tuple[StatusView, ...] = ()
