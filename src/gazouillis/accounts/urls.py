"""Where people read an account."""

from __future__ import annotations

from gazouillis.accounts.models import Account


def authority(base_url: str) -> str:
    """The name of this server behind a handle: its domain, with the port when it is reached directly."""
    return base_url.partition("://")[2]


def page(base_url: str, account: Account) -> str:
    return account.url or f"{base_url}/@{account.username}"


def uri(base_url: str, account: Account) -> str:
    """The permanent name of the account, for other servers."""
    return account.uri or f"{base_url}/users/{account.id}"
