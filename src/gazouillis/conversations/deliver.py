"""Delivery of direct statuses: adds each to the conversation of its people, for everybody who receives it.

The command that sends a message (`send.py`) delivers it in its own transaction. The reaction to `StatusPublished` does the same for direct
statuses that were published without it; a message that was delivered already stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.conversations import queries, requests, rules
from gazouillis.conversations.check import check_may_write
from gazouillis.conversations.events import ConversationChanged, MessageArrived
from gazouillis.conversations.models import Participant, Standing, State, people_key
from gazouillis.conversations.rules import MOST_UNANSWERED
from gazouillis.conversations.standings import standings as load_standings
from gazouillis.conversations.tables import conversations, messages, participants
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx, insert_or_ignore, lock
from gazouillis.statuses import deliveries
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.events import StatusNarrowed, StatusPublished
from gazouillis.statuses.models import Delivery, Visibility
from gazouillis.statuses.rules import MOST_IN_CONVERSATION

_INSERT_CONVERSATION = insert_or_ignore(conversations)
_INSERT_PARTICIPANT = insert_or_ignore(participants)
_INSERT_MESSAGE = insert_or_ignore(messages)
_status = sa.bindparam("status", type_=sa.BigInteger)
_ADVANCE = (
    sa.update(participants)
    .where(
        participants.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
        participants.c.conversation_id == sa.bindparam("conversation", type_=sa.BigInteger),
        sa.func.coalesce(participants.c.last_status_id, 0) < _status,
    )
    .values(
        last_status_id=_status, is_unread=sa.bindparam("unread", type_=sa.Boolean), state=sa.bindparam("new_state", type_=sa.SmallInteger)
    )
)
_of_one = (
    participants.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
    participants.c.conversation_id == sa.bindparam("conversation", type_=sa.BigInteger),
)
_HAS_WRITTEN = sa.update(participants).where(*_of_one).values(has_written=True, unanswered=0)
_COUNT_UNANSWERED = (
    sa.update(participants).where(*_of_one, participants.c.unanswered < MOST_UNANSWERED).values(unanswered=participants.c.unanswered + 1)
)


async def on_statuses_published(tx: Tx, events: Sequence[StatusPublished]) -> None:
    direct = {one.status_id: one.account_id for one in events if one.visibility is Visibility.DIRECT}
    if not direct:
        return
    delivered = await queries.delivered(tx, list(direct))
    recipients = await statuses.mentioned_in(tx, [one for one in direct if one not in delivered])
    for status_id, author_id in direct.items():
        if status_id in recipients:
            await deliver(tx, status_id, author_id, recipients[status_id])


async def on_status_narrowed(tx: Tx, event: StatusNarrowed) -> None:
    """A post that only those it names may read any more is a private message, if they are few enough for a conversation."""
    people = {event.account_id, *event.after.mentioned_ids}
    if event.after.visibility is Visibility.DIRECT and len(people) <= MOST_IN_CONVERSATION:
        await deliver(tx, event.status_id, event.account_id, people)


async def deliver(
    tx: Tx, status_id: StatusId, author_id: AccountId, recipient_ids: Collection[AccountId], *, checks_author: bool = False
) -> int:
    """Returns the id of the conversation. `checks_author`: raises as `check.check_may_write`; else, what may not be sent reaches nobody."""
    people = {author_id, *recipient_ids}
    if checks_author:
        await lock(tx, f"messages:{author_id}")  # messages that are sent at once would not count each other
    conversation_id = await _conversation(tx, people)
    await requests.lock_conversation(tx, conversation_id)
    known = await queries.participants_of(tx, conversation_id)
    standings = await load_standings(tx, author_id, people, known)
    if checks_author:
        await check_may_write(tx, author_id, standings, known)
    states = {one: rules.state_after_message(known.get(one), standing, author_id) for one, standing in standings.items()}
    states[author_id] = State.OPEN
    await _add(tx, conversation_id, author_id, {one: states[one] for one in people - known.keys()}, standings)
    local = {one.id for one in (await accounts.by_ids(tx, people)).values() if one.is_local}
    reached = await _reached(tx, author_id, states, standings, known) & local
    for one in sorted(local):
        if one != author_id and standings[one].is_stranger:
            await tx.run(_COUNT_UNANSWERED, {"account": one, "conversation": conversation_id})
        if one not in reached:
            await deliveries.change(tx, one, [status_id], Delivery.FULL, Delivery.NONE)
            continue
        if states[one] is State.OPEN and one in known and known[one].state is State.REQUEST:
            await requests.open_for(tx, one, conversation_id)
        await _add_message(tx, conversation_id, status_id, author_id, one, states[one])
    return conversation_id


async def _add_message(tx: Tx, conversation_id: int, status_id: StatusId, author_id: AccountId, one: AccountId, state: State) -> None:
    """Of a request, apps are told nothing; open pages show the number of requests."""
    row = {"account_id": one, "conversation_id": conversation_id, "status_id": status_id, "author_id": author_id}
    is_own, is_request = one == author_id, state is State.REQUEST
    if is_request:
        await deliveries.change(tx, one, [status_id], Delivery.FULL, Delivery.TEXT)
    if await tx.run(_INSERT_MESSAGE, row):
        advance = {"account": one, "conversation": conversation_id, "status": status_id, "unread": not is_own, "new_state": int(state)}
        await tx.run(_ADVANCE, advance)
    if is_own:
        await tx.run(_HAS_WRITTEN, {"account": one, "conversation": conversation_id})
    await tx.emit(ConversationChanged(conversation_id, one) if is_request else MessageArrived(conversation_id, one))


async def _conversation(tx: Tx, people: Collection[AccountId]) -> int:
    key = people_key(people)
    present = await queries.by_people(tx, key)
    if present is not None:
        return present
    await tx.run(_INSERT_CONVERSATION, {"id": tx.new_id(), "people": key})
    made = await queries.by_people(tx, key)  # perhaps another transaction was faster
    assert made is not None
    return made


async def _add(
    tx: Tx, conversation_id: int, author_id: AccountId, states: Mapping[AccountId, State], standings: Mapping[AccountId, Standing]
) -> None:
    """Adds participants. `requested_by_id` is set for all to whom the author is a stranger, whatever becomes of the message."""
    for one in sorted(states):
        row = {
            "account_id": one,
            "conversation_id": conversation_id,
            "state": int(states[one]),
            "requested_by_id": author_id if one != author_id and standings[one].is_stranger else None,
            "is_unread": False,
            "last_status_id": None,
            "created_at": tx.now,
            "has_written": False,
            "unanswered": 0,
        }
        await tx.run(_INSERT_PARTICIPANT, row)


async def _reached(
    tx: Tx,
    author_id: AccountId,
    states: Mapping[AccountId, State],
    standings: Mapping[AccountId, Standing],
    known: Mapping[AccountId, Participant],
) -> set[AccountId]:
    """Whom the message reaches. Nobody else notices that it does not reach the others."""
    blocked = (await graph.blocks_and_mutes(tx, author_id)).blocked
    reached = {author_id}
    for one, standing in standings.items():
        is_taken = states[one] is not State.DECLINED and rules.takes(known.get(one), standing)
        if is_taken and one not in blocked:
            reached.add(one)
    return reached
