"""The search page: accounts, hashtags and statuses."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.event_log.wait_for_worker import WorkerProgress
from gazouillis.search import queries as search
from gazouillis.search.by_address import SearchResults, find
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.text.blank import unless_blank
from gazouillis.web import pagination
from gazouillis.web.pagination import ListPage
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context, site_of

KINDS = ("accounts", "hashtags", "statuses")
FEW, MANY = 5, 20
"""How many accounts and hashtags are shown beside statuses, and alone."""

LONGEST = 500
"""Characters of a query; the rest is cut off."""


@get("/search")
async def results(request: AnyRequest) -> Response[Any]:
    query = unless_blank(request.query_params.get("q", "").replace("\0", "").strip()[:LONGEST])
    kind = request.query_params.get("type", "")
    await site_of(request).the(WorkerProgress).wait(site_of(request).db)
    async with request_context(request, is_long=True) as context:
        variables = await Results(context, query, kind if kind in KINDS else "").load()
        return await context.render("search.html", query=query, **variables)


class Results:
    """`kind` is empty to search for everything: accounts and hashtags are then on the first page only."""

    def __init__(self, context: RequestContext, query: str, kind: str) -> None:
        self.reader = context.reader
        self.context = context
        self.query = query
        self.kind = kind
        self.authority = context.site.settings.authority
        self.by_address: SearchResults | None = None
        self.is_first = not any(name in context.request.query_params for name in pagination.CURSORS)

    async def load(self) -> dict[str, Any]:
        self.by_address = await find(self.reader, self.query, self.context.viewer_id, self.context.site.settings.base_url)
        people = await self._people() if self._shows("accounts") else []
        page = await self._statuses() if self._shows("statuses") else ListPage([])
        return {
            "type": self.kind,
            "accounts": people,
            "relations": await graph.relations(self.reader, self.context.viewer_id, [one.id for one in people]),
            "tags": await self._tags() if self._shows("hashtags") else [],
            "statuses": page.entries,
            **page.links,
        }

    def _shows(self, kind: str) -> bool:
        if not self.query:
            return False
        return self.kind == kind or (not self.kind and (self.is_first or kind == "statuses"))

    async def _people(self) -> list[Account]:
        if self.by_address:
            ids = self.by_address.account_ids
        else:
            ids = await search.accounts(self.reader, self.query, self.context.viewer_id, self._most, authority=self.authority)
        known = await accounts.by_ids(self.reader, ids)
        return [known[one] for one in ids if one in known and known[one].is_visible]

    async def _tags(self) -> list[str]:
        found = self.by_address.tags if self.by_address else await search.tags(self.reader, self.query, self._most)
        return [name for name, _uses in found]

    async def _statuses(self) -> ListPage[StatusView]:
        if self.by_address:
            return ListPage(await views(self.reader, self.by_address.status_ids, self.context.viewer_id))
        return await pagination.status_page(self.context, self._fetch, hides_muted=True)

    async def _fetch(self, window: Window) -> Page[StatusId]:
        ids = await search.statuses(self.reader, self.query, self.context.viewer_id, window, authority=self.authority)
        return Page(ids, ids[0], ids[-1], len(ids) >= window.limit) if ids else Page([])

    @property
    def _most(self) -> int:
        return MANY if self.kind else FEW


routes = [results]
