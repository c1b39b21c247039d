"""Filters as apps of before Mastodon 4 see them: single keywords. https://docs.joinmastodon.org/methods/filters/#v1"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from gazouillis.api.bind import bind, fields_sent_as, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities import filter as entities
from gazouillis.api.request import AnyRequest, site
from gazouillis.filters import change, queries, rules
from gazouillis.filters.models import LONGEST_TITLE, Action, Filter, FilterDraft, KeywordChange
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _

SENT_AS = {rules.KEYWORDS: "phrase", rules.TITLE: "phrase"}


class FilterForm(msgspec.Struct, frozen=True):
    """What is left out stays as it is."""

    phrase: str | UnsetType = UNSET
    context: list[str] | UnsetType = UNSET
    irreversible: bool | UnsetType = UNSET
    whole_word: bool | UnsetType = UNSET
    expires_in: int | UnsetType | None = UNSET
    """Seconds from now. Null or empty: it has no end."""

    def draft(self, keyword_id: int | None) -> FilterDraft:
        """Of a filter that has this keyword alone, or none yet."""
        contexts = UNSET if self.context is UNSET else tuple(self.context)
        is_whole_word = False if keyword_id is None and self.whole_word is UNSET else self.whole_word
        keyword = KeywordChange(keyword_id, self.phrase, is_whole_word)
        title = self.phrase[:LONGEST_TITLE] if keyword_id is None and self.phrase is not UNSET else UNSET
        return FilterDraft(title, contexts, self._action, self.expires_in, (keyword,))

    def differs_from(self, own: Filter) -> bool:
        """Whether the filter would be another, beside its keyword."""
        asked = UNSET if self.context is UNSET else {*self.context}
        is_other_context = asked is not UNSET and asked != {one.value for one in own.contexts}
        is_other_action = self.irreversible is not UNSET and self.irreversible != (own.action is Action.HIDE)
        is_other_end = self.expires_in is not UNSET and not (self.expires_in is None and own.expires_at is None)
        return is_other_context or is_other_action or is_other_end

    @property
    def _action(self) -> str | UnsetType:
        if self.irreversible is UNSET:
            return UNSET
        action = Action.HIDE if self.irreversible else Action.WARN
        return str(action.value)


@get("/api/v1/filters")
async def mine(request: AnyRequest) -> Response[list[entities.V1Filter]]:
    caller = await authorised(request, "read:filters")
    async with site(request).db.read() as reader:
        found = await queries.of_account(reader, caller.account.id)
    return Response([entities.v1(one, each) for one in found for each in one.keywords])


@post("/api/v1/filters", status_code=200)
async def create(request: AnyRequest) -> Response[entities.V1Filter]:
    caller, form = await authorised(request, "write:filters"), await bind(request, FilterForm)
    async with site(request).db.write() as tx:
        with fields_sent_as(SENT_AS):
            made = await change.make(tx, caller.account.id, form.draft(None))
    return Response(entities.v1(made, made.keywords[0]))


@get("/api/v1/filters/{keyword_id:str}")
async def show(request: AnyRequest, keyword_id: FromPath[str]) -> Response[entities.V1Filter]:
    caller = await authorised(request, "read:filters")
    async with site(request).db.read() as reader:
        return Response(entities.v1(*await queries.own_keyword(reader, caller.account.id, identifier(keyword_id))))


@put("/api/v1/filters/{keyword_id:str}")
async def update(request: AnyRequest, keyword_id: FromPath[str]) -> Response[entities.V1Filter]:
    """What would change the other keywords of the filter too is refused, as on Mastodon."""
    caller, form = await authorised(request, "write:filters"), await bind(request, FilterForm)
    async with site(request).db.write() as tx:
        own, before = await queries.own_keyword(tx, caller.account.id, identifier(keyword_id))
        if len(own.keywords) > 1 and form.differs_from(own):
            raise Invalid(_("This filter has several words: change it in another app, or on the page of filters"), field="context")
        with fields_sent_as(SENT_AS):
            changed = await change.change(tx, caller.account.id, own.id, form.draft(before.id))
    return Response(entities.v1(changed, next(one for one in changed.keywords if one.id == before.id)))


@delete("/api/v1/filters/{keyword_id:str}", status_code=200)
async def remove(request: AnyRequest, keyword_id: FromPath[str]) -> Response[dict[str, Any]]:
    """With its filter, when nothing else is in it."""
    caller = await authorised(request, "write:filters")
    async with site(request).db.write() as tx:
        left = await change.remove_keyword(tx, caller.account.id, identifier(keyword_id))
        if not left.keywords and not left.statuses:
            await change.delete(tx, caller.account.id, left.id)
    return Response({})


routes = [mine, create, show, update, remove]
