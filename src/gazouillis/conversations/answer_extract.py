"""Commands: agree to an extract, or refuse it. When the last one agrees, it is published."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.conversations import extracts as lookups
from gazouillis.conversations.events import ConversationChanged, ExtractAnswered, ExtractPublished
from gazouillis.conversations.models import Extract, ExtractState
from gazouillis.conversations.tables import extract_people, extracts
from gazouillis.conversations.withdraw_extract import end
from gazouillis.infra.basics.errors import Conflict, Forbidden
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.statuses.publish import Extract as Publishable
from gazouillis.statuses.publish import publish_extract


async def agree(tx: Tx, account: Account, extract_id: int, base_url: str) -> Extract:
    """Doing it twice changes nothing.

    Raises NotFound unless it concerns this account, Forbidden when the account asked itself, Conflict when it has ended.
    """
    extract = await _asked(tx, account, extract_id)
    if extract.state is ExtractState.PUBLISHED or account.id not in extract.awaited_ids:
        return extract
    mine = (extract_people.c.extract_id == extract_id, extract_people.c.account_id == account.id)
    await tx.run(sa.update(extract_people).where(*mine).values(has_agreed=True))
    await tx.emit(ExtractAnswered(extract.conversation_id, account.id, extract.asker_id, extract.message_ids[0]))
    if extract.awaited_ids == (account.id,):
        await _publish(tx, account, extract, base_url)
    await tx.emit(*(ConversationChanged(extract.conversation_id, one) for one in extract.people_ids))
    return await lookups.by_id(tx, account.id, extract_id)


async def refuse(tx: Tx, account: Account, extract_id: int) -> Extract:
    """The asker cannot ask for the same messages again. Raises as `agree`."""
    extract = await _asked(tx, account, extract_id)
    if extract.state is ExtractState.PUBLISHED:
        raise Conflict(_("It is published already: take it back instead"))
    await end(tx, extract, ExtractState.REFUSED, account.id)
    return await lookups.by_id(tx, account.id, extract_id)


async def _asked(tx: Tx, account: Account, extract_id: int) -> Extract:
    await lookups.by_id(tx, account.id, extract_id)
    await lock(tx, f"extract {extract_id}")
    extract = await lookups.by_id(tx, account.id, extract_id)
    if extract.asker_id == account.id:
        raise Forbidden(_("You asked for this yourself: the others answer"))
    if not extract.state.is_standing:
        raise Conflict(_("This request has ended"))
    return extract


async def _publish(tx: Tx, last: Account, extract: Extract, base_url: str) -> None:
    """Checks once more that the words are those that all agreed on: an event that cancels the request may not have been handled yet."""
    asker = (await accounts.by_ids(tx, [extract.asker_id])).get(extract.asker_id)
    publishable = await _as_agreed(tx, asker, extract, base_url) if asker is not None and asker.is_visible else None
    if asker is None or publishable is None:
        raise Conflict(_("This request has ended"))
    status = await publish_extract(tx, asker, publishable)
    published = {"state": int(ExtractState.PUBLISHED), "status_id": status.id}
    await tx.run(sa.update(extracts).where(extracts.c.id == extract.id).values(published))
    await tx.emit(ExtractPublished(extract.conversation_id, asker.id, last.id, status.id))


async def _as_agreed(reader: Reader, asker: Account, extract: Extract, base_url: str) -> Publishable | None:
    """None when a message was edited or deleted, when one of its people has left, or when one may not read all of it, as after a block."""
    people = await accounts.by_ids(reader, extract.people_ids)
    if any(one not in people or not people[one].is_visible for one in extract.people_ids):
        return None
    if set(await lookups.who_reads(reader, extract.message_ids, extract.people_ids)) != set(extract.people_ids):
        return None
    shown = await lookups.by_message_ids(reader, extract)
    if shown is None:
        return None
    publishable = lookups.publishable(asker, shown, extract.visibility, base_url)
    return publishable if publishable.content == extract.content else None
