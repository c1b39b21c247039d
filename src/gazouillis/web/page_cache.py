"""Timelines as pages: between two looks only a few places of them change. The frame is kept, the places are filled.

A frame holds as long as all that its template takes is equal to what it was rendered with.
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

ENTRIES, OLDER, NEWER, FORM_KEY, DRAFT_KEY = PLACES = [Markup(f"place-{new_token()}") for _ in range(5)]
"""What stands in a frame where it is filled: nobody outside this process can write it."""

LONGEST_PATH = 200
"""Paths that begin alike so far share a frame, and make a new one each time they change: it is the page's own path that counts."""

_PLACE = re.compile("(" + "|".join(PLACES) + ")")


class Timeline(msgspec.Struct, frozen=True):
    """One page of a list of statuses, the addresses of its neighbours, and a form to write one more."""

    entries: list[StatusView]
    older: str | None
    newer: str | None
    composer: Composer | None = None

    @property
    def takes(self) -> dict[str, Any]:
        """As a template takes it."""
        composer = {"composer": self.composer} if self.composer else {}
        return {"statuses": self.entries, "older": self.older, "newer": self.newer, **composer}

    @property
    def hollow(self) -> dict[str, Any]:
        """The same with places in it."""
        taken: dict[str, Any] = {"older": OLDER if self.older else None, "newer": NEWER if self.newer else None}
        if self.composer:
            taken["composer"] = msgspec.structs.replace(self.composer, idempotency_key=DRAFT_KEY)
        return {"statuses": [None] if self.entries else [], **taken}


class CachedPage(msgspec.Struct, frozen=True):
    """`texts` stand around the places: one more of them."""

    takes: Mapping[str, Any]
    texts: list[bytes]
    places: list[str]


CACHED_PAGES: CacheRegion[tuple[str, str, str, AccountId | None], CachedPage] = CacheRegion("page frames", 24_000_000)
"""Which template, at which address, in which language, for whom."""

Render = Callable[..., str]
"""Of a template's name and what it takes."""


def page(cache: ProcessCache, render: Render, pieces: Fragments, template: str, page: Page, timeline: Timeline, **context: Any) -> bytes:
    frame = _frame(cache, render, template, msgspec.structs.replace(page, csrf_input=FORM_KEY), {**context, **timeline.hollow})
    parts = [frame.texts[0]]
    for place, text in zip(frame.places, frame.texts[1:], strict=True):
        parts += (_content(place, page, timeline, pieces), text)
    return b"".join(parts)


def _frame(cache: ProcessCache, render: Render, template: str, page: Page, context: dict[str, Any]) -> CachedPage:
    kept, wanted = cache.region(CACHED_PAGES), (template, page.path[:LONGEST_PATH], page.language, page.viewer.id if page.viewer else None)
    takes = {"page": page, **context}
    found = kept.get(wanted)
    if found is None or found.takes != takes:
        texts = _PLACE.split(render(template, pieces=_Hollow(), **takes))
        found = CachedPage(takes, [one.encode() for one in texts[::2]], texts[1::2])
        kept.put(wanted, found, kept.generation)
    return found


class _Hollow:
    """Stands for the pieces of all entries."""

    def entry(self, _view: None, _strangers: object) -> Markup:
        return ENTRIES


def _content(place: str, page: Page, timeline: Timeline, pieces: Fragments) -> bytes:
    if place == ENTRIES:
        return b"\n".join(pieces.entries(timeline.entries))
    if place == FORM_KEY:
        return page.csrf_input.encode()
    if place == DRAFT_KEY:
        return timeline.composer.idempotency_key.encode() if timeline.composer else b""
    return escape(timeline.older if place == OLDER else timeline.newer).encode()
