"""Lookups of invitations: whose they are, who came by them, and whether they still hold."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import options as site_options
from gazouillis.accounts import queries
from gazouillis.accounts.models import Account, Invitation, Role
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.tables import invitations, users
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader

MOST_LISTED = 100
"""How many invitations of an account are listed, the newest first."""
MOST_GUESTS_SHOWN = 8
"""How many of those who came by an invitation are shown with it, the newest first."""


INVITED_OR_JOINED: CacheRegion[AccountId, bool] = CacheRegion("invited or joined", 1_000_000)
"""Whether `has_invited_or_others_joined`, by account."""


INVITERS: CacheRegion[AccountId, AccountId | None] = CacheRegion("inviters", 1_000_000)
"""By guest, who invited them; None: nobody. Entries are never invalidated: how somebody came does not change."""


class State(StrEnum):
    OPEN = "open"
    REVOKED = "revoked"
    EXPIRED = "expired"
    USED_UP = "used up"
    WITHDRAWN = "withdrawn"
    """The inviter is gone, or may no longer invite."""


class Offer(msgspec.Struct, frozen=True):
    """An invitation as its link shows it."""

    invitation: Invitation
    inviter: Account
    role: Role
    state: State


async def offer(reader: Reader, code: str, options: SiteOptions) -> Offer:
    """Raises `NotFound` for an unknown code, and when the inviter is not visible to others."""
    row = await reader.one(_BY_CODE, {"code": code})
    invitation = Invitation(*list(row)) if row else None
    inviter = await queries.by_id(reader, invitation.account_id) if invitation else None
    if invitation is None or inviter is None or not inviter.is_visible:
        raise NotFound(_("There is no such invitation"))
    user = await queries.user(reader, inviter.id)
    role = user.role if user else Role.MEMBER
    holds = user is not None and site_options.may_invite(options, role)
    return Offer(invitation, inviter, role, state(reader, invitation) if holds else State.WITHDRAWN)


def state(reader: Reader, invitation: Invitation) -> State:
    if invitation.revoked_at is not None:
        return State.REVOKED
    if invitation.expires_at is not None and reader.has_come(invitation.expires_at):
        return State.EXPIRED
    return State.USED_UP if invitation.uses_left == 0 else State.OPEN


async def of_account(reader: Reader, account_id: AccountId) -> list[Invitation]:
    """At most `MOST_LISTED`, the newest first."""
    return [Invitation(*list(row)) for row in await reader.all(_OF_ACCOUNT, {"account": account_id})]


async def has_invited_or_others_joined(reader: Reader, account_id: AccountId) -> bool:
    """Whether they have made an invitation, or somebody else has an account here."""
    return (await cached(reader, INVITED_OR_JOINED, (account_id,), _load_invited_or_joined))[account_id]


async def of_guest(reader: Reader, account_id: AccountId) -> Invitation | None:
    """The invitation by which this account came, if any."""
    row = await reader.one(_OF_GUEST, {"guest": account_id})
    return Invitation(*list(row)) if row else None


async def inviters_of(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, Account]:
    """By guest, the account that invited them. Those who came without an invitation are left out."""
    found = await inviter_ids(reader, ids)
    known = await queries.by_ids(reader, set(found.values()))
    return {guest: known[inviter] for guest, inviter in found.items() if inviter in known}


async def inviter_ids(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, AccountId]:
    """By guest, who invited them. Those who came without an invitation are left out."""
    found = await cached(reader, INVITERS, ids, _load_inviter_ids) if ids else {}
    return {guest: inviter for guest, inviter in found.items() if inviter is not None}


async def guests(reader: Reader, ids: Collection[int]) -> dict[int, list[Account]]:
    """By invitation, the last `MOST_GUESTS_SHOWN` accounts that came by it. Those who wait for approval are among them."""
    rows = await reader.all(_GUESTS, {"invitations": list(ids)})
    known = await queries.by_ids(reader, [AccountId(row.account_id) for row in rows])
    found: dict[int, list[Account]] = {}
    for row in rows:
        if (guest := known.get(AccountId(row.account_id))) and guest.suspended_at is None:
            found.setdefault(row.invitation_id, []).append(guest)
    return found


async def _load_inviter_ids(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, AccountId | None]:
    rows = await reader.all(_INVITERS, {"guests": list(ids)})
    return dict.fromkeys(ids) | {AccountId(row.guest): AccountId(row.inviter) for row in rows}


async def _load_invited_or_joined(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, bool]:
    return {one: await reader.value(_INVITED_OR_JOINED, {"account": one}) is not None for one in ids}


_columns = tuple(invitations.c[name] for name in Invitation.__struct_fields__)
_INVITATION = sa.select(*_columns)
_BY_CODE = _INVITATION.where(invitations.c.code == sa.bindparam("code", type_=sa.String))
_OF_ACCOUNT = (
    _INVITATION.where(invitations.c.account_id == sa.bindparam("account", type_=sa.BigInteger))
    .order_by(invitations.c.id.desc())
    .limit(MOST_LISTED)
)
_account = sa.bindparam("account", type_=sa.BigInteger)
_INVITED_OR_JOINED = sa.union_all(
    sa.select(invitations.c.id).where(invitations.c.account_id == _account),
    sa.select(users.c.account_id).where(users.c.account_id != _account),
).limit(1)
_OF_GUEST = _INVITATION.join(users, users.c.invitation_id == invitations.c.id).where(
    users.c.account_id == sa.bindparam("guest", type_=sa.BigInteger)
)
_INVITERS = (
    sa.select(users.c.account_id.label("guest"), invitations.c.account_id.label("inviter"))
    .join(invitations, invitations.c.id == users.c.invitation_id)
    .where(users.c.account_id.in_(sa.bindparam("guests", expanding=True)))
)
_ranked = (
    sa.select(
        users.c.invitation_id,
        users.c.account_id,
        sa.func.row_number().over(partition_by=users.c.invitation_id, order_by=users.c.account_id.desc()).label("place"),
    )
    .where(users.c.invitation_id.in_(sa.bindparam("invitations", expanding=True)))
    .subquery()
)
_GUESTS = (
    sa.select(_ranked.c.invitation_id, _ranked.c.account_id)
    .where(_ranked.c.place <= MOST_GUESTS_SHOWN)
    .order_by(_ranked.c.invitation_id, _ranked.c.place)
)
