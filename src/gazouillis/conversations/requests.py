"""Commands: answer a request, and choose who may write at all.

A request is a conversation in the state `REQUEST`: somebody wrote whom the recipient does not follow. Nothing tells the sender whether it
was read, accepted or declined.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.conversations import queries
from gazouillis.conversations.events import ConversationChanged, RequestAccepted
from gazouillis.conversations.models import MessagePolicy, State
from gazouillis.conversations.tables import message_policies, messages, participants
from gazouillis.graph import queries as graph
from gazouillis.graph.events import AccountFollowed
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx, insert_or_ignore, lock
from gazouillis.statuses import deliveries
from gazouillis.statuses.models import Delivery

_account = sa.bindparam("account", type_=sa.BigInteger)
_conversation = sa.bindparam("conversation", type_=sa.BigInteger)
_of_one = (participants.c.account_id == _account, participants.c.conversation_id == _conversation)
_is_request = participants.c.state == int(State.REQUEST)
_OPEN = sa.update(participants).where(*_of_one, _is_request).values(state=int(State.OPEN))
_DECLINE = sa.update(participants).where(*_of_one, _is_request).values(state=int(State.DECLINED), is_unread=False, last_status_id=None)
_own_messages = (messages.c.account_id == _account, messages.c.conversation_id == _conversation)
_MESSAGES = sa.select(messages.c.status_id).where(*_own_messages)
_DELETE_MESSAGES = sa.delete(messages).where(*_own_messages)
_REQUESTED_BY = sa.select(participants.c.conversation_id).where(
    participants.c.requested_by_id == sa.bindparam("author", type_=sa.BigInteger), participants.c.account_id == _account, _is_request
)


async def accept(tx: Tx, account: Account, conversation_id: int) -> None:
    """It becomes an ordinary conversation, with all its messages. Raises NotFound unless it is a request, or was one."""
    await lock_conversation(tx, conversation_id)
    if (await queries.participant(tx, account.id, conversation_id)).state is State.DECLINED:
        raise queries.no_such_conversation()
    await open_for(tx, account.id, conversation_id)


async def decline(tx: Tx, account: Account, conversation_id: int) -> None:
    """Its messages are gone for this account, and who sent the first one cannot try again. Raises NotFound unless it is a request."""
    await lock_conversation(tx, conversation_id)
    if (await queries.participant(tx, account.id, conversation_id)).state is State.OPEN:
        raise queries.no_such_conversation()
    one = {"account": account.id, "conversation": conversation_id}
    if not await tx.run(_DECLINE, one):
        return
    await deliveries.change(tx, account.id, await _message_ids(tx, one), Delivery.TEXT, Delivery.NONE)
    await tx.run(_DELETE_MESSAGES, one)
    await tx.emit(ConversationChanged(conversation_id, account.id))


async def open_for(tx: Tx, account_id: AccountId, conversation_id: int) -> None:
    """Opens a request; does nothing to other conversations."""
    one = {"account": account_id, "conversation": conversation_id}
    if await tx.run(_OPEN, one):
        ids = await _message_ids(tx, one)
        await deliveries.change(tx, account_id, ids, Delivery.TEXT, Delivery.FULL)
        await tx.emit(RequestAccepted(conversation_id, account_id, tuple(ids)))


async def lock_conversation(tx: Tx, conversation_id: int) -> None:
    """A message that arrives while a request is answered waits for the answer. Take several of these locks in the order of the ids."""
    await lock(tx, f"conversation:{conversation_id}")


async def on_account_followed(tx: Tx, event: AccountFollowed) -> None:
    """Who follows somebody accepts their requests. By now, the follow may have ended."""
    if not await graph.followed_among(tx, event.account_id, [event.target_id]):
        return
    for one in sorted(await tx.values(_REQUESTED_BY, {"author": event.target_id, "account": event.account_id})):
        await lock_conversation(tx, one)
        await open_for(tx, event.account_id, one)


async def choose_who_may_write(tx: Tx, account: Account, policy: MessagePolicy) -> None:
    """For what is written from now on."""
    row = {"account_id": account.id, "policy": int(policy)}
    if not await tx.run(insert_or_ignore(message_policies), row):
        await tx.run(sa.update(message_policies).where(message_policies.c.account_id == account.id).values(policy=int(policy)))


async def _message_ids(tx: Tx, one: dict[str, int]) -> list[StatusId]:
    return [StatusId(each) for each in await tx.values(_MESSAGES, one)]
