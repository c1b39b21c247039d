"""Fragment cache: the HTML of single statuses, shared by all viewers who see the same of them.

A fragment is valid as long as the status and the accounts that it shows are the identical objects: their caches make new objects
when anything changes. What filters of a viewer do is put around the fragment, which others share. The age of the status ("5 min ago")
is cut out of the cached HTML, and inserted again when its wording changes.
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
from gazouillis.web import filtered, i18n, roads
from gazouillis.web.filtered import OPEN, Shown

AGE_PLACEHOLDER = Markup(f"hole-{new_token()}")
"""Stands in the HTML for the age of the status. Random, so that nobody outside this process can write it into a status."""


class FragmentContext(msgspec.Struct, frozen=True):
    """What a fragment's template gets as `page`: only what is the same for everybody who shares the fragment."""

    language: str
    viewer: Viewer | None
    is_moderator: bool
    is_preview: bool = False


class Viewer(msgspec.Struct, frozen=True):
    id: AccountId


class Fragment(msgspec.Struct):
    """`html` holds the right age from `since` until `until`. `sources`: the objects that it was rendered from."""

    sources: tuple[CachedStatus | Account, ...]
    before: bytes
    after: bytes
    posted_at: datetime
    html: bytes
    since: datetime
    until: datetime

    @property
    def weight(self) -> int:
        """At most how many bytes it takes, with its sources."""
        sources = [cached_statuses.weight(one) if isinstance(one, CachedStatus) else accounts.weight(one) for one in self.sources]
        return 1_500 + 2 * (len(self.before) + len(self.after)) + sum(sources)


BLURRED = 1 << 20
"""The bit of `_viewer_kind` for pictures that a filter covers."""
IS_OVER, CHOICES = 256, 512
"""The bits of `_viewer_kind` for a poll that has ended, and for the first of the options that the viewer chose."""
IN_OWN_THREAD = 128
"""The bit of `_viewer_kind` for who began the thread."""
NEVER = datetime.min.replace(tzinfo=UTC)

FragmentKey = tuple[str, StatusId, str, int, str]
"""Template, status, language, `_viewer_kind`, and the road that its links and forms name (`roads.py`)."""

FRAGMENTS: CacheRegion[FragmentKey, Fragment] = CacheRegion("status fragments", 48_000_000, lambda fragment: fragment.weight)

Render = Callable[..., str]
"""Takes a template's name and its variables."""


