"""Keyset pagination of the API: cursor parameters, limits and the `Link` header. https://docs.joinmastodon.org/api/guidelines/#pagination"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from gazouillis.api.bind import Id
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.database.paging import LARGEST, Page, Window

STATUSES = 20
ACCOUNTS = 40
CURSORS = frozenset({"max_id", "min_id", "since_id"})
AFTER, BEFORE = "after", "before"
"""The cursors of lists of our own that are not sorted by id."""

Limit = Annotated[int, msgspec.Meta(ge=0)]


class PageForm(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of every list. Lists with more parameters inherit it."""

    limit: Limit | None = None
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None

    def window(self, usual: int = STATUSES) -> Window:
        """The page that is asked for. `usual` is the default limit; a larger limit is cut to twice `usual`."""
        return Window(clamped(self.limit, usual), self.max_id, self.since_id, self.min_id)


def clamped(limit: int | None, usual: int) -> int:
    return max(1, min(usual if limit is None else limit, usual * 2, LARGEST))


def links(request: AnyRequest, page: Page[Any]) -> Mapping[str, str]:
    """The `Link` header to the older page and to the newer page; empty for an empty page."""
    if page.newest is None or page.oldest is None:
        return {}
    url = _address(request)
    newer = f'<{url}min_id={page.newest}>; rel="prev"'
    older = f'<{url}max_id={page.oldest}>; rel="next"'
    return {"Link": f"{older}, {newer}" if page.is_full else newer}


def links_around(request: AnyRequest, *, previous: str | None, following: str | None) -> Mapping[str, str]:
    """The same for a list with the cursors `after` and `before`. None: there is no such page."""
    url = _address(request, frozenset({AFTER, BEFORE}))
    onward = [f'<{url}{urlencode({AFTER: following})}>; rel="next"'] if following else []
    backward = [f'<{url}{urlencode({BEFORE: previous})}>; rel="prev"'] if previous else []
    found = onward + backward
    return {"Link": ", ".join(found)} if found else {}


def _address(request: AnyRequest, cursors: frozenset[str] = CURSORS) -> str:
    """The public URL of the same list with its other parameters, ready for a cursor to be appended."""
    url = f"{site(request).settings.base_url}{quote(request.scope['path'])}?"
    if not request.scope["query_string"]:
        return url
    parameters = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    others = [(name, value) for name, value in parameters if name not in cursors and name != "access_token"]
    return f"{url}{urlencode(others)}&" if others else url
