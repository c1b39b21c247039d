"""Queries of conversations: lists, single ones, their messages, search in them, and how many are unread.

Each page takes a fixed number of queries, however many conversations or messages it shows.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.conversations.models import ConversationView, MessageView, Participant, State
from gazouillis.conversations.tables import conversations, messages, participants
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.statuses import views
from gazouillis.statuses.models import Status, StatusView
from gazouillis.statuses.tables import statuses
from gazouillis.text.folding import words

MOST_COUNTED = 1000
"""Unread conversations are counted up to this number."""
MOST_SEARCHED = 5000
"""How many of the newest messages of an account are searched."""

UNREAD: CacheRegion[AccountId, int] = CacheRegion("unread conversations", 8_000_000)

_account = sa.bindparam("account", type_=sa.BigInteger)
_conversation = sa.bindparam("conversation", type_=sa.BigInteger)
_state = sa.bindparam("state", type_=sa.SmallInteger)
_hidden: sa.BindParameter[int] = sa.bindparam("hidden", expanding=True)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_other, _present = participants.alias("other"), participants.alias("present")

_COLUMNS = tuple(participants.c[name] for name in Participant.__struct_fields__)
_OF_CONVERSATIONS = (
    sa.select(*_COLUMNS, conversations.c.people)
    .join(conversations, conversations.c.id == participants.c.conversation_id)
    .where(participants.c.conversation_id.in_(_ids))
    .order_by(participants.c.conversation_id, participants.c.created_at, participants.c.account_id)
)
_MINE = sa.select(*_COLUMNS).where(participants.c.account_id == _account, participants.c.conversation_id.in_(_ids))
_BY_PEOPLE = sa.select(conversations.c.id).where(conversations.c.people == sa.bindparam("people"))


def _in_conversation(table: Any, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Another account takes part in the conversation."""
    is_other = (table.c.conversation_id == participants.c.conversation_id, table.c.account_id != _account)
    return sa.exists().where(*is_other, *conditions)


# A conversation in which all others are muted or blocked is hidden, and comes back when they no longer are.
_is_shown = sa.or_(_in_conversation(_other, _other.c.account_id.not_in(_hidden)), ~_in_conversation(_present))
_LISTED = sa.select(participants.c.last_status_id, participants.c.conversation_id).where(
    participants.c.account_id == _account, participants.c.state == _state, participants.c.last_status_id.is_not(None), _is_shown
)
_LISTED_AMONG = _LISTED.where(participants.c.conversation_id.in_(_ids))
_LIST = Listing(_LISTED, participants.c.last_status_id)
_UNREAD = sa.select(sa.func.count()).select_from(_LISTED.where(participants.c.is_unread).limit(MOST_COUNTED).subquery())
_REQUESTS = sa.select(sa.func.count()).select_from(_LISTED.limit(MOST_COUNTED).subquery())
_NEWEST_READABLE = (
    sa.select(messages.c.conversation_id, sa.func.max(messages.c.status_id).label("status_id"))
    .where(messages.c.account_id == _account, messages.c.conversation_id.in_(_ids), messages.c.author_id.not_in(_hidden))
    .group_by(messages.c.conversation_id)
)
_MESSAGES = Listing(
    sa.select(messages.c.status_id).where(messages.c.account_id == _account, messages.c.conversation_id == _conversation),
    messages.c.status_id,
)
_ALL_MESSAGES = Listing(
    sa.select(messages.c.status_id)
    .join(
        participants,
        sa.and_(participants.c.account_id == messages.c.account_id, participants.c.conversation_id == messages.c.conversation_id),
    )
    .where(messages.c.account_id == _account, participants.c.state == int(State.OPEN)),
    messages.c.status_id,
)
_OF_STATUS = sa.select(messages.c.conversation_id).where(
    messages.c.status_id == sa.bindparam("status", type_=sa.BigInteger), messages.c.account_id == _account
)
_DELIVERED = sa.select(messages.c.status_id).where(messages.c.status_id.in_(_ids)).distinct()
_TEXTS = (
    sa.select(messages.c.status_id, statuses.c.text, statuses.c.spoiler_text)
    .join(statuses, statuses.c.id == messages.c.status_id)
    .join(
        participants,
        sa.and_(participants.c.account_id == messages.c.account_id, participants.c.conversation_id == messages.c.conversation_id),
    )
    .where(messages.c.account_id == _account, participants.c.state == int(State.OPEN))
    .order_by(messages.c.status_id.desc())
    .limit(MOST_SEARCHED)
)


