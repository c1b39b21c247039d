"""Command: publish a status, and deliver it when it is a private message. Doors publish with this, not with `statuses.publish` itself."""

from __future__ import annotations

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.conversations import queries
from gazouillis.conversations.deliver import deliver
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Window
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.statuses import publish as publishing
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import views
from gazouillis.statuses.models import Draft, Terms, Visibility
from gazouillis.statuses.publish import Published

LONGEST_CHAIN = 200
"""A message answers the one before it, so that apps, which show threads, show the conversation; after so many, a thread begins anew."""


async def publish(tx: Tx, author: Account, draft: Draft, terms: Terms) -> Published:
    """As `statuses.publish.publish`. Raises as `check.check_may_write`, too."""
    published = await publishing.publish(tx, author, draft, terms)
    if published.status.visibility is Visibility.DIRECT and published.composed is not None:
        await deliver(tx, published.status.id, author.id, published.composed.mentioned_ids, checks_author=True)
    return published


async def send(tx: Tx, author: Account, conversation_id: int, draft: Draft, terms: Terms) -> Published:
    """Publishes the draft as a message to the people of this conversation, whomever its text names.

    Raises NotFound unless the author takes part in it, Conflict when nobody is left in it, and as `publish`.
    """
    people = await queries.participants_of(tx, conversation_id)
    if author.id not in people:
        raise queries.no_such_conversation()
    others = tuple(one for one in people if one != author.id)
    if not others and await queries.by_people(tx, str(author.id)) != conversation_id:
        raise Conflict(_("Nobody is left in this conversation"))
    addressed = msgspec.structs.replace(
        draft,
        visibility=Visibility.DIRECT,
        recipient_ids=others or (author.id,),
        in_reply_to_id=draft.in_reply_to_id or await _last_message(tx, author, conversation_id),
    )
    return await publish(tx, author, addressed, terms)


async def _last_message(reader: Reader, author: Account, conversation_id: int) -> StatusId | None:
    """What the message answers when it answers no particular one: the newest that the author may read. None begins a thread."""
    newest = (await queries.message_page(reader, author.id, conversation_id, Window(limit=1))).items
    if not newest:
        return None
    last = await statuses.by_id(reader, newest[0])
    if last is None or last.deleted_at or await queries.thread_length(reader, last, LONGEST_CHAIN) >= LONGEST_CHAIN:
        return None
    return last.id if await views.views(reader, [last.id], author.id) else None
