"""https://docs.joinmastodon.org/entities/Conversation/"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from gazouillis.accounts.models import Account
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.conversations.models import ConversationView


class Conversation(msgspec.Struct, frozen=True):
    id: str
    unread: bool
    accounts: list[Raw]
    last_status: Raw | None


def conversation(json_cache: JsonCache, view: ConversationView, viewer: Account) -> Conversation:
    """As on Mastodon, notes to oneself are a conversation with oneself."""
    return Conversation(
        id=str(view.id),
        unread=view.is_unread,
        accounts=[json_cache.account(one) for one in view.others or (viewer,)],
        last_status=json_cache.status(view.last, viewer.id) if view.last else None,
    )