async def page(reader: Reader, account_id: AccountId, window: Window, *, state: State = State.OPEN) -> Page[int]:
    """Ids of conversations, by their newest message. The cursors are ids of messages."""
    hidden = await _hidden_from(reader, account_id)
    return await _LIST.page(reader, window, account=account_id, state=int(state), hidden=hidden)


async def conversation_views(reader: Reader, ids: Sequence[int], account_id: AccountId) -> list[ConversationView]:
    """In the order of the ids, those in which the account takes part."""
    if not ids:
        return []
    rows = await reader.all(_OF_CONVERSATIONS, {"ids": list(ids)})
    notes, people = {row.conversation_id for row in rows if row.people == str(account_id)}, _by_conversation(rows)
    known = await accounts.by_ids(reader, {one.account_id for group in people.values() for one in group})
    newest = await _newest_readable(reader, ids, account_id)
    seen = {one.id: one for one in await views.views(reader, list(newest.values()), account_id)}
    found = []
    for one in ids:
        mine = next((each for each in people.get(one, ()) if each.account_id == account_id), None)
        if mine is not None:
            others = tuple(known[each.account_id] for each in people[one] if each is not mine and each.account_id in known)
            last = seen.get(newest[one]) if one in newest else None
            found.append(ConversationView(one, others, last, mine.is_unread, mine.state, mine.requested_by_id, one in notes))
    return found


async def conversation_view(reader: Reader, account_id: AccountId, conversation_id: int) -> ConversationView:
    """Raises NotFound when there is none, or the account does not take part in it."""
    found = await conversation_views(reader, [conversation_id], account_id)
    if not found:
        raise no_such_conversation()
    return found[0]


async def listed_views(reader: Reader, ids: Sequence[int], account_id: AccountId) -> list[ConversationView]:
    """Those that are in the account's list of open conversations."""
    parameters = {"account": account_id, "state": int(State.OPEN), "hidden": await _hidden_from(reader, account_id), "ids": list(ids)}
    listed = {row.conversation_id for row in await reader.all(_LISTED_AMONG, parameters)}
    return await conversation_views(reader, [one for one in ids if one in listed], account_id)


async def message_page(reader: Reader, account_id: AccountId, conversation_id: int, window: Window) -> Page[StatusId]:
    """Ids of the messages that this account has of the conversation, newest first."""
    return await _MESSAGES.page(reader, window, account=account_id, conversation=conversation_id)


async def message_views(reader: Reader, ids: Sequence[StatusId], account_id: AccountId) -> list[MessageView]:
    """The messages with these ids (newest first), the oldest first. Those that the account may not read are left out."""
    found = (await views.views(reader, ids, account_id))[::-1]
    answered_ids = [one.status.in_reply_to_id for one in found if one.status.in_reply_to_id]
    answered = {one.id: one for one in await views.views(reader, list(dict.fromkeys(answered_ids)), account_id)} if answered_ids else {}
    shown = []
    before: StatusId | None = None
    for one in found:
        parent = one.status.in_reply_to_id
        shown.append(MessageView(one, answered.get(parent) if parent is not None and parent != before else None))
        before = one.id
    return shown


async def all_messages(reader: Reader, account_id: AccountId, window: Window) -> Page[StatusId]:
    """Ids of the messages of all open conversations of this account."""
    return await _ALL_MESSAGES.page(reader, window, account=account_id)


async def search(reader: Reader, account_id: AccountId, query: str, limit: int) -> list[StatusView]:
    """The newest messages of this account's open conversations with all these words; accents and case do not matter."""
    wanted = words(query)
    if not wanted:
        return []
    rows = await reader.all(_TEXTS, {"account": account_id})
    return await views.views(reader, await asyncio.to_thread(_with_words, rows, wanted, limit), account_id)


def _with_words(rows: Sequence[Row], wanted: Sequence[str], limit: int) -> list[StatusId]:
    """The first messages with a word that begins with each of these. Takes up to a second for long histories: not for the event loop."""
    found = []
    for row in rows:
        present = words(f"{row.spoiler_text} {row.text}")
        if all(any(each.startswith(one) for each in present) for one in wanted):
            found.append(StatusId(row.status_id))
            if len(found) == limit:
                break
    return found


