"""Invitations: the commands that make, revoke and use them (decision 0056)."""

from __future__ import annotations

import secrets
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import invitations as lookups
from gazouillis.accounts import options as site_options
from gazouillis.accounts.events import InvitationMade
from gazouillis.accounts.invitations import Offer, State
from gazouillis.accounts.models import Invitation, User
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.tables import invitations
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound, too_long
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.text.blank import unless_blank

CODE_BYTES = 12
"""96 random bits: nobody guesses them, and the link still fits on one line of a message."""
MOST_USES = 1000
LONGEST_LIFE = timedelta(days=365)
LONGEST_NOTE = 300
MOST_OPEN = 50
"""How many invitations of one account may be open at a time."""


class InvitationEnded(Forbidden):
    """The invitation exists, and lets nobody in any more."""


class Terms(msgspec.Struct, frozen=True):
    """What the inviter chooses."""

    note: str = ""
    max_uses: int | None = None
    lifetime: timedelta | None = None
    follows_inviter: bool = True


async def invite(tx: Tx, inviter: User, options: SiteOptions, terms: Terms, *, after_id: int | None = None) -> Invitation:
    """Raises `Forbidden` if the site does not let them invite, and `Invalid` naming the field.

    `after_id`: what was their newest invitation when the form was shown. One with these terms that they have made since is returned: the
    form was sent again.
    """
    if not site_options.may_invite(options, inviter.role):
        raise Forbidden(_("Only those who run the place invite"))
    terms = _checked(terms)
    await lock(tx, f"invitations:{inviter.account_id}")
    if after_id is not None and (present := await _same(tx, inviter.account_id, terms, after_id)):
        return present
    await _check_not_too_many(tx, inviter.account_id)
    invitation = Invitation(
        id=tx.new_id(),
        code=secrets.token_urlsafe(CODE_BYTES),
        account_id=inviter.account_id,
        note=terms.note,
        max_uses=terms.max_uses,
        uses=0,
        expires_at=tx.now + terms.lifetime if terms.lifetime else None,
        follows_inviter=terms.follows_inviter,
        created_at=tx.now,
        revoked_at=None,
    )
    await tx.run(sa.insert(invitations), msgspec.structs.asdict(invitation))
    await tx.emit(InvitationMade(inviter.account_id))
    return invitation


async def revoke(tx: Tx, inviter_id: AccountId, invitation_id: int) -> None:
    """Ends the invitation; those who came by it stay. Raises `NotFound` unless it is theirs. Revoking twice changes nothing."""
    mine = (invitations.c.id == invitation_id, invitations.c.account_id == inviter_id)
    if await tx.value(sa.select(invitations.c.id).where(*mine)) is None:
        raise NotFound(_("There is no such invitation"))
    await tx.run(sa.update(invitations).where(*mine, invitations.c.revoked_at.is_(None)).values(revoked_at=tx.now))


async def use(tx: Tx, code: str, options: SiteOptions) -> Offer:
    """Takes one use of the invitation, in the transaction that makes the account.

    Raises `NotFound` for an unknown code and `InvitationEnded` for one that no longer holds. The row is counted up on the condition
    that uses are left, so that of two who take the last one at once, exactly one gets it.
    """
    found = await lookups.offer(tx, code, options)
    invitation = found.invitation
    has_uses = sa.or_(invitations.c.max_uses.is_(None), invitations.c.uses < invitations.c.max_uses)
    still_open = (invitations.c.id == invitation.id, invitations.c.revoked_at.is_(None), has_uses)
    counted_up = sa.update(invitations).where(*still_open).values(uses=invitations.c.uses + 1)
    if found.state is not State.OPEN or not await tx.run(counted_up):
        raise InvitationEnded(_("This invitation is over"))
    return found


def _checked(terms: Terms) -> Terms:
    note = unless_blank(terms.note.strip())
    if len(note) > LONGEST_NOTE:
        raise too_long(len(note), LONGEST_NOTE, "note")
    if terms.max_uses is not None and not 1 <= terms.max_uses <= MOST_USES:
        raise Invalid(_("From 1 to {most} people", most=MOST_USES), field="max_uses")
    if terms.lifetime is not None and not timedelta() < terms.lifetime <= LONGEST_LIFE:
        raise Invalid(_("An invitation with an end lasts a year at most"), field="expires_in")
    return msgspec.structs.replace(terms, note=note)


async def _same(reader: Reader, account_id: AccountId, terms: Terms, after_id: int) -> Invitation | None:
    """The one with these terms among those that the account has made since, also when it was revoked."""
    for one in await lookups.of_account(reader, account_id):
        lifetime = one.expires_at - one.created_at if one.expires_at else None
        if one.id > after_id and Terms(one.note, one.max_uses, lifetime, one.follows_inviter) == terms:
            return one
    return None


async def _check_not_too_many(reader: Reader, account_id: AccountId) -> None:
    """Only those that are listed count, so that the oldest of them can always be found and revoked."""
    mine = await lookups.of_account(reader, account_id)
    if sum(lookups.state(reader, one) is State.OPEN for one in mine) >= MOST_OPEN:
        raise Invalid(_("You have {most} open invitations: revoke one first", most=MOST_OPEN))
