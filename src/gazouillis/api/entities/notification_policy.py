"""https://docs.joinmastodon.org/entities/NotificationPolicy/"""

from __future__ import annotations

import msgspec


class Summary(msgspec.Struct, frozen=True):
    pending_requests_count: int = 0
    pending_notifications_count: int = 0


class NotificationPolicy(msgspec.Struct, frozen=True):
    for_not_following: str = "accept"
    for_not_followers: str = "accept"
    for_new_accounts: str = "accept"
    for_private_mentions: str = "accept"
    for_limited_accounts: str = "accept"
    summary: Summary = Summary()