class Fragments:
    """Renders the statuses of one page. Without a cache, every status is rendered anew."""

    def __init__(self, render: Render, page: Any, now: datetime, cache: ProcessCache | None) -> None:
        self._render, self._page, self._now = render, page, now
        self._language: str = page.language
        self._viewer_id: AccountId | None = page.viewer.id if page.viewer else None
        self._is_moderator: bool = page.viewer is not None and page.is_moderator
        self._region = cache.region(FRAGMENTS) if cache else None
        self._dependencies = current_dependencies()
        self._road = roads.of_page(page.path)
        self._context = None if page.is_preview else filtered.context_of(page.path)

    def status(self, view: StatusView, *, is_in_own_thread: bool = False, via: str = "") -> Markup:
        """`is_in_own_thread`: whether the viewer began the thread, and may therefore hide this reply from it. `via`: by which road the
        viewer came to it. A status that a filter leaves out is closed: its page leaves it out by itself.
        """
        shown = filtered.shown(view, self._context)
        html = self._html("_status.html", view, via, is_in_own_thread=is_in_own_thread, is_blurred=shown.is_blurred).decode()
        return Markup(self._closed(shown, html) if shown.titles else html)

    def entry(self, view: StatusView, strangers: Mapping[AccountId, Relation]) -> Markup:
        """`strangers`: the authors to be marked "does not follow you yet". Their entries are for this viewer alone, and not cached."""
        relation = strangers.get(view.shown.account.id)
        if not relation:
            return Markup(self._entry(view).decode())
        shown, via = filtered.shown(view, self._context), roads.of_entry(view, self._road)
        of_viewer = {"page": self._page, "fragments": self, "relation": relation, "is_blurred": shown.is_blurred}
        return Markup(self._filtered_entry(shown, self._render("_entry.html", entry=view, via=via, **of_viewer)))

    def pinned(self, view: StatusView) -> Markup:
        """On the profile of its author, above the others."""
        return Markup(self._entry(view, "_pinned.html").decode())

    def entries(self, views: Sequence[StatusView]) -> list[bytes]:
        return [self._entry(one) for one in views]

    def _entry(self, view: StatusView, template: str = "_entry.html") -> bytes:
        shown = filtered.shown(view, self._context) if view.filtered else OPEN
        html = self._html(template, view, roads.of_entry(view, self._road), is_blurred=shown.is_blurred)
        return self._filtered_entry(shown, html.decode()).encode() if shown.titles else html

    def _filtered_entry(self, shown: Shown, html: str) -> str:
        """Closed inside of its list item; empty when it is left out."""
        if shown.is_hidden:
            return ""
        if not shown.titles:
            return html
        item, content = html.split(">", 1)
        return self._closed(shown, content.rpartition("</li>")[0], item + ">", "</li>")

    def _closed(self, shown: Shown, html: str, before: str = "", after: str = "") -> str:
        around = {"before": Markup(before), "after": Markup(after)}
        return self._render("_filtered.html", titles=shown.titles, content=Markup(html), **around)

    def _html(self, template: str, view: StatusView, via: str, *, is_in_own_thread: bool = False, is_blurred: bool = False) -> bytes:
        kind = self._viewer_kind(view.reblog or view) + IN_OWN_THREAD * is_in_own_thread + BLURRED * is_blurred
        key = (template, view.cached.status.id, self._language, kind, via)
        fragment = self._region.get(key) if self._region is not None else None
        if fragment is None or not _is_current(fragment, view):
            fragment = self._rendered(template, view, via, is_in_own_thread=is_in_own_thread, is_blurred=is_blurred)
            if self._region is not None:
                self._region.put(key, fragment, self._region.generation)
        if not fragment.since <= self._now < fragment.until:
            self._insert_age(fragment)
        if self._dependencies is not None:
            self._dependencies.expire_at(fragment.until)
        return fragment.html

    def _viewer_kind(self, view: StatusView) -> int:
        """Below 0 for visitors; else one bit for each of: favourited, reblogged, bookmarked, is the author, has muted the thread, is
        whom it answers, is a moderator, the poll has ended; and those of the options that the viewer chose.
        """
        is_over = view.poll is not None and view.poll.is_over
        if self._viewer_id is None:
            return -1 - is_over
        of_poll = IS_OVER * is_over + CHOICES * view.poll.choices if view.poll else 0
        flags = view.flags
        is_author, is_answered = view.account.id == self._viewer_id, view.status.in_reply_to_account_id == self._viewer_id
        of_viewer = 8 * is_author + 32 * is_answered + 64 * self._is_moderator
        return flags.favourited + 2 * flags.reblogged + 4 * flags.bookmarked + 16 * flags.muted + of_viewer + of_poll

    def _rendered(self, template: str, view: StatusView, via: str, **of_viewer: bool) -> Fragment:
        viewer = Viewer(self._viewer_id) if self._viewer_id is not None else None
        page = FragmentContext(self._language, viewer, self._is_moderator, self._page.is_preview)
        variables = {"page": page, "age": AGE_PLACEHOLDER, "view": view, "entry": view, "relation": None, "via": via}
        html = self._render(template, **variables, **of_viewer).encode()
        before, _placeholder, after = html.partition(AGE_PLACEHOLDER.encode())
        return Fragment(_sources(view), before, after, view.shown.status.created_at, b"", NEVER, NEVER)

    def _insert_age(self, fragment: Fragment) -> None:
        age, fragment.until = i18n.ago(fragment.posted_at, self._now, self._language), i18n.ago_until(fragment.posted_at, self._now)
        fragment.html = fragment.before + escape(age).encode() + fragment.after if fragment.after else fragment.before
        fragment.since = self._now


def _sources(view: StatusView) -> tuple[CachedStatus | Account, ...]:
    if view.reblog is None:
        return view.cached, view.account
    return view.cached, view.account, view.reblog.cached, view.reblog.account, *view.rebloggers


def _is_current(fragment: Fragment, view: StatusView) -> bool:
    if view.reblog is None:
        return fragment.sources[0] is view.cached and fragment.sources[1] is view.account
    sources = _sources(view)
    return len(sources) == len(fragment.sources) and all(map(is_, sources, fragment.sources))
