from __future__ import annotations

from typing import Any

from litestar import Response, get

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.infra.catching_up import caught_up
from gazouillis.infra.ids import StatusId
from gazouillis.infra.paging import Page, Window
from gazouillis.search import queries as search
from gazouillis.search.addressed import Found, addressed
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.text.blank import unless_blank
from gazouillis.web import reading
from gazouillis.web.reading import Sheet
from gazouillis.web.visit import AnyRequest, Visit, site_of, visit

KINDS = ("accounts", "hashtags", "statuses")
FEW, MANY = 5, 20
"""How many people and tags stand beside statuses, and alone."""

LONGEST = 500


@get("/search")
async def results(request: AnyRequest) -> Response[Any]:
    query = unless_blank(request.query_params.get("q", "").replace("\0", "").strip()[:LONGEST])
    kind = request.query_params.get("type", "")
    await caught_up(site_of(request).db)
    async with visit(request, is_long=True) as visiting:
        found = await Results(visiting, query, kind if kind in KINDS else "").gather()
        return await visiting.show("search.html", query=query, **found)


class Results:
    """`kind` is empty when everything is looked for: then people and tags stand on the first page only."""

    def __init__(self, visiting: Visit, query: str, kind: str) -> None:
        self.reader = visiting.reader
        self.visiting = visiting
        self.query = query
        self.kind = kind
        self.here = visiting.site.settings.authority
        self.at: Found | None = None
        self.is_first = not any(name in visiting.request.query_params for name in reading.CURSORS)

    async def gather(self) -> dict[str, Any]:
        self.at = await addressed(self.reader, self.query, self.visiting.viewer_id, self.visiting.site.settings.base_url)
        people = await self._people() if self._shows("accounts") else []
        sheet = await self._statuses() if self._shows("statuses") else Sheet([])
        return {
            "type": self.kind,
            "accounts": people,
            "relations": await graph.relations(self.reader, self.visiting.viewer_id, [one.id for one in people]),
            "tags": await self._tags() if self._shows("hashtags") else [],
            "statuses": sheet.entries,
            **sheet.links,
        }

    def _shows(self, kind: str) -> bool:
        if not self.query:
            return False
        return self.kind == kind or (not self.kind and (self.is_first or kind == "statuses"))

    async def _people(self) -> list[Account]:
        if self.at:
            ids = self.at.account_ids
        else:
            ids = await search.accounts(self.reader, self.query, self.visiting.viewer_id, self._most, here=self.here)
        known = await accounts.by_ids(self.reader, ids)
        return [known[one] for one in ids if one in known and known[one].is_known]

    async def _tags(self) -> list[str]:
        found = self.at.tags if self.at else await search.tags(self.reader, self.query, self._most)
        return [name for name, _uses in found]

    async def _statuses(self) -> Sheet[StatusView]:
        if self.at:
            return Sheet(await views(self.reader, self.at.status_ids, self.visiting.viewer_id))
        return await reading.statuses(self.visiting, self._ask, hides_muted=True)

    async def _ask(self, window: Window) -> Page[StatusId]:
        ids = await search.statuses(self.reader, self.query, self.visiting.viewer_id, window, here=self.here)
        return Page(ids, ids[0], ids[-1], len(ids) >= window.limit) if ids else Page([])

    @property
    def _most(self) -> int:
        return MANY if self.kind else FEW


routes = [results]
