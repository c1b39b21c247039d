"""https://docs.joinmastodon.org/methods/search/"""

from __future__ import annotations

import re
from typing import Literal

from litestar import Response, get

from gazouillis.accounts.models import Account
from gazouillis.accounts.queries import by_handle
from gazouillis.api import paging, respond
from gazouillis.api.authorised import site, viewer
from gazouillis.api.bind import Id, bind, identifier
from gazouillis.api.entities.search import Search
from gazouillis.api.entities.tag import tag
from gazouillis.api.paging import PageForm
from gazouillis.api.parameters import AnyRequest
from gazouillis.infra.database import Reader
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.search import queries


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
    """`resolve` asks to look elsewhere: nothing is elsewhere yet."""
    reading, form = await viewer(request, "read:search"), await bind(request, SearchForm)
    async with site(request).db.read_aside() as reader:
        return Response(await _found(request, reader, reading, form))


async def _found(request: AnyRequest, reader: Reader, reading: Account | None, form: SearchForm) -> Search:
    if addressed := _ADDRESS.fullmatch(form.q.strip().removeprefix(site(request).settings.base_url)):
        return await _at(request, reader, reading, form, *addressed.groups())
    viewer_id, limit = reading.id if reading else None, paging.clamped(form.limit, paging.STATUSES)
    author_id = None if form.account_id is None else AccountId(form.account_id)
    accounts, statuses, tags = [], [], []
    if form.wants("accounts"):
        accounts = await queries.accounts(reader, form.q, viewer_id, limit, form.offset, following=form.following)
    if form.wants("statuses"):
        statuses = await queries.statuses(reader, form.q, viewer_id, form.window(), offset=form.offset, account_id=author_id)
    if form.wants("hashtags"):
        tags = await queries.tags(reader, form.q, limit, form.offset)
    return Search(
        await respond.accounts_met(request, reader, accounts),
        await respond.statuses_seen(request, reader, statuses, reading),
        [tag(site(request).settings.base_url, name) for name, _uses in tags],
    )


async def _at(request: AnyRequest, reader: Reader, reading: Account | None, form: SearchForm, handle: str, number: str | None) -> Search:
    """What is read at an address of ours, pasted in whole."""
    if number is None:
        account = await by_handle(reader, handle) if form.wants("accounts") else None
        return Search(await respond.accounts_met(request, reader, [account.id] if account else []))
    ids = [StatusId(identifier(number))] if form.wants("statuses") else []
    return Search([], await respond.statuses_seen(request, reader, ids, reading))


_ADDRESS = re.compile(r"/@(\w{1,30})(?:/([0-9]{1,18}))?/?", re.ASCII)

routes = [search]