async def conversations_of(reader: Reader, account_id: AccountId, status_ids: Collection[StatusId]) -> dict[StatusId, int]:
    """By message, the id of the conversation in which this account has it."""
    rows = await reader.all(
        sa.select(messages.c.status_id, messages.c.conversation_id).where(
            messages.c.status_id.in_(list(status_ids)), messages.c.account_id == account_id
        )
    )
    return {StatusId(row.status_id): row.conversation_id for row in rows}


async def thread_length(reader: Reader, status: Status, most: int) -> int:
    """How many statuses its thread has; at most `most`."""
    found = sa.select(statuses.c.id).where(statuses.c.conversation_id == status.conversation_id).limit(most).subquery()
    length: int = await reader.value(sa.select(sa.func.count()).select_from(found))
    return length


async def of_status(reader: Reader, account_id: AccountId, status_id: StatusId) -> int | None:
    """The conversation in which this account has the message; None when it has none such."""
    found: int | None = await reader.value(_OF_STATUS, {"status": status_id, "account": account_id})
    return found


async def participant(reader: Reader, account_id: AccountId, conversation_id: int) -> Participant:
    """Raises NotFound."""
    row = await reader.one(_MINE, {"account": account_id, "ids": [conversation_id]})
    if row is None:
        raise no_such_conversation()
    return _participant(row)


async def participants_of(reader: Reader, conversation_id: int) -> dict[AccountId, Participant]:
    rows = await reader.all(_OF_CONVERSATIONS, {"ids": [conversation_id]})
    return {row.account_id: _participant(row) for row in rows}


async def by_people(reader: Reader, key: str) -> int | None:
    """The id of the conversation of these people (`models.people_key`)."""
    found: int | None = await reader.value(_BY_PEOPLE, {"people": key})
    return found


async def delivered(reader: Reader, ids: Sequence[StatusId]) -> set[StatusId]:
    """Which of these messages are in a conversation already."""
    return set(await reader.values(_DELIVERED, {"ids": list(ids)}))


async def unread_count(reader: Reader, account_id: AccountId) -> int:
    """How many listed conversations are unread; at most `MOST_COUNTED`. Not cached while a mute can expire, which no event tells."""
    hidden = await graph.blocks_and_mutes(reader, account_id)
    if hidden.has_expiring_mutes:
        return (await _count(reader, (account_id,)))[account_id]
    return (await cached(reader, UNREAD, (account_id,), _count))[account_id]


async def requests_count(reader: Reader, account_id: AccountId) -> int:
    """How many requests wait for an answer; at most `MOST_COUNTED`."""
    parameters = {"account": account_id, "state": int(State.REQUEST), "hidden": await _hidden_from(reader, account_id)}
    found: int = await reader.value(_REQUESTS, parameters)
    return found


def no_such_conversation() -> NotFound:
    return NotFound(_("There is no such conversation"))


async def _count(reader: Reader, account_ids: Collection[AccountId]) -> dict[AccountId, int]:
    return {
        one: await reader.value(_UNREAD, {"account": one, "state": int(State.OPEN), "hidden": await _hidden_from(reader, one)})
        for one in account_ids
    }


async def _hidden_from(reader: Reader, account_id: AccountId) -> list[AccountId]:
    """Whom the account blocks or mutes now, and who blocks it."""
    hidden = await graph.blocks_and_mutes(reader, account_id)
    return sorted({*hidden.blocked, *(one for one in hidden.muted if hidden.mutes(one, reader))})


async def _newest_readable(reader: Reader, ids: Sequence[int], account_id: AccountId) -> dict[int, StatusId]:
    hidden = (await graph.blocks_and_mutes(reader, account_id)).blocked
    rows = await reader.all(_NEWEST_READABLE, {"account": account_id, "ids": list(ids), "hidden": sorted(hidden)})
    return {row.conversation_id: StatusId(row.status_id) for row in rows}


def _by_conversation(rows: Sequence[Row]) -> Mapping[int, list[Participant]]:
    found = defaultdict[int, list[Participant]](list)
    for row in rows:
        found[row.conversation_id].append(_participant(row))
    return found


def _participant(row: Row) -> Participant:
    return Participant(
        AccountId(row.account_id),
        row.conversation_id,
        State(row.state),
        row.requested_by_id,
        row.is_unread,
        row.last_status_id,
        row.has_written,
        row.unanswered,
    )
