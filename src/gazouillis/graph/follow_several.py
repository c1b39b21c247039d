"""Command: follow several people at once, those left ticked in a list."""

from __future__ import annotations

from collections.abc import Collection

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries
from gazouillis.graph.follow import follow
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx

MOST = 40


async def follow_several(tx: Tx, follower: Account, chosen: Collection[AccountId]) -> list[AccountId]:
    """Whom it followed, or asked to, newly. Whoever has gone or blocked the follower since the list was shown is passed over.

    Raises Invalid when nobody is chosen, or too many are.
    """
    if not chosen:
        raise Invalid(_("Choose somebody"), field="account_ids", code="ERR_BLANK")
    if len(chosen) > MOST:
        raise Invalid(counted("At most {count} person at once", "At most {count} people at once", MOST), field="account_ids")
    known, relations = await accounts.by_ids(tx, chosen), await queries.relations(tx, follower.id, chosen)
    found = []
    for one in sorted(known.values(), key=lambda account: account.id):
        relation = relations[one.id]
        if one.is_visible and not (relation.is_self or relation.is_apart or relation.follows or relation.requested):
            await follow(tx, follower, one)
            found.append(one.id)
    return found
