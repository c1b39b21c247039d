"""Keeps what search looks in. Run in the worker's transaction: the counts of uses stay true."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.events import AccountRegistered, AccountRejected, ProfileChanged
from gazouillis.infra.database import Tx, insert_or_ignore
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.search import matching
from gazouillis.search.tables import searched_accounts, searched_statuses, searched_tags
from gazouillis.search.words import indexed, names
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.events import StatusDeleted, StatusEdited, StatusPublished
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.tables import status_tags
from gazouillis.text.cleaning import plain


async def on_status_published(tx: Tx, event: StatusPublished) -> None:
    await _index_status(tx, event.status_id)


async def on_status_edited(tx: Tx, event: StatusEdited) -> None:
    await _index_status(tx, event.status_id)


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    await _forget_status(tx, event.status_id)


async def on_account_registered(tx: Tx, event: AccountRegistered) -> None:
    await _index_account(tx, event.account_id)


async def on_profile_changed(tx: Tx, event: ProfileChanged) -> None:
    await _index_account(tx, event.account_id)


async def on_account_rejected(tx: Tx, event: AccountRejected) -> None:
    await _forget_account(tx, event.account_id)


def words_of_status(status: Status) -> list[str]:
    return indexed(status.spoiler_text, status.text or plain(status.content))


async def _index_status(tx: Tx, status_id: StatusId) -> None:
    """Direct statuses are letters: they are not searched, even by those they are for."""
    await _forget_status(tx, status_id)
    status = await statuses.by_id(tx, status_id)
    if status is None or status.deleted_at or status.visibility is Visibility.DIRECT:
        return
    written = {}
    if status.visibility is Visibility.PUBLIC:
        rows = await tx.all(sa.select(status_tags.c.tag, status_tags.c.name).where(status_tags.c.status_id == status_id))
        written = {row.tag: row.name for row in rows}
    kept = matching.kept(tx.dialect, matching.document(tx.dialect, words_of_status(status)))
    await tx.run(sa.insert(searched_statuses).values(rowid=status_id, words=kept, tags=" ".join(written)))
    if written:
        await tx.run(insert_or_ignore(searched_tags), [{"tag": tag, "name": name, "uses": 0} for tag, name in written.items()])
        await _count(tx, written, 1)


async def _forget_status(tx: Tx, status_id: StatusId) -> None:
    mine = searched_statuses.c.rowid == status_id
    if counted := await tx.value(sa.select(searched_statuses.c.tags).where(mine)):
        await _count(tx, counted.split(" "), -1)
    await tx.run(sa.delete(searched_statuses).where(mine))


async def _count(tx: Tx, tags: Collection[str], change: int) -> None:
    await tx.run(sa.update(searched_tags).where(searched_tags.c.tag.in_(list(tags))).values(uses=searched_tags.c.uses + change))


async def _index_account(tx: Tx, account_id: AccountId) -> None:
    await _forget_account(tx, account_id)
    account = await accounts.by_id(tx, account_id)
    if account is None:
        return
    words = [*names(account.username), *indexed(account.display_name, account.location, account.note)]
    kept = matching.kept(tx.dialect, matching.document(tx.dialect, words))
    await tx.run(sa.insert(searched_accounts).values(rowid=account_id, words=kept))


async def _forget_account(tx: Tx, account_id: AccountId) -> None:
    await tx.run(sa.delete(searched_accounts).where(searched_accounts.c.rowid == account_id))
