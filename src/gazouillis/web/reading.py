"""What an address asks for, read forgivingly, and the page of a list that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Response

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import LARGEST, Page, Window
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.web.request_context import AnyRequest, RequestContext

LARGEST_ID = 2**63 - 1
MOST_SKIPPED = 5
"""How many pages in a row that hold nothing for this viewer are passed over."""

CURSORS = ("max_id", "since_id", "min_id")

Item = TypeVar("Item")
Seen = TypeVar("Seen")
Ask = Callable[[Window], Awaitable[Page[Item]]]
See = Callable[[Sequence[Item]], Awaitable[list[Seen]]]


class Sheet(msgspec.Struct, Generic[Seen], frozen=True):
    """One page of a list: what the viewer may see of it, and the addresses of its neighbours, if there are any."""

    entries: list[Seen]
    older: str | None = None
    newer: str | None = None

    @property
    def links(self) -> dict[str, Any]:
        return {"older": self.older, "newer": self.newer}


def number(text: str) -> int:
    """An id. Whatever cannot be one names nothing."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_ID):
        raise NotFound(_("There is nothing here"))
    return int(text)


def window_of(request: AnyRequest) -> Window:
    return Window(**{name: number(text) for name in CURSORS if (text := request.query_params.get(name))})


async def sheet(context: RequestContext, ask: Ask[Item], see: See[Item, Seen]) -> Sheet[Seen]:
    window = window_of(context.request)
    page = await ask(window)
    if window.is_upward and not page.is_full:
        window = Window()
        page = await ask(window)
    entries = await see(page.items)
    skipped = 0
    while not entries and page.is_full and skipped < MOST_SKIPPED:
        page = await ask(Window(max_id=page.oldest))
        entries = await see(page.items)
        skipped += 1
    is_first = window.max_id is None and not window.is_upward
    has_older = page.is_full and (await ask(Window(limit=1, max_id=page.oldest))).items
    has_newer = not is_first and page.items and (await ask(Window(limit=1, min_id=page.newest))).items
    return Sheet(
        entries,
        older=_address(context.request, max_id=page.oldest) if has_older else None,
        newer=_address(context.request, min_id=page.newest) if has_newer else None,
    )


async def statuses(context: RequestContext, ask: Ask[StatusId], *, hides_muted: bool = False) -> Sheet[StatusView]:
    async def see(ids: Sequence[StatusId]) -> list[StatusView]:
        return await views(context.reader, ids, context.viewer_id, hides_muted=hides_muted)

    return await sheet(context, ask, see)


def wants_news(context: RequestContext) -> bool:
    """The page's script asks for what came since."""
    return context.is_partial and "since_id" in context.request.query_params


async def news(context: RequestContext, ask: Ask[StatusId], see: See[StatusId, StatusView]) -> Response[Any]:
    """What came since, to stand above what is read; when that is too much, the whole page again."""
    since = window_of(context.request).since_id
    page = await ask(Window(limit=LARGEST, since_id=since))
    if page.is_full:
        return Response("", media_type="text/html", headers={"HX-Refresh": "true"})
    return await context.show("_statuses.html", statuses=await see(page.items))


def _address(request: AnyRequest, **cursor: int | None) -> str:
    if not request.scope["query_string"]:
        return f"{request.url.path}?{urlencode(cursor)}"
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in CURSORS]
    return f"{request.url.path}?{urlencode([*kept, *cursor.items()])}"
