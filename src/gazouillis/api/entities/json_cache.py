"""Accounts and statuses as JSON, written once for all who read them.

What was written holds as long as the account or the status is the very same object: rooms make another when anything of it changes.
"""

from __future__ import annotations

from msgspec import UNSET, Raw
from msgspec.json import encode

from gazouillis.accounts import queries
from gazouillis.accounts.models import Account
from gazouillis.api.entities import account as accounts
from gazouillis.api.entities import status as statuses
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.regions import CacheRegion, ProcessCache
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.models import CachedStatus, StatusView, ViewerFlags

ACCOUNTS: CacheRegion[AccountId, tuple[Account, bytes]] = CacheRegion(
    "accounts as JSON", 32_000_000, lambda kept: queries.weight(kept[0]) + len(kept[1])
)
STATUSES: CacheRegion[StatusId, tuple[CachedStatus, bytes]] = CacheRegion(
    "statuses as JSON", 64_000_000, lambda kept: cached_statuses.weight(kept[0]) + len(kept[1])
)
"""With what they were written from."""


class JsonCache:
    """For one place, in what this process remembers; without memory, everything is written afresh."""

    def __init__(self, base_url: str, cache: ProcessCache | None) -> None:
        self.base_url = base_url
        self._accounts = cache.region(ACCOUNTS) if cache else None
        self._statuses = cache.region(STATUSES) if cache else None

    def account(self, one: Account) -> Raw:
        return Raw(self._account(one))

    def status(self, view: StatusView, viewer_id: AccountId | None) -> Raw:
        """As this viewer sees it."""
        return Raw(self._status(view, viewer_id))

    def statuses(self, seen: list[StatusView], viewer_id: AccountId | None) -> bytes:
        """The whole list."""
        return b"[" + b",".join([self._status(one, viewer_id) for one in seen]) + b"]"

    def source(self, view: StatusView, viewer_id: AccountId) -> Raw:
        """As its author typed it, in place of its HTML."""
        return Raw(self._closed(encode(statuses.source(self.base_url, view)), view, viewer_id))

    def _status(self, view: StatusView, viewer_id: AccountId | None) -> bytes:
        known, status_id = view.cached, view.cached.status.id
        kept = self._statuses.get(status_id) if self._statuses is not None else None
        if kept is not None and kept[0] is known:
            return self._closed(kept[1], view, viewer_id)
        written = encode(statuses.status(self.base_url, view))
        if self._statuses is not None:
            self._statuses.put(status_id, (known, written), self._statuses.generation)
        return self._closed(written, view, viewer_id)

    def _closed(self, said: bytes, view: StatusView, viewer_id: AccountId | None) -> bytes:
        """Puts in what changes with the author and the viewer: `said` is an object, its last brace is moved behind them."""
        reblog = b"null" if view.reblog is None else self._status(view.reblog, viewer_id)
        end = (
            b"}" if viewer_id is None else _ENDS[_place(view.flags, is_own=view.cached.status.account_id == viewer_id and not view.reblog)]
        )
        return b"".join((said[:-1], b',"account":', self._account(view.account), b',"reblog":', reblog, end))

    def _account(self, one: Account) -> bytes:
        kept = self._accounts.get(one.id) if self._accounts is not None else None
        if kept is not None and kept[0] is one:
            return kept[1]
        written = encode(accounts.account(self.base_url, one))
        if self._accounts is not None:
            self._accounts.put(one.id, (one, written), self._accounts.generation)
        return written


def _place(flags: ViewerFlags, *, is_own: bool) -> int:
    return flags.favourited + 2 * flags.reblogged + 4 * flags.bookmarked + 8 * is_own


def _end(place: int) -> bytes:
    seen = statuses.Seen(bool(place & 1), bool(place & 2), bool(place & 4), pinned=False if place & 8 else UNSET)
    return b"," + encode(seen)[1:]


_ENDS = tuple(_end(place) for place in range(16))
