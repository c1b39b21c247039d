"""Lookups of thanks: the one of a thread, whom it thanks, and the personal lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import Status
from gazouillis.statuses.tables import statuses, thanked, thanks
from gazouillis.statuses.thanks.models import Thanked

_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_people: sa.BindParameter[int] = sa.bindparam("people", expanding=True)
_of_status = thanked.c.status_id == sa.bindparam("status", type_=sa.BigInteger)
_OF_THREAD = sa.select(thanks.c.status_id).where(
    thanks.c.account_id == sa.bindparam("author", type_=sa.BigInteger),
    thanks.c.conversation_id == sa.bindparam("conversation", type_=sa.BigInteger),
)
_THANKED = Listing(sa.select(thanked.c.id, thanked.c.account_id).where(_of_status), thanked.c.id)
_THANKED_IDS = sa.select(thanked.c.account_id).where(_of_status)
_LINES = sa.select(thanked.c.status_id, thanked.c.account_id, thanked.c.line).where(
    thanked.c.status_id.in_(_ids), thanked.c.account_id.in_(_people), thanked.c.line != ""
)
_REPLIED = (
    sa.select(statuses.c.account_id, thanks.c.status_id)
    .distinct()
    .join(thanks, thanks.c.conversation_id == statuses.c.conversation_id)
    .where(
        thanks.c.status_id.in_(_ids),
        statuses.c.account_id.in_(_people),
        statuses.c.in_reply_to_account_id == thanks.c.account_id,
        statuses.c.deleted_at.is_(None),
    )
)


async def of_thread(reader: Reader, author_id: AccountId, conversation_id: StatusId) -> StatusId | None:
    """The status by which this account thanks those who took part in this thread."""
    found: int | None = await reader.value(_OF_THREAD, {"author": author_id, "conversation": conversation_id})
    return None if found is None else StatusId(found)


async def people(reader: Reader, status: Status, viewer_id: AccountId | None, window: Window) -> Page[Thanked]:
    """One page of those whom a status thanks, as `shown` shows them."""
    found = await page(reader, status.id, window)
    return Page(await shown(reader, status, viewer_id, found.items), found.newest, found.oldest, found.is_full)


async def page(reader: Reader, status_id: StatusId, window: Window) -> Page[AccountId]:
    return await _THANKED.page(reader, window, status=status_id)


async def shown(reader: Reader, status: Status, viewer_id: AccountId | None, ids: Sequence[AccountId]) -> list[Thanked]:
    """Without those with a block between them and the viewer, and those whom nobody sees.

    The lines of all are for the author; everybody else gets their own.
    """
    hidden = await graph.blocks_and_mutes(reader, viewer_id)
    known = await accounts.by_ids(reader, [one for one in ids if one not in hidden.blocked])
    met = [known[one] for one in ids if one in known and known[one].is_visible]
    lines = await _lines(reader, [status.id], [one.id for one in met if viewer_id in {status.account_id, one.id}])
    return [Thanked(one, lines.get((one.id, status.id), "")) for one in met]


async def thanked_ids(reader: Reader, status_id: StatusId) -> list[AccountId]:
    return list(map(AccountId, await reader.values(_THANKED_IDS, {"status": status_id})))


async def lines_for(reader: Reader, account_id: AccountId, ids: Collection[StatusId]) -> dict[StatusId, str]:
    """By status, what its author wrote for this account alone."""
    return {status_id: line for (_account_id, status_id), line in (await _lines(reader, ids, [account_id])).items()}


async def lines_of(
    reader: Reader, ids: Collection[StatusId], account_ids: Collection[AccountId]
) -> dict[tuple[AccountId, StatusId | None], list[str]]:
    """By person and status, the texts that only this person reads."""
    return {key: [line] for key, line in (await _lines(reader, ids, account_ids)).items()}


async def answered_first(reader: Reader, ids: Collection[StatusId], account_ids: Collection[AccountId]) -> set[tuple[AccountId, StatusId]]:
    """(account, status): which of these accounts replied to the author of which of these thanks, in their thread."""
    rows = await reader.all(_REPLIED, {"ids": list(ids), "people": list(account_ids)})
    return {(AccountId(row.account_id), StatusId(row.status_id)) for row in rows}


async def _lines(reader: Reader, ids: Collection[StatusId], account_ids: Collection[AccountId]) -> dict[tuple[AccountId, StatusId], str]:
    if not ids or not account_ids:
        return {}
    rows = await reader.all(_LINES, {"ids": list(ids), "people": list(account_ids)})
    return {(AccountId(row.account_id), StatusId(row.status_id)): row.line for row in rows}
