"""Where the viewer reads a private message: in its conversation."""

from __future__ import annotations

from gazouillis.conversations import queries as conversations
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.paging import Window
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.web.request_context import RequestContext


async def address_of(context: RequestContext, view: StatusView) -> str | None:
    """None when the status is no private message, or not in a conversation of the viewer's."""
    if view.status.visibility is not Visibility.DIRECT or context.viewer_id is None:
        return None
    conversation_id = await conversations.of_status(context.reader, context.viewer_id, view.id)
    if conversation_id is None:
        return None
    newest = await conversations.message_page(context.reader, context.viewer_id, conversation_id, Window())
    return message_url(conversation_id, view.id, is_recent=view.id in newest.items)


def message_url(conversation_id: int, status_id: StatusId, *, is_recent: bool = False) -> str:
    """`is_recent`: it is among the newest messages, which the page of the conversation shows."""
    page = "" if is_recent else f"?max_id={status_id + 1}"
    return f"/messages/{conversation_id}{page}#s{status_id}"
