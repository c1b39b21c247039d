"""https://docs.joinmastodon.org/entities/NotificationPolicy/ and https://docs.joinmastodon.org/entities/V1_NotificationPolicy/

Only private mentions are filtered. The other words are always those of what happens: `accept`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gazouillis.conversations.models import MessagePolicy

PRIVATE_MENTIONS: Mapping[MessagePolicy, str] = {
    MessagePolicy.REQUESTS: "filter",
    MessagePolicy.EVERYBODY: "accept",
    MessagePolicy.FOLLOWED: "drop",
    MessagePolicy.NOBODY: "drop",
}
POLICIES: Mapping[str, MessagePolicy] = {
    "filter": MessagePolicy.REQUESTS,
    "accept": MessagePolicy.EVERYBODY,
    "drop": MessagePolicy.FOLLOWED,
}


class Summary(msgspec.Struct, frozen=True):
    pending_requests_count: int = 0
    pending_notifications_count: int = 0


class NotificationPolicy(msgspec.Struct, frozen=True):
    for_not_following: str = "accept"
    for_not_followers: str = "accept"
    for_new_accounts: str = "accept"
    for_private_mentions: str = "filter"
    for_limited_accounts: str = "accept"
    summary: Summary = Summary()


class V1NotificationPolicy(msgspec.Struct, frozen=True):
    filter_not_following: bool = False
    filter_not_followers: bool = False
    filter_new_accounts: bool = False
    filter_private_mentions: bool = True
    summary: Summary = Summary()


def notification_policy(policy: MessagePolicy, summary: Summary) -> NotificationPolicy:
    return NotificationPolicy(for_private_mentions=PRIVATE_MENTIONS[policy], summary=summary)


def v1_notification_policy(policy: MessagePolicy, summary: Summary) -> V1NotificationPolicy:
    return V1NotificationPolicy(filter_private_mentions=policy is not MessagePolicy.EVERYBODY, summary=summary)
