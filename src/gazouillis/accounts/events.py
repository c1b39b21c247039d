"""Events of accounts: sign-up, approval, profile, password, e-mail, sessions and tokens."""

from __future__ import annotations

from gazouillis.accounts.models import Role
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId


class OnAccount(Event, frozen=True):
    """Something that happened to one account. Events of one account are handled in order."""

    account_id: AccountId

    @property
    def key(self) -> str:
        return f"account:{self.account_id}"


class AccountRegistered(OnAccount, frozen=True):
    """Somebody signed up. `is_approved` is false when a moderator must approve the account first."""

    is_approved: bool


class AccountApproved(OnAccount, frozen=True):
    pass


class AccountRejected(OnAccount, frozen=True):
    """A sign-up was rejected and the user deleted. What the e-mail that says so needs is kept in the event."""

    email: str
    language: str
    reason: str = ""
    """What the moderator says to them; may be empty."""


class InvitationMade(OnAccount, frozen=True):
    """`account_id` is the inviter's."""


class ApplicantsAnnounced(OnAccount, frozen=True):
    """This moderator is to be told by e-mail that people wait for approval."""


class AccountSuspended(OnAccount, frozen=True):
    """It is hidden until the suspension is taken back."""


class AccountUnsuspended(OnAccount, frozen=True):
    """The suspension was taken back."""


class AccountDeletionRequested(OnAccount, frozen=True):
    """Its owner asked to delete it: it is hidden, and will be deleted after the waiting time."""


class AccountRestored(OnAccount, frozen=True):
    """The deletion was undone: the account is as it was."""


class AccountDeleted(OnAccount, frozen=True):
    """Nothing is left but its handle. The other fields are kept in the event for the e-mail that says so."""

    email: str
    language: str
    acct: str


class ProfileChanged(OnAccount, frozen=True):
    pass


class PicturesReplaced(OnAccount, frozen=True):
    """`keys` are the files that this account no longer refers to."""

    keys: list[str]


class AccountUnlocked(OnAccount, frozen=True):
    """The account can now be followed without a follow request."""


class PreferencesChanged(OnAccount, frozen=True):
    pass


class RoleChanged(OnAccount, frozen=True):
    role: Role


class PasswordForgotten(Event, frozen=True):
    """Somebody asked to reset the password of this e-mail address. There may be no account with it."""

    email: str


class PasswordResetRequested(OnAccount, frozen=True):
    """This account is to be sent a link to reset its password."""


class PasswordChanged(OnAccount, frozen=True):
    pass


class PasswordRenewed(OnAccount, frozen=True):
    """The same password was hashed again with today's parameters."""


class EmailChanged(OnAccount, frozen=True):
    """The address was changed, or the present one was confirmed."""


class SessionsEnded(OnAccount, frozen=True):
    session_ids: list[int]


class TokensRevoked(Event, frozen=True):
    """Access tokens were deleted: every process must drop its cached entries."""

    token_ids: list[int]


class SiteOptionsChanged(Event, frozen=True):
    pass
