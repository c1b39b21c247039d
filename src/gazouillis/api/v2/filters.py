"""Filters, with their keywords and their statuses. https://docs.joinmastodon.org/methods/filters/"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from gazouillis.api import lookups
from gazouillis.api.bind import Id, bind, fields_sent_as, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities import filter as entities
from gazouillis.api.request import AnyRequest, site
from gazouillis.filters import change, queries
from gazouillis.filters.models import FilterDraft, KeywordChange
from gazouillis.filters.rules import KEYWORDS
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.statuses import queries as statuses

PATH = "/api/v2/filters"
OF_FILTER = f"{PATH}/{{filter_id:str}}"


class KeywordAttributes(msgspec.Struct, frozen=True):
    id: Id | None = None
    keyword: str | UnsetType = UNSET
    whole_word: bool | UnsetType = UNSET
    is_removed: bool = msgspec.field(default=False, name="_destroy")

    @property
    def change(self) -> KeywordChange:
        return KeywordChange(self.id, self.keyword, self.whole_word, self.is_removed)


class FilterForm(msgspec.Struct, frozen=True):
    """What is left out stays as it is."""

    title: str | UnsetType = UNSET
    context: list[str] | UnsetType = UNSET
    filter_action: str | UnsetType = UNSET
    expires_in: int | UnsetType | None = UNSET
    """Seconds from now. Null or empty: it has no end."""
    keywords_attributes: list[KeywordAttributes] = []

    @property
    def draft(self) -> FilterDraft:
        contexts = UNSET if self.context is UNSET else tuple(self.context)
        keywords = tuple(one.change for one in self.keywords_attributes)
        return FilterDraft(self.title, contexts, self.filter_action or UNSET, self.expires_in, keywords)


class StatusForm(msgspec.Struct, frozen=True):
    status_id: Id | None = None


@get(PATH)
async def mine(request: AnyRequest) -> Response[list[entities.Filter]]:
    caller = await authorised(request, "read:filters")
    async with site(request).db.read() as reader:
        return Response([entities.whole(one) for one in await queries.of_account(reader, caller.account.id)])


@post(PATH, status_code=200)
async def create(request: AnyRequest) -> Response[entities.Filter]:
    caller, form = await authorised(request, "write:filters"), await bind(request, FilterForm)
    async with site(request).db.write() as tx:
        return Response(entities.whole(await change.make(tx, caller.account.id, form.draft)))


@get(OF_FILTER)
async def show(request: AnyRequest, filter_id: FromPath[str]) -> Response[entities.Filter]:
    caller = await authorised(request, "read:filters")
    async with site(request).db.read() as reader:
        return Response(entities.whole(await queries.own(reader, caller.account.id, identifier(filter_id))))


@put(OF_FILTER)
async def update(request: AnyRequest, filter_id: FromPath[str]) -> Response[entities.Filter]:
    caller, form = await authorised(request, "write:filters"), await bind(request, FilterForm)
    async with site(request).db.write() as tx:
        return Response(entities.whole(await change.change(tx, caller.account.id, identifier(filter_id), form.draft)))


@delete(OF_FILTER, status_code=200)
async def remove(request: AnyRequest, filter_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:filters")
    async with site(request).db.write() as tx:
        await change.delete(tx, caller.account.id, identifier(filter_id))
    return Response({})


@get(f"{OF_FILTER}/keywords")
async def keywords(request: AnyRequest, filter_id: FromPath[str]) -> Response[list[entities.FilterKeyword]]:
    caller = await authorised(request, "read:filters")
    async with site(request).db.read() as reader:
        own = await queries.own(reader, caller.account.id, identifier(filter_id))
    return Response([entities.keyword(one) for one in own.keywords])


@post(f"{OF_FILTER}/keywords", status_code=200)
async def add_keyword(request: AnyRequest, filter_id: FromPath[str]) -> Response[entities.FilterKeyword]:
    caller, form = await authorised(request, "write:filters"), await bind(request, KeywordAttributes)
    added = KeywordChange(None, form.keyword, form.whole_word)
    async with site(request).db.write() as tx:
        with fields_sent_as({KEYWORDS: "keyword"}):
            return Response(entities.keyword(await change.add_keyword(tx, caller.account.id, identifier(filter_id), added)))


@get(f"{PATH}/keywords/{{keyword_id:str}}")
async def show_keyword(request: AnyRequest, keyword_id: FromPath[str]) -> Response[entities.FilterKeyword]:
    caller = await authorised(request, "read:filters")
    async with site(request).db.read() as reader:
        _own, keyword = await queries.own_keyword(reader, caller.account.id, identifier(keyword_id))
    return Response(entities.keyword(keyword))


@put(f"{PATH}/keywords/{{keyword_id:str}}")
async def update_keyword(request: AnyRequest, keyword_id: FromPath[str]) -> Response[entities.FilterKeyword]:
    caller, form = await authorised(request, "write:filters"), await bind(request, KeywordAttributes)
    changed = KeywordChange(None, form.keyword, form.whole_word)
    async with site(request).db.write() as tx:
        with fields_sent_as({KEYWORDS: "keyword"}):
            return Response(entities.keyword(await change.change_keyword(tx, caller.account.id, identifier(keyword_id), changed)))


@delete(f"{PATH}/keywords/{{keyword_id:str}}", status_code=200)
async def remove_keyword(request: AnyRequest, keyword_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:filters")
    async with site(request).db.write() as tx:
        await change.remove_keyword(tx, caller.account.id, identifier(keyword_id))
    return Response({})


@get(f"{OF_FILTER}/statuses")
async def filtered_statuses(request: AnyRequest, filter_id: FromPath[str]) -> Response[list[entities.FilterStatus]]:
    caller = await authorised(request, "read:filters")
    async with site(request).db.read() as reader:
        own = await queries.own(reader, caller.account.id, identifier(filter_id))
    return Response([entities.status(one) for one in own.statuses])


@post(f"{OF_FILTER}/statuses", status_code=200)
async def add_status(request: AnyRequest, filter_id: FromPath[str]) -> Response[entities.FilterStatus]:
    caller, form = await authorised(request, "write:filters"), await bind(request, StatusForm)
    if form.status_id is None:
        raise Invalid(_("Name a post"), field="status_id", code="ERR_BLANK")
    async with site(request).db.write() as tx:
        status = await statuses.visible(tx, lookups.status_id(str(form.status_id)), caller.account.id)
        return Response(entities.status(await change.add_status(tx, caller.account.id, identifier(filter_id), status.id)))


@get(f"{PATH}/statuses/{{filter_status_id:str}}")
async def show_status(request: AnyRequest, filter_status_id: FromPath[str]) -> Response[entities.FilterStatus]:
    caller = await authorised(request, "read:filters")
    async with site(request).db.read() as reader:
        _own, filtered = await queries.own_status(reader, caller.account.id, identifier(filter_status_id))
    return Response(entities.status(filtered))


@delete(f"{PATH}/statuses/{{filter_status_id:str}}", status_code=200)
async def remove_status(request: AnyRequest, filter_status_id: FromPath[str]) -> Response[entities.FilterStatus]:
    """Returns what was removed, as Mastodon's document says; Mastodon itself returns an empty object."""
    caller = await authorised(request, "write:filters")
    async with site(request).db.write() as tx:
        return Response(entities.status(await change.remove_status(tx, caller.account.id, identifier(filter_status_id))))


routes = [
    *(mine, create, show, update, remove),
    *(keywords, add_keyword, show_keyword, update_keyword, remove_keyword),
    *(filtered_statuses, add_status, show_status, remove_status),
]
