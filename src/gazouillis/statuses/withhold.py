"""Commands: hide a reply from one's thread, accept one that waits, show one again; and what an edit of a reply does.

A branch goes with the reply that it is below. Nobody is notified of it. The author of a withheld reply still sees it as if it were public.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import queries, replies, rules
from gazouillis.statuses.delete import count_reply_less
from gazouillis.statuses.models import CachedStatus, Status, Visibility
from gazouillis.statuses.narrow import narrowing
from gazouillis.statuses.release import above, release
from gazouillis.statuses.replies import SHOWN, Withheld
from gazouillis.statuses.tables import statuses

AT_ONCE = 500
"""Statuses of a branch that are read together."""


async def hide_reply(tx: Tx, account: Account, status_id: StatusId) -> Status:
    """Hides a reply, or declines one that waits. Allowed to the author of the status that it answers, and to the author of the thread.

    Raises Forbidden for anybody else, NotFound when it is not visible.
    """
    status = await queries.visible(tx, status_id, account.id)
    if status.withheld_by is not None and status.withheld_by == account.id:
        return await _decline(tx, status)
    whose = await _whose_thread(tx, status)
    if status.account_id == account.id or account.id not in whose:
        raise Forbidden(_("This reply is not in a conversation of yours"))
    if status.withheld_by is not None:
        return status
    return await _withhold(tx, status, account.id, is_awaiting=False)


async def after_edit(tx: Tx, before: CachedStatus, after: CachedStatus) -> Status:
    """Withholds a reply that now says a word which somebody who may hide it does not want, until they accept it.

    A reply that waits because of such a word alone is released when it says none any more. One that was declined stays hidden.
    """
    status = after.status
    if status.in_reply_to_id is None or status.visibility is Visibility.DIRECT:
        return status
    answered = await queries.by_id(tx, status.in_reply_to_id)
    if answered is None:
        return status
    if status.withheld_by is None:
        holder = await replies.holder_of_word(tx, answered, status.account_id, after.texts, before.texts)
        return status if holder is None else await _withhold(tx, status, holder, is_awaiting=True)
    if not status.is_awaiting or status.withheld_top != status.id:
        return status
    if await replies.holder_of_word(tx, answered, status.account_id, before.texts) != status.withheld_by:
        return status
    holder = await replies.holder(tx, answered, status.account_id, after.texts)
    if holder == status.withheld_by:
        return status
    return await _release(tx, status, status, SHOWN if holder is None else Withheld(holder, is_awaiting=True))


async def _withhold(tx: Tx, status: Status, by: AccountId, *, is_awaiting: bool) -> Status:
    """With its branch."""
    for one in await _statuses(tx, await queries.branch(tx, status)):
        if one.withheld_by is None:
            hidden = msgspec.structs.replace(one, withheld_by=by, withheld_top=status.id, is_awaiting=is_awaiting)
            await _write(tx, hidden)
            await tx.emit(await narrowing(tx, one, hidden))
    if rules.is_for_everybody(status.visibility):
        await count_reply_less(tx, status)
    return msgspec.structs.replace(status, withheld_by=by, withheld_top=status.id, is_awaiting=is_awaiting)


async def show_reply(tx: Tx, account: Account, status_id: StatusId) -> Status:
    """Accepts a reply that waits, or shows a hidden one again, with its branch. Doing so twice changes nothing.

    Below a reply that is withheld itself, it becomes a part of that branch.
    """
    status = await queries.visible(tx, status_id, account.id)
    if status.withheld_by is None:
        return status
    if status.withheld_by != account.id or status.withheld_top is None:
        raise Forbidden(_("This reply is not in a conversation of yours"))
    top = await queries.by_id(tx, status.withheld_top)
    if top is None:
        raise NotFound
    return await _release(tx, status, top)


async def _release(tx: Tx, status: Status, top: Status, to: Withheld = SHOWN) -> Status:
    """Shows the branch that begins with `top`, or hands it on, unless it is below another; returns this status of it as it then is."""
    around = await above(tx, top)
    to = around if around.by is not None else to
    branch = await _statuses(tx, await queries.branch(tx, top))
    await release(tx, top, [one for one in branch if one.withheld_top == top.id], to)
    top_id = to.top or (top.id if to.by is not None else None)
    return msgspec.structs.replace(status, withheld_by=to.by, withheld_top=top_id, is_awaiting=to.is_awaiting)


async def _decline(tx: Tx, status: Status) -> Status:
    """It stays withheld, and does not wait any more. Its branch, which only its author can have written, goes with it."""
    await tx.run(
        sa.update(statuses).where(statuses.c.withheld_top == status.withheld_top, statuses.c.is_awaiting).values(is_awaiting=False)
    )
    return msgspec.structs.replace(status, is_awaiting=False)


async def _whose_thread(tx: Tx, status: Status) -> set[AccountId]:
    if status.in_reply_to_id is None:
        raise Invalid(_("Only a reply can be hidden from a conversation"), field="id")
    above = [await queries.by_id(tx, one) for one in {status.in_reply_to_id, status.conversation_id}]
    return {one.account_id for one in above if one is not None}


async def _statuses(tx: Tx, ids: Collection[StatusId]) -> list[Status]:
    return [one for status_id in ids if (one := await queries.by_id(tx, status_id)) is not None and not one.deleted_at]


async def _write(tx: Tx, status: Status) -> None:
    values = {name: getattr(status, name) for name in ("withheld_by", "withheld_top", "is_awaiting")}
    await tx.run(sa.update(statuses).where(statuses.c.id == status.id).values(values))
