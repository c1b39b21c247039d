"""Rules of accounts: usernames, e-mail addresses, passwords, languages, and what each role may do. Pure functions, no database."""

from __future__ import annotations

import re

from anyascii import anyascii
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from gazouillis.accounts.hashing import normalised
from gazouillis.accounts.models import Account, Role, User
from gazouillis.infra.basics.errors import Forbidden, Invalid, too_long
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.text.blank import unless_blank

LONGEST_USERNAME = 30
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1000
LONGEST_REASON = 500

RESERVED = frozenset(
    "about abuse admin administrator all api auth contact everyone gazouillis help here hostmaster invite local mod moderator "
    "no_reply noreply official owner postmaster root security settings staff support system webmaster".split()
)
"""Usernames that look official. Only the operator can give them."""

REJECTED_PREFIX = "~"
"""Prefix of the handle of a rejected account, whose username is free again. No username contains it."""

_RANKS = list(Role)


def check_username(username: str) -> str:
    """Returns the value to store, as the other checks of a field do. Raises `Invalid` naming the field."""
    if not username:
        raise Invalid(_("Choose a name"), field="username", code="ERR_BLANK")
    if len(username) > LONGEST_USERNAME:
        raise too_long(len(username), LONGEST_USERNAME, "username")
    if not _USERNAME.fullmatch(username):
        raise Invalid(_not_allowed(username), field="username")
    return username


def suggested_username(text: str) -> str:
    """A username close to what was typed: `Jérôme Dupont` gives `jerome_dupont`. Empty when nothing of it can be kept."""
    name = text.strip().removeprefix("@").partition("@")[0]
    ascii_text = anyascii(name[:LONGEST_USERNAME]).strip().lower()
    return _RUNS_OF_OTHERS.sub("_", _DROPPED.sub("", ascii_text)).strip("_")[:LONGEST_USERNAME]


def _not_allowed(username: str) -> Message:
    if suggestion := suggested_username(username):
        return _("A name is made of unaccented letters, digits and underscores: for instance {suggestion}", suggestion=suggestion)
    return _("A name is made of unaccented letters, digits and underscores")


def check_not_reserved(username: str) -> None:
    if username.lower().strip("_") in RESERVED:
        raise Invalid(_("This name is kept for those who run the place"), field="username", code="ERR_RESERVED")


def check_email(email: str) -> str:
    """The address as it is stored: trimmed and normalised."""
    if not email.strip():
        raise Invalid(_("Give an e-mail address"), field="email", code="ERR_BLANK")
    try:
        known = validate_email(email.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as fault:
        raise Invalid(_("This is not an e-mail address"), field="email") from fault
    if known.ascii_email is None:
        raise Invalid(_("Many servers take no letters for an address with accents before the @: give another one"), field="email")
    return known.normalized


def email_key(email: str) -> str:
    """What addresses are compared by: normalised and in lower case. It never fails."""
    try:
        return check_email(email).lower()
    except Invalid:
        return email.strip().lower()


def check_password(password: str, *, field: str = "password") -> str:
    """The password, normalised."""
    if not password:
        raise Invalid(_("Choose a password"), field=field, code="ERR_BLANK")
    password = normalised(password)
    if len(password) < SHORTEST_PASSWORD:
        message = counted("A password has at least {count} character", "A password has at least {count} characters", SHORTEST_PASSWORD)
        raise Invalid(message, field=field, code="ERR_TOO_SHORT")
    if len(password) > LONGEST_PASSWORD:
        raise too_long(len(password), LONGEST_PASSWORD, field)
    return password


def check_reason(reason: str) -> str:
    if len(reason) > LONGEST_REASON:
        raise too_long(len(reason), LONGEST_REASON, "reason")
    return unless_blank(reason.strip())


def is_language(text: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc5646, as far as we use it: `fr`, `pt-BR`."""
    return _LANGUAGE.fullmatch(text) is not None


def check_language(language: str, *, field: str = "language") -> str:
    """An empty language is allowed and means: no choice."""
    if language and not is_language(language):
        raise Invalid(_("This is not a language code"), field=field)
    return language


def shows_collections(account: Account, viewer_id: AccountId | None) -> bool:
    """Whether the viewer may see the lists of accounts that this one follows and that follow it."""
    return not account.hides_collections or account.id == viewer_id


class WaitsForApproval(Forbidden):
    """An applicant has given the right password."""

    def __init__(self, account_id: AccountId) -> None:
        super().__init__(_("Your account is waiting for approval"))
        self.account_id = account_id


def check_may_sign_in(user: User, account: Account) -> None:
    """Raises `WaitsForApproval`, and `Forbidden` if the account is suspended."""
    if user.approved_at is None:
        raise WaitsForApproval(account.id)
    if account.suspended_at is not None:
        raise Forbidden(_("This account is suspended"))


def is_at_least(role: Role, wanted: Role) -> bool:
    return _RANKS.index(role) >= _RANKS.index(wanted)


def check_may_moderate(role: Role) -> None:
    if not is_at_least(role, Role.MODERATOR):
        raise Forbidden(_("Only moderators may do this"))


def may_give_role(giver: Role, current: Role, wanted: Role) -> bool:
    """Administrators and the owner change the roles of those below them, up to the role below their own."""
    return is_at_least(giver, Role.ADMIN) and not is_at_least(current, giver) and not is_at_least(wanted, giver)


# Allow `localhost`, `.local` and `.test`: a server may be for a private network only.
SPECIAL_USE_DOMAIN_NAMES.clear()

_USERNAME = re.compile(r"[A-Za-z0-9_]+")
_DROPPED = re.compile(r"['’`]")
_RUNS_OF_OTHERS = re.compile(r"[^a-z0-9]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")
