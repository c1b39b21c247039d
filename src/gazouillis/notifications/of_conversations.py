"""Notifications about private messages, beside the mention that each message is. Apps get them only by name: Mastodon has no such kinds."""

from __future__ import annotations

from gazouillis.conversations.events import ExtractAnswered, ExtractAsked, ExtractPublished, OperatorReadConversation
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.models import Kind
from gazouillis.notifications.notify import create
from gazouillis.notifications.remove import remove
from gazouillis.notifications.replace_own import replace_own
from gazouillis.notifications.tables import notifications
from gazouillis.notifications.wanted import NewNotification


async def on_operator_read_conversation(tx: Tx, event: OperatorReadConversation) -> None:
    """Each account has one such notification, about the last access: the conversations list all of them. No mute or block hides it."""
    await replace_own(tx, event.account_id, Kind.BREAK_GLASS)


async def on_extract_asked(tx: Tx, event: ExtractAsked) -> None:
    """It leads to the first message, and so to the conversation."""
    await create(tx, [NewNotification(event.account_id, Kind.EXTRACT_REQUEST, event.asker_id, event.message_id)])


async def on_extract_answered(tx: Tx, event: ExtractAnswered) -> None:
    about = (notifications.c.from_account_id == event.asker_id, notifications.c.status_id == event.message_id)
    await remove(tx, notifications.c.account_id == event.account_id, notifications.c.kind == Kind.EXTRACT_REQUEST.value, *about)


async def on_extract_published(tx: Tx, event: ExtractPublished) -> None:
    """Tells who asked. The others are mentioned in it."""
    await create(tx, [NewNotification(event.account_id, Kind.EXTRACT, event.agreed_id, event.status_id)])
