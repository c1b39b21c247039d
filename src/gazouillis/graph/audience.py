"""How many people stand to one account: in one query, as `queries.relations` asks how one person stands to many."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from gazouillis.graph.models import Relation
from gazouillis.graph.tables import blocks, follows, mutes
from gazouillis.infra.database import Reader
from gazouillis.infra.ids import AccountId

_account = sa.bindparam("account", type_=sa.BigInteger)
_viewers: sa.BindParameter[int] = sa.bindparam("viewers", expanding=True)
_lasts = sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > sa.bindparam("now", type_=mutes.c.expires_at.type))

_ARROWS = sa.union_all(
    sa.select(sa.literal("follows").label("kind"), follows.c.follower_id.label("viewer")).where(
        follows.c.followed_id == _account, follows.c.follower_id.in_(_viewers)
    ),
    sa.select(sa.literal("blocks"), blocks.c.account_id).where(blocks.c.target_id == _account, blocks.c.account_id.in_(_viewers)),
    sa.select(sa.literal("is_blocked"), blocks.c.target_id).where(blocks.c.account_id == _account, blocks.c.target_id.in_(_viewers)),
    sa.select(sa.literal("mutes"), mutes.c.account_id).where(mutes.c.target_id == _account, mutes.c.account_id.in_(_viewers), _lasts),
)


async def relations_to(reader: Reader, account_id: AccountId, viewer_ids: Collection[AccountId | None]) -> dict[AccountId | None, Relation]:
    """Of each relation only what decides what is seen: follows, blocks, mutes. None is a visitor."""
    found = {one: Relation(one, account_id) for one in viewer_ids}
    people = [one for one in viewer_ids if one is not None]
    if people:
        for row in await reader.all(_ARROWS, {"account": account_id, "viewers": people, "now": reader.now}):
            found[row.viewer] = msgspec.structs.replace(found[row.viewer], **{row.kind: True})
    return found
