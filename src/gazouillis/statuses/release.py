"""Release withheld replies: their holder shows them, or the account of the holder is being deleted."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import queries, replies, rules
from gazouillis.statuses.events import StatusReleased
from gazouillis.statuses.models import Status
from gazouillis.statuses.narrow import narrowing
from gazouillis.statuses.publish import change_count
from gazouillis.statuses.replies import SHOWN, Withheld
from gazouillis.statuses.tables import statuses


async def release(tx: Tx, top: Status, branch: Iterable[Status], to: Withheld = SHOWN) -> None:
    """Shows these statuses to everybody whom they are for, or hands them on to another who withholds them. `top`: where they begin."""
    values = {"withheld_by": to.by, "withheld_top": to.top or (top.id if to.by else None), "is_awaiting": to.is_awaiting}
    for one in branch:
        await tx.run(sa.update(statuses).where(statuses.c.id == one.id).values(values))
        if one.deleted_at:
            continue
        if to.by is not None:
            await tx.emit(await narrowing(tx, one, msgspec.structs.replace(one, **values)))
        else:
            await tx.emit(StatusReleased(one.id, one.account_id, one.visibility, one.in_reply_to_id, one.is_awaiting))
    is_counted = top.withheld_top == top.id != values["withheld_top"] and rules.is_for_everybody(top.visibility) and not top.deleted_at
    if is_counted and top.in_reply_to_id:
        await change_count(tx, top.in_reply_to_id, "replies_count", 1)


async def release_all(tx: Tx, account: Account, limit: int) -> bool:
    """Of an account that is being deleted, at most `limit` withheld replies with their branches. Returns whether there may be more.

    Nobody else wanted hidden ones hidden, and nobody is left who could accept those that wait. A reply that waits goes to the other who may
    hide it, whose status it answers or who began the thread, if they too accept such replies first. All others are shown.
    """
    is_theirs = statuses.c.withheld_by == account.id
    tops = await tx.values(sa.select(statuses.c.withheld_top).where(is_theirs).distinct().order_by(statuses.c.withheld_top).limit(limit))
    for top_id in tops:
        ids = await tx.values(sa.select(statuses.c.id).where(is_theirs, statuses.c.withheld_top == top_id).order_by(statuses.c.id))
        branch = [one for status_id in ids if (one := await queries.by_id(tx, StatusId(status_id))) is not None]
        top = next((one for one in branch if one.id == top_id), branch[0])
        await release(tx, top, branch, await _next(tx, account, top))
    return bool(tops)


async def above(tx: Tx, top: Status) -> Withheld:
    """Whether the status that a reply answers is withheld too: the reply then goes with it."""
    parent = await queries.by_id(tx, top.in_reply_to_id) if top.in_reply_to_id else None
    return Withheld(parent.withheld_by, parent.withheld_top, parent.is_awaiting) if parent and parent.withheld_by else SHOWN


async def _next(tx: Tx, account: Account, top: Status) -> Withheld:
    around = await above(tx, top)
    if around.by not in {None, account.id} or not top.is_awaiting or top.in_reply_to_id is None:
        return around if around.by != account.id else SHOWN
    answered = await queries.by_id(tx, top.in_reply_to_id)
    said = (await cached_statuses.by_ids(tx, [top.id])).get(top.id)
    texts = said.texts if said else ()
    holder = await replies.holder(tx, answered, top.account_id, texts, without=account.id) if answered else None
    return Withheld(holder, is_awaiting=True) if holder is not None else SHOWN
