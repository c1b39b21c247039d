"""Sign-up: creating an account and its user."""

from __future__ import annotations

import msgspec

from gazouillis.accounts import emails, invite, queries, rules
from gazouillis.accounts import options as site_options
from gazouillis.accounts.events import AccountRegistered
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.invitations import Offer
from gazouillis.accounts.models import Account, Role
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.tables import accounts, users
from gazouillis.infra.basics.errors import Faults, Forbidden, Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore


class Registration(msgspec.Struct, frozen=True):
    """A checked sign-up, with the password already hashed. Make it with `prepare`."""

    username: str
    email: str
    password_hash: str
    language: str = ""
    display_name: str = ""
    reason: str = ""
    """Why they want to join: for the moderator who approves the account."""


async def prepare(username: str, email: str, password: str, *, language: str = "", reason: str = "") -> Registration:
    """Checks what can be checked without the database, and hashes the password. Call it outside a transaction: it is slow."""
    check_details(username, email, password, language=language, reason=reason)
    return Registration(
        username=rules.check_username(username),
        email=rules.check_email(email),
        language=rules.check_language(language),
        reason=rules.check_reason(reason),
        password_hash=await hash_password(rules.check_password(password)),
    )


def check_details(username: str, email: str, password: str, *, language: str = "", reason: str = "") -> None:
    """Checks all fields and raises their faults together, each as an `Invalid` naming its field."""
    faults = Faults()
    for check, given in (
        (rules.check_username, username),
        (rules.check_email, email),
        (rules.check_password, password),
        (rules.check_language, language),
        (rules.check_reason, reason),
    ):
        with faults.collected():
            check(given)
    faults.raise_any()


async def check_name_is_free(reader: Reader, username: str) -> None:
    """Raises `Invalid` early for a reserved or taken username. `register` checks again inside its transaction."""
    rules.check_not_reserved(username)
    if await queries.by_handle(reader, username, here=""):
        raise _name_taken()


async def register(
    tx: Tx,
    registration: Registration,
    *,
    options: SiteOptions,
    role: Role = Role.MEMBER,
    is_by_operator: bool = False,
    invitation_code: str = "",
) -> Account:
    """Creates the account and its user, and returns the account.

    Without `is_by_operator`, the site options decide whether people may sign up and whether they need an approval, reserved usernames
    are refused and the role must be `MEMBER`. An invitation opens a closed site, and may make the approval unnecessary; one of its uses
    is taken. Raises `Forbidden`, or `Invalid` for a taken username or address, or as `invite.use`.
    """
    offer = await invite.use(tx, invitation_code, options) if invitation_code else None
    if not is_by_operator:
        _check_registrations(options, role, offer)
        rules.check_not_reserved(registration.username)
    is_approved = is_by_operator or is_let_in(options, offer)
    account_id = AccountId(tx.new_id())
    await _insert_account(tx, account_id, registration)
    came_by = offer.invitation.id if offer else None
    await _insert_user(tx, account_id, registration, role, is_approved=is_approved, is_by_operator=is_by_operator, invitation_id=came_by)
    await tx.emit(AccountRegistered(account_id, is_approved))
    account = await queries.by_id(tx, account_id)
    assert account is not None
    return account


def is_let_in(options: SiteOptions, offer: Offer | None) -> bool:
    """Whether somebody who signs up needs no approval. `offer`: the invitation that they have, if any."""
    return site_options.lets_guests_in(options, offer.role) if offer else options.registrations == "open"


def _check_registrations(options: SiteOptions, role: Role, offer: Offer | None) -> None:
    if options.registrations == "closed" and offer is None:
        raise Forbidden(_("Nobody new may join for now"))
    if role is not Role.MEMBER:
        raise Forbidden


async def _insert_account(tx: Tx, account_id: AccountId, registration: Registration) -> None:
    row = {
        "id": account_id,
        "handle": rules.check_username(registration.username).lower(),
        "username": registration.username,
        "display_name": registration.display_name,
        "created_at": tx.now,
    }
    if not await tx.run(insert_or_ignore(accounts), row):
        raise _name_taken()


async def _insert_user(
    tx: Tx,
    account_id: AccountId,
    registration: Registration,
    role: Role,
    *,
    is_approved: bool,
    is_by_operator: bool,
    invitation_id: int | None,
) -> None:
    """The operator's word confirms the e-mail address; others only claim it until they open the confirmation link.

    So do those who are still to choose a password, since that link is sent to the address.
    """
    is_confirmed = is_by_operator and bool(registration.password_hash)
    row = {
        "account_id": account_id,
        "email": registration.email,
        "email_key": rules.email_key(registration.email) if is_confirmed else emails.claim(registration.email, account_id),
        "password_hash": registration.password_hash,
        "role": role,
        "language": registration.language,
        "created_at": tx.now,
        "approved_at": tx.now if is_approved else None,
        "reason": registration.reason,
        "invitation_id": invitation_id,
    }
    if not await tx.run(insert_or_ignore(users), row):
        raise Invalid(_("There is already an account with this e-mail address"), field="email", code="ERR_TAKEN")


def _name_taken() -> Invalid:
    return Invalid(_("This name is taken"), field="username", code="ERR_TAKEN")
