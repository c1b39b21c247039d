"""Command: take an extract back, before or after it was published; and the events that take it back by themselves.

Either of its people can, at any time. It ends as well when one of its messages is deleted, when two of its people are in a block, and when
one of them leaves; before it is published, also when one of its messages is edited. It never comes back by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.events import OnAccount
from gazouillis.accounts.models import Account
from gazouillis.accounts.tables import accounts as accounts_table
from gazouillis.conversations import extracts as lookups
from gazouillis.conversations.events import ConversationChanged, ExtractAnswered
from gazouillis.conversations.models import Extract, ExtractState
from gazouillis.conversations.tables import extract_messages, extract_people, extracts
from gazouillis.graph.events import AccountBlocked, DomainBlocked
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.statuses import delete as deleting
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.events import StatusDeleted, StatusEdited
from gazouillis.statuses.models import Visibility

_STANDING = extracts.c.state.in_([int(ExtractState.ASKED), int(ExtractState.PUBLISHED)])


async def withdraw(tx: Tx, account: Account, extract_id: int) -> Extract:
    """Its status is deleted. Doing it twice changes nothing. Raises NotFound unless it concerns this account."""
    extract = await lookups.by_id(tx, account.id, extract_id)
    await _end_locked(tx, extract.id, account.id)
    return await lookups.by_id(tx, account.id, extract_id)


async def end(tx: Tx, extract: Extract, state: ExtractState, by: AccountId) -> None:
    """Its words are deleted here, and nothing is asked any more. The caller holds the lock."""
    ended = {"state": int(state), "content": "", "spoiler_text": "", "ended_by_id": by}
    await tx.run(sa.update(extracts).where(extracts.c.id == extract.id).values(ended))
    conversation_id, first = extract.conversation_id, extract.message_ids[0]
    await tx.emit(*(ExtractAnswered(conversation_id, one, extract.asker_id, first) for one in extract.awaited_ids))
    await tx.emit(*(ConversationChanged(conversation_id, one) for one in extract.people_ids))


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    """A message of extracts, or the status of one."""
    if event.original_id is None:
        of_status = await tx.values(sa.select(extracts.c.id).where(extracts.c.status_id == event.status_id, _STANDING))
        await _end_all(tx, {*of_status, *(await _with_message(tx, event.status_id, event.visibility))}, event.account_id)


async def on_status_edited(tx: Tx, event: StatusEdited) -> None:
    """What was published before stays as all agreed to it."""
    for extract_id in await _with_message(tx, event.status_id, event.visibility):
        await _end_locked(tx, extract_id, event.account_id, only=ExtractState.ASKED)


async def on_account_blocked(tx: Tx, event: AccountBlocked) -> None:
    other = sa.select(extract_people.c.extract_id).where(extract_people.c.account_id == event.target_id)
    await _end_all(tx, await _concerning(tx, event.account_id, extracts.c.id.in_(other)), event.account_id)


async def on_domain_blocked(tx: Tx, event: DomainBlocked) -> None:
    of_domain = sa.select(accounts_table.c.id).where(accounts_table.c.domain == event.domain)
    theirs = sa.select(extract_people.c.extract_id).where(extract_people.c.account_id.in_(of_domain))
    await _end_all(tx, await _concerning(tx, event.account_id, extracts.c.id.in_(theirs)), event.account_id)


async def on_account_gone(tx: Tx, event: OnAccount) -> None:
    """It is suspended, or its person wants it deleted: nobody could take back for them what they agreed to."""
    await withdraw_all(tx, event.account_id)


async def withdraw_all(tx: Tx, account_id: AccountId) -> None:
    """All that concern this account and stand."""
    await _end_all(tx, await _concerning(tx, account_id), account_id)


async def _end_all(tx: Tx, ids: Sequence[int] | set[int], by: AccountId) -> None:
    for extract_id in sorted(ids):
        await _end_locked(tx, extract_id, by)


async def _end_locked(tx: Tx, extract_id: int, by: AccountId, *, only: ExtractState | None = None) -> None:
    await lock(tx, f"extract {extract_id}")
    [extract] = await lookups.by_ids(tx, [extract_id])
    if not extract.state.is_standing or (only is not None and extract.state is not only):
        return
    if extract.state is ExtractState.ASKED:
        is_refused = by != extract.asker_id and only is None
        await end(tx, extract, ExtractState.REFUSED if is_refused else ExtractState.CANCELLED, by)
        return
    await end(tx, extract, ExtractState.WITHDRAWN, by)
    await _delete_status(tx, extract)


async def _delete_status(tx: Tx, extract: Extract) -> None:
    asker = (await accounts.by_ids(tx, [extract.asker_id])).get(extract.asker_id)
    status = await statuses.by_id(tx, extract.status_id) if extract.status_id else None
    if asker is not None and status is not None and status.deleted_at is None:
        await deleting.delete(tx, asker, status.id)


async def _with_message(reader: Reader, status_id: StatusId, visibility: Visibility) -> Sequence[int]:
    if visibility is not Visibility.DIRECT:
        return ()
    found = sa.select(extracts.c.id).join(extract_messages, extract_messages.c.extract_id == extracts.c.id)
    return await reader.values(found.where(extract_messages.c.status_id == status_id, _STANDING))


async def _concerning(reader: Reader, account_id: AccountId, *which: sa.ColumnElement[bool]) -> Sequence[int]:
    found = sa.select(extracts.c.id).join(extract_people, extract_people.c.extract_id == extracts.c.id)
    return await reader.values(found.where(extract_people.c.account_id == account_id, _STANDING, *which))
