from __future__ import annotations

from gazouillis.accounts.models import Role
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class OnAccount(Event, frozen=True):
    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class AccountRegistered(OnAccount, frozen=True):
    """Somebody asked to join; `is_approved` says whether they are in."""

    is_approved: bool


class AccountApproved(OnAccount, frozen=True):
    pass


class AccountRejected(OnAccount, frozen=True):
    """Who asked to join was refused and is forgotten; `email` is kept for one last letter."""

    email: str
    language: str


class ProfileChanged(OnAccount, frozen=True):
    pass


class PicturesReplaced(OnAccount, frozen=True):
    """Files that this account shows no more."""

    keys: list[str]


class AccountUnlocked(OnAccount, frozen=True):
    """From now on it may be followed without asking."""


class PreferencesChanged(OnAccount, frozen=True):
    pass


class RoleChanged(OnAccount, frozen=True):
    role: Role


class PasswordForgotten(Event, frozen=True):
    """Somebody asked for the letter of this address, which may be nobody's."""

    email: str


class PasswordResetRequested(OnAccount, frozen=True):
    pass


class PasswordChanged(OnAccount, frozen=True):
    pass


class PasswordRenewed(OnAccount, frozen=True):
    """The same password, kept in another way."""


class EmailChanged(OnAccount, frozen=True):
    pass


class SessionsEnded(OnAccount, frozen=True):
    session_ids: list[int]


class TokensRevoked(Event, frozen=True):
    """What any process remembers of these tokens is to be forgotten."""

    token_ids: list[int]


class SiteOptionsChanged(Event, frozen=True):
    pass
