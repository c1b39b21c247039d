"""Cache invalidation for accounts: which events drop which entries.

It covers the regions of accounts, users, sessions, access tokens, site options and the number of applicants.
"""

from __future__ import annotations

from gazouillis.accounts.applicants import WAITING
from gazouillis.accounts.events import OnAccount, SiteOptionsChanged, TokensRevoked
from gazouillis.accounts.invitations import INVITED_OR_JOINED
from gazouillis.accounts.options import OPTIONS
from gazouillis.accounts.queries import ACCOUNTS, USERS
from gazouillis.accounts.sessions import SESSIONS
from gazouillis.accounts.tokens import BEARERS
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.regions import ProcessCache


def account(cache: ProcessCache, account_id: AccountId, cause: object = None) -> None:
    """Drops one account. `cause` identifies the change, for whoever puts the changed account back (`queries.update_cache`)."""
    cache.region(ACCOUNTS).invalidate(account_id, cause)


def on_account_changed(cache: ProcessCache, event: OnAccount) -> None:
    account(cache, event.account_id)


def on_tokens_changed(cache: ProcessCache, _event: OnAccount | TokensRevoked) -> None:
    """Drops all access tokens: they are cached by digest, and such events are rare."""
    cache.region(BEARERS).clear()


def on_user_or_sessions_changed(cache: ProcessCache, event: OnAccount) -> None:
    """Drops all sessions, which are cached by digest and hold a copy of the user, and the user of this account."""
    cache.region(SESSIONS).clear()
    cache.region(USERS).invalidate(event.account_id)


def on_site_options_changed(cache: ProcessCache, _event: SiteOptionsChanged) -> None:
    cache.region(OPTIONS).clear()


def on_applicants_changed(cache: ProcessCache, _event: OnAccount) -> None:
    """Drops the number of those who wait for approval."""
    cache.region(WAITING).clear()


def on_invited_or_joined(cache: ProcessCache, _event: OnAccount) -> None:
    """Drops who has invited somebody or is not alone here."""
    cache.region(INVITED_OR_JOINED).clear()
