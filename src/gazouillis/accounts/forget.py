"""Because of what a process forgets what it remembers of accounts."""

from __future__ import annotations

from gazouillis.accounts.events import OnAccount, SiteOptionsChanged, TokensRevoked
from gazouillis.accounts.options import OPTIONS
from gazouillis.accounts.queries import ACCOUNTS, USERS
from gazouillis.accounts.sessions import SESSIONS
from gazouillis.accounts.tokens import BEARERS
from gazouillis.infra.ids import AccountId
from gazouillis.infra.memory import Memory


def account(memory: Memory, account_id: AccountId, cause: object = None) -> None:
    memory.of(ACCOUNTS).forget(account_id, cause)


def on_account_changed(memory: Memory, event: OnAccount) -> None:
    account(memory, event.account_id)


def on_rights_changed(memory: Memory, _event: OnAccount | TokensRevoked) -> None:
    """Rare enough to ask again about everybody."""
    memory.of(BEARERS).forget_all()


def on_signed_in_changed(memory: Memory, event: OnAccount) -> None:
    """As rare, in which browsers they are."""
    memory.of(SESSIONS).forget_all()
    memory.of(USERS).forget(event.account_id)


def on_site_options_changed(memory: Memory, _event: SiteOptionsChanged) -> None:
    memory.of(OPTIONS).forget_all()
