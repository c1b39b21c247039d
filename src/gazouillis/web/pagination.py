"""Keyset pagination of pages: reads cursors and ids from the address, and makes one page of a list with links to its neighbours.

Ids in addresses are typed by people and guessed by robots: whatever cannot be an id is answered 404, never 500.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Response

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import StatusId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import LARGEST, Page, Window
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.web.request_context import AnyRequest, RequestContext

MOST_SKIPPED = 5
"""How many pages in a row are skipped when the viewer may see nothing on them."""

CURSORS = ("max_id", "since_id", "min_id")

Item = TypeVar("Item")
Entry = TypeVar("Entry")
FetchPage = Callable[[Window], Awaitable[Page[Item]]]
LoadEntries = Callable[[Sequence[Item]], Awaitable[list[Entry]]]


class ListPage(msgspec.Struct, Generic[Entry], frozen=True):
    """One page of a list: the entries that the viewer may see, and the addresses of the older and the newer page (None: there is none)."""

    entries: list[Entry]
    older: str | None = None
    newer: str | None = None
    is_first: bool = True
    """Whether it holds the newest entries: new ones are announced on this page only."""

    @property
    def links(self) -> dict[str, Any]:
        return {"older": self.older, "newer": self.newer}


def parse_id(text: str) -> int:
    """Raises NotFound for any text that cannot be an id."""
    identifier = id_or_none(text)
    if identifier is None:
        raise NotFound(_("There is nothing here"))
    return identifier


def window_of(request: AnyRequest) -> Window:
    return Window(**{name: parse_id(text) for name in CURSORS if (text := request.query_params.get(name))})


async def list_page(context: RequestContext, fetch: FetchPage[Item], load: LoadEntries[Item, Entry]) -> ListPage[Entry]:
    """`fetch` returns one page of items for a window; `load` returns what the viewer may see of them."""
    window = window_of(context.request)
    page = await fetch(window)
    if window.is_upward and not page.is_full:
        window = Window()
        page = await fetch(window)
    entries = await load(page.items)
    skipped = 0
    while not entries and page.is_full and skipped < MOST_SKIPPED:
        page = await fetch(Window(max_id=page.oldest))
        entries = await load(page.items)
        skipped += 1
    is_first = window.max_id is None and not window.is_upward
    has_older = page.is_full and (await fetch(Window(limit=1, max_id=page.oldest))).items
    has_newer = not is_first and page.items and (await fetch(Window(limit=1, min_id=page.newest))).items
    return ListPage(
        entries,
        older=_page_url(context.request, max_id=page.oldest) if has_older else None,
        newer=_page_url(context.request, min_id=page.newest) if has_newer else None,
        is_first=is_first,
    )


async def status_page(context: RequestContext, fetch: FetchPage[StatusId], *, hides_muted: bool = False) -> ListPage[StatusView]:
    async def load(ids: Sequence[StatusId]) -> list[StatusView]:
        return await views(context.reader, ids, context.viewer_id, hides_muted=hides_muted)

    return await list_page(context, fetch, load)


def wants_newer(context: RequestContext) -> bool:
    """Whether the page's script asks for the statuses that are newer than `since_id`."""
    return context.is_partial and "since_id" in context.request.query_params


async def newer_statuses(context: RequestContext, fetch: FetchPage[StatusId], load: LoadEntries[StatusId, StatusView]) -> Response[Any]:
    """The statuses newer than `since_id`, as HTML to insert above the list. When they fill a page, the script is told to reload."""
    since = window_of(context.request).since_id
    page = await fetch(Window(limit=LARGEST, since_id=since))
    if page.is_full:
        return Response("", media_type="text/html", headers={"X-Reload": "true"})
    return await context.render("_statuses.html", statuses=await load(page.items))


def _page_url(request: AnyRequest, **cursor: int | None) -> str:
    if not request.scope["query_string"]:
        return f"{request.url.path}?{urlencode(cursor)}"
    others = [(name, value) for name, value in request.query_params.multi_items() if name not in CURSORS]
    return f"{request.url.path}?{urlencode([*others, *cursor.items()])}"
