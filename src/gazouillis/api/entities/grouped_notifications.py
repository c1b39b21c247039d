"""https://docs.joinmastodon.org/methods/grouped_notifications/#GroupedNotificationsResults"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw, UnsetType

from gazouillis.api.entities.moments import moment
from gazouillis.api.entities.notification import group_key
from gazouillis.api.entities.written import Written
from gazouillis.notifications.models import NotificationView


class NotificationGroup(msgspec.Struct, frozen=True):
    """A group of one."""

    group_key: str
    type: str
    most_recent_notification_id: int
    page_min_id: str
    page_max_id: str
    latest_page_notification_at: str
    sample_account_ids: list[str]
    status_id: str | UnsetType
    notifications_count: int = 1


class GroupedNotifications(msgspec.Struct, frozen=True):
    accounts: list[Raw]
    statuses: list[Raw]
    notification_groups: list[NotificationGroup]


def grouped_notifications(written: Written, views: Sequence[NotificationView]) -> GroupedNotifications:
    accounts = {view.account.id: written.account(view.account) for view in views}
    statuses = {view.status.id: written.status(view.status, view.notification.account_id) for view in views if view.status}
    return GroupedNotifications(list(accounts.values()), list(statuses.values()), [_group(view) for view in views])


def _group(view: NotificationView) -> NotificationGroup:
    one = view.notification
    return NotificationGroup(
        group_key=group_key(one.id),
        type=one.kind.value,
        most_recent_notification_id=one.id,
        page_min_id=str(one.id),
        page_max_id=str(one.id),
        latest_page_notification_at=moment(one.created_at),
        sample_account_ids=[str(one.from_account_id)],
        status_id=str(view.status.id) if view.status else UNSET,
    )
