"""Cache of the JSON of accounts and statuses, encoded once for all readers.

An entry is valid while the account or status it was encoded from is the same object: a change always makes another object.
The viewer's flags and filters, the author, the poll and the original of a reblog are appended for each answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw
from msgspec.json import encode

from gazouillis.accounts import queries
from gazouillis.accounts.models import Account
from gazouillis.api.entities import account as accounts
from gazouillis.api.entities import filter as filters
from gazouillis.api.entities import poll as polls
from gazouillis.api.entities import status as statuses
from gazouillis.api.entities import status_edit as status_edits
from gazouillis.api.entities.media_attachment import MediaAttachment, open_to_all, sealed
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.regions import CacheRegion, ProcessCache
from gazouillis.media.models import Attachment
from gazouillis.media.urls import SignedAddresses
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import media_access
from gazouillis.statuses.models import CachedStatus, StatusEdit, StatusView

ACCOUNTS: CacheRegion[AccountId, tuple[Account, bytes]] = CacheRegion(
    "accounts as JSON", 32_000_000, lambda entry: queries.weight(entry[0]) + len(entry[1])
)
STATUSES: CacheRegion[StatusId, tuple[CachedStatus, bytes]] = CacheRegion(
    "statuses as JSON", 64_000_000, lambda entry: cached_statuses.weight(entry[0]) + len(entry[1])
)
"""Each entry holds the object it was encoded from, and its JSON."""


class JsonCache:
    """JSON for one site. Without a process cache, everything is encoded each time.

    What is cached is the same for all viewers. The addresses of sealed media are each for one viewer, so they are never in it.
    """

    def __init__(self, addresses: SignedAddresses, cache: ProcessCache | None) -> None:
        self.base_url = addresses.base_url
        self._addresses = addresses
        self._accounts = cache.region(ACCOUNTS) if cache else None
        self._statuses = cache.region(STATUSES) if cache else None

    def account(self, one: Account) -> Raw:
        return Raw(self._account(one))

    def status(self, view: StatusView, viewer_id: AccountId | None) -> Raw:
        """The status as this viewer sees it."""
        return Raw(self._status(view, viewer_id))

    def statuses(self, seen: list[StatusView], viewer_id: AccountId | None) -> bytes:
        """A JSON list of statuses."""
        return b"[" + b",".join([self._status(one, viewer_id) for one in seen]) + b"]"

    def source(self, view: StatusView, viewer_id: AccountId) -> Raw:
        """For the author who deletes the status: with the typed text in place of its HTML, and its attachments, which are free again."""
        free = [msgspec.structs.replace(one, status_id=None) for one in view.attachments]
        typed = statuses.source(self.base_url, view, sealed(self._addresses, free, viewer_id))
        return Raw(self._completed(encode(typed), view, viewer_id, has_media=True))

    def edit(self, version: StatusEdit, view: StatusView, viewer_id: AccountId | None) -> Raw:
        """One version of an edited status."""
        return Raw(
            encode(status_edits.status_edit(version, self.account(view.account), self.media(view.cached, version.attachments, viewer_id)))
        )

    def media(self, cached: CachedStatus, attachments: Sequence[Attachment], viewer_id: AccountId | None) -> list[MediaAttachment]:
        """Attachments that this status shows, or showed before an edit."""
        if media_access.is_open(cached):
            return open_to_all(self.base_url, attachments)
        return [] if viewer_id is None else sealed(self._addresses, attachments, viewer_id)

    def _status(self, view: StatusView, viewer_id: AccountId | None) -> bytes:
        cached, status_id = view.cached, view.cached.status.id
        entry = self._statuses.get(status_id) if self._statuses is not None else None
        if entry is not None and entry[0] is cached:
            return self._completed(entry[1], view, viewer_id)
        encoded = encode(statuses.status(self.base_url, view))
        if self._statuses is not None:
            self._statuses.put(status_id, (cached, encoded), self._statuses.generation)
        return self._completed(encoded, view, viewer_id)

    def _completed(self, json: bytes, view: StatusView, viewer_id: AccountId | None, *, has_media: bool = False) -> bytes:
        """The JSON object with the members that change with the author and the viewer, inserted before its last brace.

        `has_media`: it has the attachments already, although they are sealed.
        """
        if not has_media and media_access.is_sealed(view.cached):
            media = encode(self.media(view.cached, view.attachments, viewer_id))
            json = b"".join((json[:-1], b',"media_attachments":', media, b"}"))
        is_own = viewer_id is not None and view.account.id == viewer_id
        if view.poll is not None:
            poll = encode(polls.poll(view.poll, is_signed_in=viewer_id is not None, is_own=is_own))
            json = b"".join((json[:-1], b',"poll":', poll, b"}"))
        reblog = b"null" if view.reblog is None else self._status(view.reblog, viewer_id)
        end = b"}" if viewer_id is None else _ENDS[_index(view, is_own=is_own and not view.reblog)]
        if view.filtered:
            end = b"".join((end[: -len(_NOT_FILTERED)], b'"filtered":', encode([filters.result(one) for one in view.filtered]), b"}"))
        return b"".join((json[:-1], b',"account":', self._account(view.account), b',"reblog":', reblog, end))

    def _account(self, one: Account) -> bytes:
        entry = self._accounts.get(one.id) if self._accounts is not None else None
        if entry is not None and entry[0] is one:
            return entry[1]
        encoded = encode(accounts.account(self.base_url, one))
        if self._accounts is not None:
            self._accounts.put(one.id, (one, encoded), self._accounts.generation)
        return encoded


def _index(view: StatusView, *, is_own: bool) -> int:
    flags, is_pinned = view.flags, is_own and view.cached.status.pinned_id is not None
    return flags.favourited + 2 * flags.reblogged + 4 * flags.bookmarked + 8 * is_own + 16 * flags.muted + 32 * is_pinned


def _end(index: int) -> bytes:
    pinned = bool(index & 32) if index & 8 else UNSET
    seen = statuses.Seen(bool(index & 1), bool(index & 2), bool(index & 4), bool(index & 16), pinned=pinned)
    return b"," + encode(seen)[1:]


_ENDS = tuple(_end(index) for index in range(64))
_NOT_FILTERED = b'"filtered":[]}'
"""How each of them ends."""
