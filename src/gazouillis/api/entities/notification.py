"""https://docs.joinmastodon.org/entities/Notification/"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, UnsetType

from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.moments import moment
from gazouillis.api.entities.report import Report, report
from gazouillis.notifications.models import NotificationView


class Notification(msgspec.Struct, frozen=True):
    id: str
    type: str
    created_at: str
    group_key: str
    account: Raw
    status: Raw | UnsetType
    report: Report | UnsetType = UNSET
    meeting_id: str | UnsetType = UNSET
    """Of our own, of the types about meetings and coffees: the meeting, while the account may see it."""
    line: str | UnsetType = UNSET
    """Of our own, of the type `thanks`: what the sender wrote for this account alone."""


def notification(json_cache: JsonCache, view: NotificationView) -> Notification:
    one = view.notification
    return Notification(
        id=str(one.id),
        type=one.kind.value,
        created_at=moment(one.created_at),
        group_key=one.group_key,
        account=json_cache.account(view.account),
        status=json_cache.status(view.status, one.account_id) if view.status else UNSET,
        report=report(json_cache, view.report, view.reported) if view.report and view.reported else UNSET,
        meeting_id=str(view.meeting_id) if view.meeting_id else UNSET,
        line=view.line or UNSET,
    )
