"""How the viewer knows somebody: the shortest chains of follows to them, through people who agreed to be shown as links.

A breadth-first search from both ends, one level at a time. It reads the follows of people only whom a chain may show, so neither what
it finds nor how long it takes depends on anybody else. See decision 93.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import islice

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts_queries
from gazouillis.accounts.models import Account
from gazouillis.accounts.tables import LINKS, accounts
from gazouillis.graph import queries as graph
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader

MOST_CHAINS = 3
MOST_FOLLOWS = 6
"""In one chain."""
MOST_EXPANDED = 10_000
"""People of one level whose follows are read."""
MOST_READ = 200_000
"""Follows that lead to one level. A level that would need more is not used, so a chain beyond it is not found: never a longer one."""
USUAL_FOLLOWS = 20
"""An estimate for somebody whose number is not at hand."""

Chain = tuple[Account, ...]


async def chains(reader: Reader, viewer: Account, account: Account) -> list[Chain]:
    """From the viewer to the account, the lowest ids first. Call it with a reader of `Database.long_read`."""
    ids = await _chains(reader, viewer, account)
    known = await accounts_queries.by_ids(reader, {one for chain in ids for one in chain})
    return [tuple(known[one] for one in chain) for chain in ids if all(one in known for one in chain)]


async def _chains(reader: Reader, viewer: Account, account: Account) -> list[tuple[AccountId, ...]]:
    hidden = await graph.blocks_and_mutes(reader, viewer.id)
    if viewer.id == account.id or not account.is_visible or account.id in hidden.blocked:
        return []
    if not account.has_open_network:
        return [(viewer.id, account.id)] if await graph.has_follow(reader, viewer.id, account.id) else []
    left_out = {*hidden.blocked, *(one for one in hidden.muted if hidden.mutes(one, reader))} - {account.id}
    forward, backward = _Side(viewer.id, viewer.following_count), _Side(account.id, account.followers_count)
    for _ in range(MOST_FOLLOWS):
        side, other, statement = (forward, backward, _FORWARD) if forward.cost <= backward.cost else (backward, forward, _BACKWARD)
        if not side.can_grow:
            break
        parameters = {"level": list(side.level), "end": other.end, "limit": MOST_READ + 1}
        side.grow([(row.nearer, row.person) for row in await reader.all(statement, parameters)], left_out)
        if meeting := forward.level & backward.level:
            return list(islice(_lowest_first(forward, backward, meeting), MOST_CHAINS))
    return []


class _Side:
    """The people whom a search reached from one end of the chain."""

    def __init__(self, end: AccountId, follows: int) -> None:
        """`follows`: how many of them the end has in the direction of the search."""
        self.end = end
        self.level = {end}
        """Those who are farthest from the end, all of them equally far."""
        self.nearer: dict[AccountId, list[AccountId]] = {end: []}
        """By each person reached, those before them on the shortest chains."""
        self.cost: float = follows
        """Of the next level, in follows that are read."""

    @property
    def can_grow(self) -> bool:
        return 0 < len(self.level) <= MOST_EXPANDED and self.cost < float("inf")

    def grow(self, read: Collection[tuple[AccountId, AccountId]], left_out: Collection[AccountId]) -> None:
        if len(read) > MOST_READ:
            self.cost = float("inf")
            return
        found = defaultdict[AccountId, list[AccountId]](list)
        for nearer, person in read:
            if person not in self.nearer and person not in left_out:
                found[person].append(nearer)
        self.nearer.update(found)
        self.level = set(found)
        self.cost = len(found) * USUAL_FOLLOWS if len(found) <= MOST_EXPANDED else float("inf")


def _lowest_first(forward: _Side, backward: _Side, meeting: Collection[AccountId]) -> Iterator[tuple[AccountId, ...]]:
    """All chains through one of the people where both sides meet."""
    onward: dict[AccountId, Collection[AccountId]] = dict(backward.nearer)
    level = set(meeting)
    while level != {forward.end}:
        before = defaultdict[AccountId, list[AccountId]](list)
        for person in level:
            for nearer in forward.nearer[person]:
                before[nearer].append(person)
        onward.update(before)
        level = set(before)
    yield from _walks(onward, (forward.end,))


def _walks(onward: Mapping[AccountId, Collection[AccountId]], begun: tuple[AccountId, ...]) -> Iterator[tuple[AccountId, ...]]:
    if not onward[begun[-1]]:
        yield begun
    for one in sorted(onward[begun[-1]]):
        yield from _walks(onward, (*begun, one))


def _statement(nearer: sa.Column[int], person: sa.Column[int]) -> sa.CompoundSelect[int, int]:
    """The next level: those who may be links, and the other end of the chain, which needs not."""
    end = sa.bindparam("end", type_=sa.BigInteger)
    found = sa.select(nearer.label("nearer"), person.label("person")).where(nearer.in_(sa.bindparam("level", expanding=True)))
    return sa.union_all(
        found.where(person == end),
        found.join(accounts, accounts.c.id == person).where(LINKS, person != end),
    ).limit(sa.bindparam("limit", type_=sa.Integer))


_FORWARD = _statement(follows.c.follower_id, follows.c.followed_id)
_BACKWARD = _statement(follows.c.followed_id, follows.c.follower_id)
