"""Search for accounts, statuses and hashtags. https://docs.joinmastodon.org/methods/search/"""

from __future__ import annotations

from typing import Literal

from litestar import Response, get

from gazouillis.api import paging, respond
from gazouillis.api.bind import Id, bind
from gazouillis.api.caller import Caller, anybody
from gazouillis.api.entities.search import Search
from gazouillis.api.entities.tag import tag
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.event_log.wait_for_worker import WorkerProgress
from gazouillis.search import queries
from gazouillis.search.by_address import SearchResults, find


class SearchForm(PageForm, frozen=True, kw_only=True):
    q: str = ""
    type: Literal["", "accounts", "statuses", "hashtags"] = ""
    offset: Id = 0
    account_id: Id | None = None
    following: bool = False

    def wants(self, type_: str) -> bool:
        return self.type in {"", type_}


@get("/api/v2/search")
async def search(request: AnyRequest) -> Response[Search]:
    """`resolve`, which searches other servers, is ignored: there is no federation yet."""
    caller, form = await anybody(request, "read:search"), await bind(request, SearchForm)
    await site(request).the(WorkerProgress).wait(site(request).db)
    async with site(request).db.long_read() as reader:
        return Response(await _search(request, reader, caller, form))


async def _search(request: AnyRequest, reader: Reader, caller: Caller, form: SearchForm) -> Search:
    viewer_id, settings = caller.viewer_id, site(request).settings
    found = await find(reader, form.q, viewer_id, settings.base_url) or await _by_words(reader, form, viewer_id, settings.authority)
    return Search(
        await respond.visible_accounts(request, reader, found.account_ids if form.wants("accounts") else []),
        await respond.visible_statuses(request, reader, found.status_ids if form.wants("statuses") else [], caller),
        [tag(settings.base_url, name) for name, _uses in found.tags] if form.wants("hashtags") else [],
    )


async def _by_words(reader: Reader, form: SearchForm, viewer_id: AccountId | None, authority: str) -> SearchResults:
    limit, author_id = paging.clamped(form.limit, paging.STATUSES), None if form.account_id is None else AccountId(form.account_id)
    accounts, statuses, tags = [], [], []
    if form.wants("accounts"):
        accounts = await queries.accounts(reader, form.q, viewer_id, limit, form.offset, authority=authority, following=form.following)
    if form.wants("statuses"):
        window = form.window()
        statuses = await queries.statuses(reader, form.q, viewer_id, window, authority=authority, offset=form.offset, account_id=author_id)
    if form.wants("hashtags"):
        tags = await queries.tags(reader, form.q, limit, form.offset)
    return SearchResults(accounts, statuses, tags)


routes = [search]
