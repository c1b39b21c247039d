"""https://docs.joinmastodon.org/methods/grouped_notifications/#GroupedNotificationsResults"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET, Raw, UnsetType

from gazouillis.accounts.models import Account
from gazouillis.api.entities.account import PartialAccount, partial_account
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.moments import moment
from gazouillis.api.entities.report import Report, report
from gazouillis.infra.basics.ids import AccountId
from gazouillis.notifications.groups import Members
from gazouillis.notifications.models import NotificationView, ungrouped_key


class NotificationGroup(msgspec.Struct, frozen=True):
    group_key: str
    type: str
    notifications_count: int
    most_recent_notification_id: int
    page_min_id: str
    page_max_id: str
    latest_page_notification_at: str
    sample_account_ids: list[str]
    status_id: str | UnsetType
    report: Report | UnsetType = UNSET
    meeting_id: str | UnsetType = UNSET
    """Of our own: see `Notification`."""


class GroupedNotifications(msgspec.Struct, frozen=True):
    accounts: list[Raw]
    statuses: list[Raw]
    notification_groups: list[NotificationGroup]
    partial_accounts: list[PartialAccount] | UnsetType = UNSET


def grouped_notifications(
    json_cache: JsonCache,
    views: Sequence[NotificationView],
    members: Mapping[int, Members],
    known: Mapping[AccountId, Account],
    *,
    only_newest_in_full: bool = False,
) -> GroupedNotifications:
    """`members` is keyed by the id of the newest notification; a notification without members is a group of one.

    `only_newest_in_full`: only the account that caused a group's newest notification is given in full, the others in part.
    """
    groups = [_group(json_cache, view, members.get(view.notification.id), known) for view in views]
    newest = {view.account.id: view.account for view in views}
    named = {one: known[one] for group in groups for one in map(_account_id, group.sample_account_ids) if one in known}
    statuses = {view.status.id: json_cache.status(view.status, view.notification.account_id) for view in views if view.status}
    if not only_newest_in_full:
        return GroupedNotifications([*map(json_cache.account, (newest | named).values())], list(statuses.values()), groups)
    others = [partial_account(json_cache.base_url, one) for one in named.values() if one.id not in newest]
    return GroupedNotifications([*map(json_cache.account, newest.values())], list(statuses.values()), groups, others)


def _group(json_cache: JsonCache, view: NotificationView, members: Members | None, known: Mapping[AccountId, Account]) -> NotificationGroup:
    one = view.notification
    others = [each for each in members.account_ids if each in known] if members else []
    return NotificationGroup(
        group_key=one.group_key if members else ungrouped_key(one.id),
        type=one.kind.value,
        notifications_count=members.count if members else 1,
        most_recent_notification_id=one.id,
        page_min_id=str(members.oldest_id if members else one.id),
        page_max_id=str(one.id),
        latest_page_notification_at=moment(one.created_at),
        sample_account_ids=[str(each) for each in others or [one.from_account_id]],
        status_id=str(view.status.id) if view.status else UNSET,
        report=report(json_cache, view.report, view.reported) if view.report and view.reported else UNSET,
        meeting_id=str(view.meeting_id) if view.meeting_id else UNSET,
    )


def _account_id(text: str) -> AccountId:
    return AccountId(int(text))
