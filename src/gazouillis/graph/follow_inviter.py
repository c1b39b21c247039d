"""Whoever came by an invitation that says so follows the inviter: at sign-up, or once they are approved."""

from __future__ import annotations

from contextlib import suppress

from gazouillis.accounts import invitations
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.events import AccountApproved
from gazouillis.accounts.models import Account
from gazouillis.graph.follow import accept, follow
from gazouillis.infra.basics.errors import Forbidden, NotFound
from gazouillis.infra.database.transactions import Tx


async def follow_inviter(tx: Tx, guest: Account) -> None:
    """Does nothing while the guest waits for approval. A locked inviter need not accept: they have invited."""
    invitation = await invitations.of_guest(tx, guest.id) if guest.is_approved else None
    inviter = await accounts.by_id(tx, invitation.account_id) if invitation and invitation.follows_inviter else None
    if inviter is None:
        return
    with suppress(Forbidden, NotFound):
        await follow(tx, guest, inviter)
        if inviter.is_locked:
            await accept(tx, inviter, guest)


async def on_account_approved(tx: Tx, event: AccountApproved) -> None:
    guest = await accounts.by_id(tx, event.account_id)
    if guest is not None:
        await follow_inviter(tx, guest)
