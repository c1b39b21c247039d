"""Which notifications somebody is shown, as SQL: those that `queries.notification_views` does not leave out. A test compares them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph import queries as graph
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import mentions, statuses

_hidden: sa.BindParameter[int] = sa.bindparam("hidden", expanding=True)
_blocked: sa.BindParameter[int] = sa.bindparam("blocked", expanding=True)


def is_listed(told: Any, account: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """`told`: the table of notifications, or an alias of it. Takes the parameters of `parameters`."""
    is_sender_there = sa.exists().where(accounts.c.id == told.c.from_account_id, accounts.c.suspended_at.is_(None))
    is_readable = sa.or_(told.c.status_id == 0, _is_readable(told.c.status_id, account))
    return sa.and_(told.c.from_account_id.not_in(_hidden), is_sender_there, is_readable)


async def parameters(reader: Reader, account_id: AccountId) -> dict[str, list[AccountId]]:
    standing = await graph.standing(reader, account_id)
    hushed = [one for one in standing.hushed if standing.hushes(one, reader)]
    blocked = sorted(standing.blocked)
    return {"hidden": [*blocked, *hushed], "blocked": blocked}


def _is_readable(status_id: sa.ColumnElement[int], account: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """As `statuses.rules.can_see`. The author is the sender, or who is told."""
    is_named = sa.exists().where(mentions.c.status_id == statuses.c.id, mentions.c.account_id == account)
    is_followed = sa.exists().where(follows.c.follower_id == account, follows.c.followed_id == statuses.c.account_id)
    is_for_them = sa.or_(
        statuses.c.visibility <= int(Visibility.UNLISTED),
        statuses.c.account_id == account,
        is_named,
        sa.and_(statuses.c.visibility == int(Visibility.PRIVATE), is_followed),
    )
    return sa.exists().where(
        statuses.c.id == status_id, statuses.c.deleted_at.is_(None), statuses.c.account_id.not_in(_blocked), is_for_them
    )
