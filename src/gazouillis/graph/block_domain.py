"""Commands: block all accounts of a domain, those that are not known here yet too, and undo it."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph import follow
from gazouillis.graph.change_circle import leave_circles_of
from gazouillis.graph.events import DomainBlocked, DomainUnblocked
from gazouillis.graph.tables import circle_members, circles, domain_blocks, follow_requests, follows
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.infra.server_name import canonical, is_name

AT_ONCE = 100
"""How many edges of one kind one transaction ends."""
LONGEST_TYPED = 1000


def domain_from(typed: str, here: str) -> str:
    """The domain as it stands in handles. People may type a handle, an address of a page, upper case, accents, or a final dot.

    `here`: the authority of this server. Raises Invalid.
    """
    domain = canonical(canonical(typed[:LONGEST_TYPED]).rpartition("@")[2])
    if not domain:
        raise Invalid(_("Write the name of a server: there.example"), field="domain", code="ERR_BLANK")
    if len(typed) > LONGEST_TYPED or not is_name(domain) or not ("." in domain or ":" in domain):
        raise Invalid(_("This is not the name of a server"), field="domain", code="ERR_INVALID")
    if domain == here.lower():
        raise Invalid(_("This is the name of this place: block people one by one here"), field="domain", code="ERR_EXCLUSION")
    return domain


async def block_domain(tx: Tx, account_id: AccountId, domain: str) -> None:
    """Neither the account nor those of the domain see each other from now on. Follows end by `on_domain_blocked`.

    A second call changes nothing.
    """
    if await tx.run(insert_or_ignore(domain_blocks), {"account_id": account_id, "domain": domain, "id": tx.new_id()}):
        await tx.emit(DomainBlocked(account_id, domain))


async def unblock_domain(tx: Tx, account_id: AccountId, domain: str) -> None:
    """The follows that the block ended do not come back."""
    if await tx.run(sa.delete(domain_blocks).where(domain_blocks.c.account_id == account_id, domain_blocks.c.domain == domain)):
        await tx.emit(DomainUnblocked(account_id, domain))


async def on_domain_blocked(tx: Tx, event: DomainBlocked) -> None:
    """Ends follows, follow requests and memberships in circles, both ways, `AT_ONCE` per event. For the rest it emits the event again."""
    blocked = (domain_blocks.c.account_id == event.account_id, domain_blocks.c.domain == event.domain)
    if await tx.value(sa.select(domain_blocks.c.id).where(*blocked)) is None:
        return
    others: set[AccountId] = set()
    for edges in (follows, follow_requests):
        for mine, theirs in ((edges.c.follower_id, edges.c.followed_id), (edges.c.followed_id, edges.c.follower_id)):
            others |= await _of_domain(tx, event.domain, sa.select(theirs).where(mine == event.account_id))
    in_circles = sa.select(circle_members.c.account_id).join(circles, circles.c.id == circle_members.c.circle_id)
    others |= await _of_domain(tx, event.domain, in_circles.where(circles.c.account_id == event.account_id))
    owners = sa.select(circles.c.account_id).join(circle_members, circles.c.id == circle_members.c.circle_id)
    others |= await _of_domain(tx, event.domain, owners.where(circle_members.c.account_id == event.account_id))
    await _end_all(tx, event.account_id, sorted(others)[:AT_ONCE])
    if len(others) > AT_ONCE:
        await tx.emit(event)


async def _of_domain(tx: Tx, domain: str, others: sa.Select[tuple[int]]) -> set[AccountId]:
    found = sa.select(accounts.c.id).where(accounts.c.domain == domain, accounts.c.id.in_(others)).order_by(accounts.c.id)
    return set(await tx.values(found.limit(AT_ONCE + 1)))


async def _end_all(tx: Tx, account_id: AccountId, others: Iterable[AccountId]) -> None:
    for other in others:
        await follow.lock_pair(tx, account_id, other)
        for one, two in ((account_id, other), (other, account_id)):
            await follow.end(tx, one, two)
            await follow.end_request(tx, one, two)
            await leave_circles_of(tx, one, two)
