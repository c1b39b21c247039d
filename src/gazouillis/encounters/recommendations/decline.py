"""Command: decline to be recommended by a status. It is final: nobody is offered this account by that status any more."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.encounters.recommendations.events import RecommendationDeclined
from gazouillis.encounters.recommendations.tables import declined_recommendations
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.events import StatusDeleted


async def decline(tx: Tx, viewer: Account, status_id: StatusId) -> None:
    """Raises NotFound when the status does not name the viewer. Declining again changes nothing.

    Whether the viewer may see the status is not asked: who blocks the author may decline too.
    """
    status = (await cached_statuses.by_ids(tx, [status_id])).get(status_id)
    if status is None or viewer.id == status.account_id or viewer.id not in status.mentioned_ids:
        raise NotFound(_("This recommendation does not name you"))
    if await tx.run(insert_or_ignore(declined_recommendations), {"status_id": status_id, "account_id": viewer.id}):
        await tx.emit(RecommendationDeclined(status_id, viewer.id))


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    await tx.run(sa.delete(declined_recommendations).where(declined_recommendations.c.status_id == event.status_id))


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes what a deleted account has declined. Returns whether there was anything."""
    return bool(await tx.run(sa.delete(declined_recommendations).where(declined_recommendations.c.account_id == account.id)))
