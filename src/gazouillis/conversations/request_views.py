"""Requests as their recipient lists them, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.conversations import queries
from gazouillis.conversations.models import ConversationView, State
from gazouillis.conversations.tables import messages, participants
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader

MOST_COUNTED = 1000

_account = sa.bindparam("account", type_=sa.BigInteger)
_of_participant = (messages.c.account_id == participants.c.account_id, messages.c.conversation_id == participants.c.conversation_id)
_SIZES = (
    sa.select(participants.c.conversation_id, participants.c.created_at, sa.func.count(messages.c.status_id).label("messages"))
    .join(messages, sa.and_(*_of_participant))
    .where(participants.c.account_id == _account, participants.c.conversation_id.in_(sa.bindparam("ids", expanding=True)))
    .group_by(participants.c.conversation_id, participants.c.created_at)
)
_PENDING = sa.select(sa.func.count()).select_from(
    sa.select(messages.c.status_id)
    .join(participants, sa.and_(*_of_participant))
    .where(
        participants.c.account_id == _account,
        participants.c.state == int(State.REQUEST),
        participants.c.last_status_id.is_not(None),
        messages.c.author_id.not_in(sa.bindparam("hidden", expanding=True)),
    )
    .limit(MOST_COUNTED)
    .subquery()
)


class RequestView(msgspec.Struct, frozen=True):
    """`account` wrote the first message; `count` is how many there are."""

    conversation: ConversationView
    account: Account
    count: int
    created_at: datetime

    @property
    def updated_at(self) -> datetime:
        last = self.conversation.last
        return max(self.created_at, last.status.created_at) if last else self.created_at


async def request_views(reader: Reader, ids: Sequence[int], account_id: AccountId) -> list[RequestView]:
    """In the order of the ids. Conversations that are no requests of this account are left out, and those whose sender is gone."""
    found = [one for one in await queries.conversation_views(reader, ids, account_id) if one.state is State.REQUEST]
    if not found:
        return []
    sizes = {row.conversation_id: row for row in await reader.all(_SIZES, {"account": account_id, "ids": [one.id for one in found]})}
    senders = await accounts.by_ids(reader, {one.requested_by_id for one in found if one.requested_by_id is not None})
    shown = []
    for one in found:
        sender = senders.get(one.requested_by_id) if one.requested_by_id is not None else None
        if one.id in sizes and sender is not None and sender.is_visible:
            shown.append(RequestView(one, sender, sizes[one.id].messages, sizes[one.id].created_at))
    return shown


async def pending_messages(reader: Reader, account_id: AccountId) -> int:
    """How many messages the requests of this account have; at most `MOST_COUNTED`."""
    blocked = (await graph.blocks_and_mutes(reader, account_id)).blocked
    found: int = await reader.value(_PENDING, {"account": account_id, "hidden": sorted(blocked)})
    return found
