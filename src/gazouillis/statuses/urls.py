"""URLs of statuses and hashtags: the page that people open, and the URI that names a status for other servers."""

from __future__ import annotations

from urllib.parse import quote

from gazouillis.accounts.models import Account
from gazouillis.statuses.models import Status


def page(base_url: str, status: Status, author: Account) -> str:
    return status.url or f"{base_url}/@{author.acct}/{status.id}"


def frame(base_url: str, status: Status, author: Account) -> str:
    """The page that other sites show in a frame."""
    return f"{base_url}/@{author.acct}/{status.id}/embed"


def uri(base_url: str, status: Status) -> str:
    """The permanent identifier of the status for other servers. It never changes."""
    return status.uri or f"{base_url}/users/{status.account_id}/statuses/{status.id}"


def tag(base_url: str, name: str) -> str:
    return f"{base_url}/tags/{quote(name)}"
