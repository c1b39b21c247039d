"""Mentions of an account by others: which are listed for it, and which answer what it said itself."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import sqlalchemy as sa

from gazouillis.accounts.boundaries import Act, Who
from gazouillis.accounts.models import Account
from gazouillis.graph.boundaries import who_may
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import mentions, statuses

_whose = sa.bindparam("whose", type_=sa.BigInteger)
_answered, _named = statuses.alias("answered"), mentions.alias("named")
_is_asked_for = sa.exists().where(
    _answered.c.id == statuses.c.in_reply_to_id,
    _answered.c.account_id == mentions.c.account_id,
    _named.c.status_id == _answered.c.id,
    _named.c.account_id == statuses.c.account_id,
)
"""Of a mention and its status: whether the status answers one in which the mentioned account names its author."""

_ASKED_FOR = (
    sa.select(mentions.c.status_id, mentions.c.account_id)
    .join(statuses, statuses.c.id == mentions.c.status_id)
    .where(mentions.c.status_id.in_(sa.bindparam("ids", expanding=True)), _is_asked_for)
)


async def mentioning(reader: Reader, account: Account, window: Window) -> Page[StatusId]:
    """The statuses that mention the account, by people who may. Without private messages: those are in its conversations."""
    return await _mentioning(who_may(Act.MENTION, account)).page(reader, window, whose=account.id)


async def asked_for(reader: Reader, ids: Collection[StatusId]) -> set[tuple[AccountId, StatusId]]:
    """Which accounts are mentioned in which of these statuses by somebody whom they named first, in what the status answers.

    Whoever addresses somebody wants to hear the answer, whatever their boundaries say.
    """
    return {(AccountId(row.account_id), StatusId(row.status_id)) for row in await reader.all(_ASKED_FOR, {"ids": list(ids)})}


@lru_cache(8)
def _mentioning(who: Who) -> Listing:
    found = (
        sa.select(mentions.c.status_id)
        .join(statuses, statuses.c.id == mentions.c.status_id)
        .where(mentions.c.account_id == _whose, statuses.c.visibility != int(Visibility.DIRECT))
    )
    if who is not Who.EVERYONE:
        found = found.where(sa.or_(statuses.c.account_id == _whose, _belongs_to(who), _is_asked_for))
    return Listing(found, mentions.c.status_id)


def _belongs_to(who: Who) -> sa.ColumnElement[bool]:
    """The same as `Who.includes`, for the author of a status."""
    author = statuses.c.account_id
    follows_them = sa.exists().where(follows.c.follower_id == author, follows.c.followed_id == _whose)
    is_followed = sa.exists().where(follows.c.follower_id == _whose, follows.c.followed_id == author)
    match who:
        case Who.EVERYONE:
            return sa.true()
        case Who.FOLLOWERS:
            return follows_them
        case Who.FOLLOWED:
            return is_followed
        case Who.MUTUALS:
            return sa.and_(follows_them, is_followed)
        case Who.NOBODY:
            return sa.false()
