"""Cache invalidation for conversations: which events drop which entries. Only the numbers of unread conversations are cached."""

from __future__ import annotations

from gazouillis.accounts.events import OnAccount
from gazouillis.conversations.events import OnConversation
from gazouillis.conversations.queries import UNREAD
from gazouillis.graph.events import Between, OnDomain
from gazouillis.infra.cache.regions import ProcessCache


def on_conversation_changed(cache: ProcessCache, event: OnConversation) -> None:
    cache.region(UNREAD).invalidate(event.account_id)


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    """Drops the numbers of both accounts: conversations with blocked and muted people are not counted."""
    cache.region(UNREAD).invalidate(event.account_id)
    cache.region(UNREAD).invalidate(event.target_id)


def on_domain_blocks_changed(cache: ProcessCache, event: OnDomain) -> None:
    cache.region(UNREAD).invalidate(event.account_id)


def on_account_deleted(cache: ProcessCache, _event: OnAccount) -> None:
    """Drops all numbers: the messages of this account are gone. Such events are rare."""
    cache.region(UNREAD).clear()
