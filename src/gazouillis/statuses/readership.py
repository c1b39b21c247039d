"""Readership: how many people will read a status, and who, told to its author before it is published and afterwards.

The readers are those whom the fan-out and the streams reach, as `audience.who_can_see` says. People who mute the author count as readers,
since the author must not learn of a mute.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph.tables import circle_members, circles, follows
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import rules
from gazouillis.statuses.audience import who_can_see
from gazouillis.statuses.events import Reach
from gazouillis.statuses.models import Visibility

MOST_COUNTED = 1_000
"""Readers are counted up to this number."""
AT_ONCE = 500
NAMED = 2
"""How many readers are named."""

_author = sa.bindparam("author", type_=sa.BigInteger)
_back = follows.alias("back")


class Readership(msgspec.Struct, frozen=True):
    """Who reads a status, beside its author."""

    is_for_everybody: bool
    count: int = 0
    """Of a status for everybody: how many followers find it at home."""
    is_more: bool = False
    """Whether there are more than `count`, which were not counted."""
    named: tuple[Account, ...] = ()
    """Some of them, first those whom the author follows."""
    invited: tuple[Account, ...] = ()
    """Whom it mentions and who would not read it otherwise. They are part of `count`."""
    is_unknown: bool = False
    """Whether only the owner of the circle, who is not the author, may know who reads it."""


async def readership(reader: Reader, reach: Reach) -> Readership:
    """`reach`: of a status that may not be published yet."""
    if reach.visibility is Visibility.CIRCLE and not await _is_own_circle(reader, reach):
        return Readership(is_for_everybody=False, is_unknown=True)
    is_for_everybody = rules.is_for_everybody(reach.visibility)
    ids = [] if reach.visibility is Visibility.DIRECT else await reader.values(_candidates(reach.visibility), _parameters(reach))
    without_mentions = msgspec.structs.replace(reach, mentioned_ids=())
    seeing = await _seeing(reader, without_mentions, ids[:MOST_COUNTED])
    also = [one for one in reach.mentioned_ids if one not in ids and one != reach.account_id] if not is_for_everybody else []
    invited = await _seeing(reader, reach, also)
    known = await accounts.by_ids(reader, [*seeing[:NAMED], *invited])
    return Readership(
        is_for_everybody,
        len(seeing) + len(invited),
        len(ids) > MOST_COUNTED,
        tuple(known[one] for one in seeing[:NAMED]),
        tuple(known[one] for one in invited),
    )


async def _seeing(reader: Reader, reach: Reach, ids: Sequence[AccountId]) -> list[AccountId]:
    """Those of these accounts that exist for others and may see the status, in the same order."""
    seeing: list[AccountId] = []
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        allowed, known = await who_can_see(reader, reach, some), await accounts.by_ids(reader, some)
        seeing += [one for one in some if one in allowed and one in known and known[one].is_visible]
    return seeing


async def _is_own_circle(reader: Reader, reach: Reach) -> bool:
    return await reader.value(_OWNER, {"circle": reach.circle_id}) in {reach.account_id, None}


def _parameters(reach: Reach) -> dict[str, Any]:
    return {"author": reach.account_id, "circle": reach.circle_id or 0}


_OWNER = sa.select(circles.c.account_id).where(circles.c.id == sa.bindparam("circle", type_=sa.BigInteger))


@lru_cache(8)
def _candidates(visibility: Visibility) -> sa.Select[Any]:
    """Whose home it may enter: followers, of a circle its members. Mutuals first, then the newest followers."""
    is_back = sa.and_(_back.c.follower_id == _author, _back.c.followed_id == follows.c.follower_id)
    found = sa.select(follows.c.follower_id).select_from(follows.outerjoin(_back, is_back)).where(follows.c.followed_id == _author)
    if visibility is Visibility.MUTUALS:
        found = found.where(_back.c.follower_id.is_not(None))
    if visibility is Visibility.CIRCLE:
        members = sa.select(circle_members.c.account_id).where(circle_members.c.circle_id == sa.bindparam("circle", type_=sa.BigInteger))
        found = found.where(follows.c.follower_id.in_(members))
    return found.order_by(_back.c.follower_id.is_(None), follows.c.id.desc()).limit(MOST_COUNTED + 1)
