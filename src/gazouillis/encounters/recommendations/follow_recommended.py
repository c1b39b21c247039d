"""Commands: follow people whom a status recommends, and undo it."""

from __future__ import annotations

from collections.abc import Collection

from gazouillis.accounts.models import Account
from gazouillis.encounters.recommendations import queries
from gazouillis.graph import follow_batch
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx


async def follow_recommended(tx: Tx, viewer: Account, status_id: StatusId, chosen: Collection[AccountId]) -> list[AccountId]:
    """Follows those of the recommended people who are chosen. Returns whom it followed, or asked to, newly.

    Raises Invalid when somebody is chosen whom the status does not recommend to this viewer, or nobody is.
    """
    recommendation = await queries.by_id(tx, viewer.id, status_id)
    offered = {one.account.id: one.account for one in recommendation.recommended}
    if not chosen:
        raise Invalid(_("Choose somebody"), field="account_ids", code="ERR_BLANK")
    if not offered.keys() >= set(chosen):
        raise Invalid(_("This person is not recommended here"), field="account_ids", code="ERR_INCLUSION")
    accounts = [offered[one] for one in dict.fromkeys(chosen)]
    return await follow_batch.follow_batch(tx, viewer, accounts, status_id=status_id, recommender_id=recommendation.view.account.id)


async def undo(tx: Tx, viewer: Account, status_id: StatusId) -> list[AccountId]:
    """Ends the follows of the last time. It asks nothing of the status, which may be gone. Raises NotFound when there are none."""
    return await follow_batch.undo(tx, viewer, status_id)
