"""Which notifications are visible to their recipient, as SQL conditions.

They match what `queries.notification_views` does in Python; a test compares both.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph import queries as graph
from gazouillis.graph.circles import is_read_by
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import Delivery, Visibility
from gazouillis.statuses.tables import mentions, statuses

_hidden: sa.BindParameter[int] = sa.bindparam("hidden", expanding=True)
_blocked: sa.BindParameter[int] = sa.bindparam("blocked", expanding=True)
_quoted: sa.BindParameter[int] = sa.bindparam("quoted", expanding=True)
"""The same accounts as `_blocked`: one list must not be used with IN and with NOT IN (`statements.check_lists`)."""


def is_listed(table: Any, account: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """`table` is the table of notifications or an alias of it. The statement needs the parameters that `parameters` returns."""
    is_sender_active = sa.exists().where(accounts.c.id == table.c.from_account_id, accounts.c.suspended_at.is_(None))
    is_readable = sa.or_(table.c.status_id == 0, _is_readable(table.c.status_id, account))
    return sa.and_(table.c.from_account_id.not_in(_hidden), is_sender_active, is_readable)


async def parameters(reader: Reader, account_id: AccountId) -> dict[str, list[AccountId]]:
    """The accounts whose notifications this account does not see, for the conditions of `is_listed`."""
    hidden = await graph.blocks_and_mutes(reader, account_id)
    notifications_muted = [one for one in hidden.notifications_muted if hidden.mutes_notifications_of(one, reader)]
    blocked = sorted(hidden.blocked)
    return {"hidden": [*blocked, *notifications_muted], "blocked": blocked, "quoted": blocked}


def _is_readable(status_id: sa.ColumnElement[int], account: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The same rule as `statuses.rules.can_see`, for statuses whose author is the sender or the recipient."""
    is_delivered = mentions.c.delivery != int(Delivery.NONE)
    is_mentioned = sa.exists().where(mentions.c.status_id == statuses.c.id, mentions.c.account_id == account, is_delivered)
    is_followed = sa.exists().where(follows.c.follower_id == account, follows.c.followed_id == statuses.c.account_id)
    is_follower = sa.exists().where(follows.c.follower_id == statuses.c.account_id, follows.c.followed_id == account)
    quotes_blocked = sa.exists().where(mentions.c.status_id == statuses.c.id, mentions.c.account_id.in_(_quoted))
    is_for_viewer = sa.or_(
        statuses.c.visibility <= int(Visibility.UNLISTED),
        statuses.c.account_id == account,
        is_mentioned,
        sa.and_(statuses.c.visibility == int(Visibility.PRIVATE), is_followed),
        sa.and_(statuses.c.visibility == int(Visibility.MUTUALS), is_followed, is_follower),
        sa.and_(statuses.c.visibility == int(Visibility.CIRCLE), is_read_by(statuses.c.circle_id, account)),
    )
    return sa.exists().where(
        statuses.c.id == status_id,
        statuses.c.deleted_at.is_(None),
        statuses.c.account_id.not_in(_blocked),
        sa.not_(sa.and_(statuses.c.is_extract, quotes_blocked)),
        sa.or_(statuses.c.withheld_by.is_(None), statuses.c.withheld_by == account, statuses.c.account_id == account),
        is_for_viewer,
    )
