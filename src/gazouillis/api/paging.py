"""https://docs.joinmastodon.org/api/guidelines/#pagination – which part of a list is asked for, and where its neighbours are."""

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

Limit = Annotated[int, msgspec.Meta(ge=0)]


class PageForm(msgspec.Struct, frozen=True, kw_only=True):
    """What every list understands; lists with wishes of their own inherit it."""

    limit: Limit | None = None
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None

    def window(self, usual: int = STATUSES) -> Window:
        """At most twice the usual: who asks for more gets that."""
        return Window(clamped(self.limit, usual), self.max_id, self.since_id, self.min_id)


def clamped(limit: int | None, usual: int) -> int:
    return max(1, min(usual if limit is None else limit, usual * 2, LARGEST))


def links(request: AnyRequest, page: Page[Any]) -> Mapping[str, str]:
    """The `Link` header, to what is older and to what is newer."""
    if page.newest is None or page.oldest is None:
        return {}
    here = _address(request)
    newer = f'<{here}min_id={page.newest}>; rel="prev"'
    older = f'<{here}max_id={page.oldest}>; rel="next"'
    return {"Link": f"{older}, {newer}" if page.is_full else newer}


def _address(request: AnyRequest) -> str:
    """The same list with its other wishes, by the name under which the world knows us; a cursor is to be added."""
    here = f"{site(request).settings.base_url}{quote(request.scope['path'])}?"
    if not request.scope["query_string"]:
        return here
    asked = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    kept = [(name, given) for name, given in asked if name not in CURSORS and name != "access_token"]
    return f"{here}{urlencode(kept)}&" if kept else here
