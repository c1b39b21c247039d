"""Because of what a process forgets what it remembers of accounts."""

from __future__ import annotations

from gazouillis.accounts.events import OnAccount, SiteOptionsChanged, TokensRevoked
from gazouillis.accounts.options import OPTIONS
from gazouillis.accounts.queries import ACCOUNTS, USERS
from gazouillis.accounts.sessions import SESSIONS
from gazouillis.accounts.tokens import BEARERS
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.regions import ProcessCache


def account(cache: ProcessCache, account_id: AccountId, cause: object = None) -> None:
    cache.region(ACCOUNTS).invalidate(account_id, cause)


def on_account_changed(cache: ProcessCache, event: OnAccount) -> None:
    account(cache, event.account_id)


def on_rights_changed(cache: ProcessCache, _event: OnAccount | TokensRevoked) -> None:
    """Rare enough to ask again about everybody."""
    cache.region(BEARERS).clear()


def on_signed_in_changed(cache: ProcessCache, event: OnAccount) -> None:
    """As rare, in which browsers they are."""
    cache.region(SESSIONS).clear()
    cache.region(USERS).invalidate(event.account_id)


def on_site_options_changed(cache: ProcessCache, _event: SiteOptionsChanged) -> None:
    cache.region(OPTIONS).clear()
