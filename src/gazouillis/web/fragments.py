"""Statuses as HTML, rendered once for all who see the same of them.

What was rendered holds as long as it shows the very same objects: rooms make another when anything of them changes. How long ago
something was said is cut out, and put in again each time it reads differently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from operator import is_
from typing import Any

import msgspec
from markupsafe import Markup, escape

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.dependencies import current_dependencies
from gazouillis.infra.cache.regions import CacheRegion, ProcessCache
from gazouillis.infra.secrets import new_token
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.models import CachedStatus, StatusView
from gazouillis.web import i18n

AGE_PLACEHOLDER = Markup(f"hole-{new_token()}")
"""Where a piece says how long ago it was: nobody outside this process can write it."""


class FragmentContext(msgspec.Struct, frozen=True):
    """All that a piece knows of the page it stands on."""

    language: str
    viewer: Viewer | None


class Viewer(msgspec.Struct, frozen=True):
    id: AccountId


class Fragment(msgspec.Struct):
    """`html` is right from `since` until `until`."""

    shows: tuple[CachedStatus | Account, ...]
    before: bytes
    after: bytes
    said_at: datetime
    html: bytes
    since: datetime
    until: datetime

    @property
    def weight(self) -> int:
        """In bytes, at most, with what it shows."""
        shown = [cached_statuses.weight(one) if isinstance(one, CachedStatus) else accounts.weight(one) for one in self.shows]
        return 1_500 + 2 * (len(self.before) + len(self.after)) + sum(shown)


NEVER = datetime.min.replace(tzinfo=UTC)

Look = tuple[str, StatusId, str, int]
"""Which template, of which status, in which language, for what kind of reader."""

FRAGMENTS: CacheRegion[Look, Fragment] = CacheRegion("status fragments", 48_000_000, lambda piece: piece.weight)

Render = Callable[..., str]
"""Of a template's name and what it takes."""


class Fragments:
    """For one page; without memory, everything is rendered afresh."""

    def __init__(self, render: Render, page: Any, now: datetime, cache: ProcessCache | None) -> None:
        self._render, self._page, self._now = render, page, now
        self._language: str = page.language
        self._viewer_id: AccountId | None = page.viewer.id if page.viewer else None
        self._kept = cache.region(FRAGMENTS) if cache else None
        self._dependencies = current_dependencies()

    def status(self, view: StatusView) -> Markup:
        return Markup(self._html("_status.html", view).decode())

    def entry(self, view: StatusView, strangers: Mapping[AccountId, Relation]) -> Markup:
        """`strangers`: those authors who are to be marked as such, for this reader alone."""
        relation = strangers.get(view.shown.account.id)
        if relation:
            return Markup(self._render("_entry.html", page=self._page, pieces=self, entry=view, relation=relation))
        return Markup(self._html("_entry.html", view).decode())

    def entries(self, views: Sequence[StatusView]) -> list[bytes]:
        return [self._html("_entry.html", one) for one in views]

    def _html(self, template: str, view: StatusView) -> bytes:
        look = (template, view.cached.status.id, self._language, self._reader_of(view.reblog or view))
        piece = self._kept.get(look) if self._kept is not None else None
        if piece is None or not _shows(piece, view):
            piece = self._made(template, view)
            if self._kept is not None:
                self._kept.put(look, piece, self._kept.generation)
        if not piece.since <= self._now < piece.until:
            self._tell_time(piece)
        if self._dependencies is not None:
            self._dependencies.expire_at(piece.until)
        return piece.html

    def _reader_of(self, view: StatusView) -> int:
        if self._viewer_id is None:
            return -1
        flags = view.flags
        is_author = view.account.id == self._viewer_id
        return flags.favourited + 2 * flags.reblogged + 4 * flags.bookmarked + 8 * is_author

    def _made(self, template: str, view: StatusView) -> Fragment:
        looking = FragmentContext(self._language, Viewer(self._viewer_id) if self._viewer_id is not None else None)
        html = self._render(template, page=looking, age=AGE_PLACEHOLDER, view=view, entry=view, relation=None).encode()
        before, _hole, after = html.partition(AGE_PLACEHOLDER.encode())
        return Fragment(_shown(view), before, after, view.shown.status.created_at, b"", NEVER, NEVER)

    def _tell_time(self, piece: Fragment) -> None:
        age, piece.until = i18n.ago(piece.said_at, self._now, self._language), i18n.ago_until(piece.said_at, self._now)
        piece.html = piece.before + escape(age).encode() + piece.after if piece.after else piece.before
        piece.since = self._now


def _shown(view: StatusView) -> tuple[CachedStatus | Account, ...]:
    if view.reblog is None:
        return view.cached, view.account
    return view.cached, view.account, view.reblog.cached, view.reblog.account, *view.rebloggers


def _shows(piece: Fragment, view: StatusView) -> bool:
    if view.reblog is None:
        return piece.shows[0] is view.cached and piece.shows[1] is view.account
    shown = _shown(view)
    return len(shown) == len(piece.shows) and all(map(is_, shown, piece.shows))
