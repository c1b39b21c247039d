"""Loads how the recipients of a message stand to its author, and whom the author has begun to write to lately."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from gazouillis.conversations.models import MessagePolicy, Participant, Standing, State, people_key
from gazouillis.conversations.tables import conversations, message_policies, participants
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Reader

_account = sa.bindparam("account", type_=sa.BigInteger)
_author = sa.bindparam("author", type_=sa.BigInteger)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)

_HAVE_WRITTEN = (
    sa.select(participants.c.account_id)
    .join(conversations, conversations.c.id == participants.c.conversation_id)
    .where(
        conversations.c.people.in_(sa.bindparam("people", expanding=True)),
        participants.c.account_id != _author,
        participants.c.has_written,
    )
)
_HAVE_DECLINED = sa.select(participants.c.account_id).where(
    participants.c.requested_by_id == _author, participants.c.state == int(State.DECLINED), participants.c.account_id.in_(_ids)
)
_POLICIES = sa.select(message_policies.c.account_id, message_policies.c.policy).where(message_policies.c.account_id.in_(_ids))
_BEGUN = (
    sa.select(participants.c.created_at)
    .where(
        participants.c.requested_by_id == _author,
        participants.c.created_at > sa.bindparam("since", type_=Moment),
        sa.not_(participants.c.has_written),
    )
    .order_by(participants.c.created_at)
)


async def standings(
    reader: Reader, author_id: AccountId, recipient_ids: Collection[AccountId], known: Mapping[AccountId, Participant]
) -> dict[AccountId, Standing]:
    """By recipient. `known`: the participants of the conversation, as far as it exists."""
    ids = sorted(one for one in recipient_ids if one != author_id)
    if not ids:
        return {}
    following = await graph.followers_among(reader, author_id, ids)
    pairs = [people_key([author_id, one]) for one in ids]
    knowing = {one for one in ids if one in known and known[one].has_written}
    knowing.update(await reader.values(_HAVE_WRITTEN, {"people": pairs, "author": author_id}))
    declining = set(await reader.values(_HAVE_DECLINED, {"author": author_id, "ids": ids}))
    policies = {row.account_id: MessagePolicy(row.policy) for row in await reader.all(_POLICIES, {"ids": ids})}
    return {one: Standing(one in following, one in knowing, one in declining, policies.get(one, MessagePolicy.REQUESTS)) for one in ids}


async def begun(reader: Reader, author_id: AccountId, since: datetime) -> list[datetime]:
    """When the author began to write to somebody who did not follow them, and who has not answered: the oldest first."""
    return list(await reader.values(_BEGUN, {"author": author_id, "since": since}))


async def message_policy(reader: Reader, account_id: AccountId) -> MessagePolicy:
    """Who may write to this account."""
    rows = await reader.all(_POLICIES, {"ids": [account_id]})
    return MessagePolicy(rows[0].policy) if rows else MessagePolicy.REQUESTS
