"""Command: ask the others to agree that messages of a conversation are published. Nothing is published before all have agreed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.conversations import extracts as lookups
from gazouillis.conversations import queries
from gazouillis.conversations.events import ConversationChanged, ExtractAsked
from gazouillis.conversations.models import Extract, ExtractState, State, asked_for
from gazouillis.conversations.tables import extract_messages, extract_people, extracts
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Conflict, Invalid, TooMany
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.publish import Extract as Publishable

MOST_OPEN = 3
"""How many requests of one account wait for an answer at the same time in one conversation."""
MOST_A_DAY = 20


async def ask(tx: Tx, asker: Account, conversation_id: int, ids: Collection[StatusId], visibility: Visibility, base_url: str) -> Extract:
    """Asks everybody whose words are among these messages. Somebody who may not read all of them is not told: the request waits, and its
    asker cannot tell it from others.

    Raises NotFound unless the asker takes part in the conversation, Conflict when somebody cannot be asked or has refused this before,
    TooMany, and as `extracts.picked`.
    """
    if (await queries.participant(tx, asker.id, conversation_id)).state is not State.OPEN:
        raise queries.no_such_conversation()
    if visibility not in lookups.AUDIENCES:
        raise Invalid(_("{field} is not valid", field="visibility"), field="visibility", code="ERR_INCLUSION")
    await lock(tx, f"extracts of {asker.id}")
    shown = await lookups.picked(tx, asker, conversation_id, ids)
    others = {one.account.id: one.account for one in shown if one.account.id != asker.id}
    blocked = (await graph.blocks_and_mutes(tx, asker.id)).blocked
    if any(one in blocked or not account.is_visible for one, account in others.items()):
        raise Conflict(_("Somebody whose words these are cannot be asked any more"))
    request = asked_for(one.id for one in shown if one.account.id in others)
    await _check_rate(tx, asker, conversation_id, request)
    return await _insert(tx, asker, conversation_id, shown, request, lookups.publishable(asker, shown, visibility, base_url))


async def _insert(tx: Tx, asker: Account, conversation_id: int, shown: list[StatusView], request: str, publishable: Publishable) -> Extract:
    extract_id, others = tx.new_id(), [one.id for one in publishable.quoted]
    row = {
        "id": extract_id,
        "conversation_id": conversation_id,
        "asker_id": asker.id,
        "state": int(ExtractState.ASKED),
        "visibility": int(publishable.visibility),
        "asked_for": request,
        "content": publishable.content,
        "spoiler_text": publishable.spoiler_text,
        "language": publishable.language,
        "status_id": None,
        "ended_by_id": None,
        "created_at": tx.now,
    }
    await tx.run(sa.insert(extracts), row)
    for one in shown:
        await tx.run(sa.insert(extract_messages), {"extract_id": extract_id, "status_id": one.id})
    for account_id in (asker.id, *others):
        person = {"extract_id": extract_id, "account_id": account_id, "has_agreed": account_id == asker.id}
        await tx.run(sa.insert(extract_people), person)
    told = await lookups.who_reads(tx, [one.id for one in shown], others)
    await tx.emit(*(ExtractAsked(conversation_id, one, asker.id, shown[0].id) for one in told))
    await tx.emit(*(ConversationChanged(conversation_id, one) for one in (asker.id, *told)))
    return await lookups.by_id(tx, asker.id, extract_id)


async def _check_rate(reader: Reader, asker: Account, conversation_id: int, request: str) -> None:
    """What the others refused or took back is not asked a second time; the asker's own words in it make no difference."""
    mine = (extracts.c.asker_id == asker.id, extracts.c.conversation_id == conversation_id)
    same = await reader.all(sa.select(extracts.c.state, extracts.c.ended_by_id).where(*mine, extracts.c.asked_for == request))
    if any(ExtractState(one.state).is_standing for one in same):
        raise Conflict(_("You have asked for these messages already"))
    ended = {ExtractState.REFUSED, ExtractState.WITHDRAWN}
    if any(ExtractState(one.state) in ended and one.ended_by_id != asker.id for one in same):
        raise Conflict(_("These messages cannot be asked for again"))
    if await _count(reader, *mine, extracts.c.state == int(ExtractState.ASKED)) >= MOST_OPEN:
        sentence = counted("{count} of your requests waits for an answer", "{count} of your requests wait for an answer", MOST_OPEN)
        raise Conflict(sentence)
    if await _count(reader, extracts.c.asker_id == asker.id, extracts.c.created_at > reader.now - timedelta(days=1)) >= MOST_A_DAY:
        raise TooMany(retry_after=3600)


async def _count(reader: Reader, *which: sa.ColumnElement[bool]) -> int:
    found: int = await reader.value(sa.select(sa.func.count()).select_from(extracts).where(*which))
    return found
