"""https://docs.joinmastodon.org/entities/NotificationRequest/"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.moments import moment
from gazouillis.conversations.request_views import RequestView
from gazouillis.infra.basics.ids import AccountId


class NotificationRequest(msgspec.Struct, frozen=True):
    id: str
    created_at: str
    updated_at: str
    notifications_count: str
    account: Raw
    last_status: Raw | None


def notification_request(json_cache: JsonCache, view: RequestView, viewer_id: AccountId) -> NotificationRequest:
    """The id is that of the conversation."""
    last = view.conversation.last
    return NotificationRequest(
        id=str(view.conversation.id),
        created_at=moment(view.created_at),
        updated_at=moment(view.updated_at),
        notifications_count=str(view.count),
        account=json_cache.account(view.account),
        last_status=json_cache.status(last, viewer_id) if last else None,
    )
