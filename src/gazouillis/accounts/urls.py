"""Addresses of accounts: the profile page, and the URI for other servers."""

from __future__ import annotations

from gazouillis.accounts.models import Account


def authority(base_url: str) -> str:
    """This server's name in handles: its domain, with the port if there is one."""
    return base_url.partition("://")[2]


def page(base_url: str, account: Account) -> str:
    """The profile page."""
    return account.url or f"{base_url}/@{account.username}"


def uri(base_url: str, account: Account) -> str:
    """The permanent identifier of the account for other servers. It does not change with the username."""
    return account.uri or f"{base_url}/users/{account.id}"
