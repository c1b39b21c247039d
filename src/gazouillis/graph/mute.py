"""Muting and unmuting accounts, with an optional expiry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph.events import AccountMuted, AccountUnmuted
from gazouillis.graph.tables import mutes
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_replace

_HAS_EXPIRED = sa.select(sa.exists().where(mutes.c.expires_at <= sa.bindparam("now", type_=Moment)))


async def mute(tx: Tx, account: Account, target: Account, *, duration: timedelta | None = None, hides_notifications: bool = True) -> None:
    """Hides the target from the account's timelines, for ever or for `duration`. Muting again replaces both options."""
    if account.id == target.id:
        raise Invalid(_("You cannot mute yourself"))
    edge = {
        "account_id": account.id,
        "target_id": target.id,
        "id": tx.new_id(),
        "hides_notifications": hides_notifications,
        "expires_at": tx.now + duration if duration else None,
    }
    await tx.run(insert_or_replace(mutes, ["account_id", "target_id"], ["hides_notifications", "expires_at"]), edge)
    await tx.emit(AccountMuted(account.id, target.id))


async def unmute(tx: Tx, account: Account, target: Account) -> None:
    await _end(tx, [(account.id, target.id)])


async def has_expired(reader: Reader) -> bool:
    """Whether `end_expired` has something to do."""
    return bool(await reader.value(_HAS_EXPIRED, {"now": reader.now}))


async def end_expired(tx: Tx, limit: int = 200) -> int:
    """Deletes expired mutes, at most `limit`, and returns how many. Run by the worker."""
    expired = sa.select(mutes.c.account_id, mutes.c.target_id).where(mutes.c.expires_at <= tx.now).limit(limit)
    pairs = [(AccountId(row.account_id), AccountId(row.target_id)) for row in await tx.all(expired)]
    return await _end(tx, pairs)


async def _end(tx: Tx, pairs: Sequence[tuple[AccountId, AccountId]]) -> int:
    ended = 0
    for account_id, target_id in pairs:
        if await tx.run(sa.delete(mutes).where(mutes.c.account_id == account_id, mutes.c.target_id == target_id)):
            await tx.emit(AccountUnmuted(account_id, target_id))
            ended += 1
    return ended
