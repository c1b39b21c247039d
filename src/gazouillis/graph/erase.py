"""Deletes what an account leaves behind in this room, in batches.

These are follows, follow requests, limits, blocks, blocked domains, mutes, notes, dismissed suggestions and circles, in both directions,
and contact cards, lists, and the batches of follows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph import block_domain, change_circle, change_contact_card, change_list, follow, follow_batch, note
from gazouillis.graph.events import AccountUnblocked, AccountUnlimited, AccountUnmuted
from gazouillis.graph.tables import account_notes, blocks, dismissed_suggestions, domain_blocks, follow_requests, follows, limits, mutes
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx

AT_ONCE = 20
"""Edges of one kind and direction that one transaction ends."""

EndEdge = Callable[[Tx, AccountId, AccountId], Awaitable[object]]


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes one batch. Returns whether there may be more; it is then called again, in another transaction."""
    has_more = await change_circle.erase(tx, account.id, AT_ONCE)
    has_more = await change_contact_card.erase(tx, account.id) or has_more
    has_more = await change_list.erase(tx, account.id) or has_more
    await follow_batch.erase(tx, account.id)
    for edges, end in _ENDS.items():
        source, target = list(edges.primary_key.columns)
        for one in (source, target):
            pairs = sorted(map(tuple, await tx.all(sa.select(source, target).where(one == account.id).limit(AT_ONCE))))
            for pair in pairs:
                await follow.lock_pair(tx, *pair)
                await end(tx, *pair)
                has_more = True
    return await _unblock_domains(tx, account) or has_more


async def _unblock_domains(tx: Tx, account: Account) -> bool:
    domains = await tx.values(sa.select(domain_blocks.c.domain).where(domain_blocks.c.account_id == account.id).limit(AT_ONCE))
    for one in domains:
        await block_domain.unblock_domain(tx, account.id, one)
    return bool(domains)


async def _unblock(tx: Tx, account_id: AccountId, target_id: AccountId) -> None:
    await tx.run(sa.delete(blocks).where(blocks.c.account_id == account_id, blocks.c.target_id == target_id))
    await tx.emit(AccountUnblocked(account_id, target_id))


async def _unmute(tx: Tx, account_id: AccountId, target_id: AccountId) -> None:
    await tx.run(sa.delete(mutes).where(mutes.c.account_id == account_id, mutes.c.target_id == target_id))
    await tx.emit(AccountUnmuted(account_id, target_id))


async def _unlimit(tx: Tx, account_id: AccountId, target_id: AccountId) -> None:
    await tx.run(sa.delete(limits).where(limits.c.account_id == account_id, limits.c.target_id == target_id))
    await tx.emit(AccountUnlimited(account_id, target_id))


async def _forget_dismissal(tx: Tx, account_id: AccountId, target_id: AccountId) -> None:
    edge = dismissed_suggestions.c
    await tx.run(sa.delete(dismissed_suggestions).where(edge.account_id == account_id, edge.target_id == target_id))


_ENDS: Mapping[sa.Table, EndEdge] = {
    follows: follow.end,
    follow_requests: follow.end_request,
    blocks: _unblock,
    mutes: _unmute,
    limits: _unlimit,
    dismissed_suggestions: _forget_dismissal,
    account_notes: note.remove,
}
