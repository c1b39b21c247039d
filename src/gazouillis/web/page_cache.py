"""Page cache: timelines are cached as rendered HTML with placeholders, which are filled for each request.

Between two requests for a timeline, only five places of the page change: the entries, the links to older and newer pages, the
CSRF token and the idempotency key of the composer. A cached page is valid as long as everything that its template takes equals
what it was rendered with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from markupsafe import Markup, escape

from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.regions import CacheRegion, ProcessCache
from gazouillis.infra.secrets import new_token
from gazouillis.statuses.models import StatusView
from gazouillis.web.fragments import Fragments
from gazouillis.web.rendering import Composer, Page

ENTRIES, OLDER, NEWER, CSRF_INPUT, IDEMPOTENCY_KEY = PLACEHOLDERS = [Markup(f"place-{new_token()}") for _ in range(5)]
"""Random, so that nobody outside this process can write a placeholder into a status."""

LONGEST_PATH = 200
"""Characters. Paths that are equal up to this length share a cache key; each change of path between them renders again."""

_PLACEHOLDER = re.compile("(" + "|".join(PLACEHOLDERS) + ")")


class Timeline(msgspec.Struct, frozen=True):
    """One page of a list of statuses, the addresses of its neighbours, and a form to write one more."""

    entries: list[StatusView]
    older: str | None
    newer: str | None
    composer: Composer | None = None

    @property
    def variables(self) -> dict[str, Any]:
        """The template's variables."""
        composer = {"composer": self.composer} if self.composer else {}
        return {"statuses": self.entries, "older": self.older, "newer": self.newer, **composer}

    @property
    def variables_with_placeholders(self) -> dict[str, Any]:
        """The same variables with placeholders in them."""
        variables: dict[str, Any] = {"older": OLDER if self.older else None, "newer": NEWER if self.newer else None}
        if self.composer:
            variables["composer"] = msgspec.structs.replace(self.composer, idempotency_key=IDEMPOTENCY_KEY)
        return {"statuses": [None] if self.entries else [], **variables}


class CachedPage(msgspec.Struct, frozen=True):
    """HTML split at its placeholders: there is one text more than there are placeholders."""

    variables: Mapping[str, Any]
    texts: list[bytes]
    placeholders: list[str]


CACHED_PAGES: CacheRegion[tuple[str, str, str, str, str, AccountId | None], CachedPage] = CacheRegion("page frames", 24_000_000)
"""By template, path, stream (which tells the first page of a list from the others), language, theme and viewer."""

Render = Callable[..., str]
"""Takes a template's name and its variables."""


def page(cache: ProcessCache, render: Render, fragments: Fragments, template: str, page: Page, timeline: Timeline, **context: Any) -> bytes:
    variables = {**context, **timeline.variables_with_placeholders}
    cached = _cached_page(cache, render, template, msgspec.structs.replace(page, csrf_input=CSRF_INPUT), variables)
    parts = [cached.texts[0]]
    for placeholder, text in zip(cached.placeholders, cached.texts[1:], strict=True):
        parts += (_content(placeholder, page, timeline, fragments), text)
    return b"".join(parts)


def _cached_page(cache: ProcessCache, render: Render, template: str, page: Page, context: dict[str, Any]) -> CachedPage:
    region, viewer_id = cache.region(CACHED_PAGES), page.viewer.id if page.viewer else None
    key = (template, page.path[:LONGEST_PATH], page.live, page.language, page.theme, viewer_id)
    variables = {"page": page, **context}
    cached = region.get(key)
    if cached is None or cached.variables != variables:
        texts = _PLACEHOLDER.split(render(template, fragments=_PlaceholderFragments(), **variables))
        cached = CachedPage(variables, [one.encode() for one in texts[::2]], texts[1::2])
        region.put(key, cached, region.generation)
    return cached


class _PlaceholderFragments:
    """Renders the placeholder instead of the entries."""

    def entry(self, _view: None, _strangers: object) -> Markup:
        return ENTRIES


def _content(placeholder: str, page: Page, timeline: Timeline, fragments: Fragments) -> bytes:
    if placeholder == ENTRIES:
        return b"\n".join(fragments.entries(timeline.entries))
    if placeholder == CSRF_INPUT:
        return page.csrf_input.encode()
    if placeholder == IDEMPOTENCY_KEY:
        return timeline.composer.idempotency_key.encode() if timeline.composer else b""
    return escape(timeline.older if placeholder == OLDER else timeline.newer).encode()
