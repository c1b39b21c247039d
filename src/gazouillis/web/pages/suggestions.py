"""Whom the viewer might follow, and why."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.graph.dismiss_suggestion import dismiss_suggestion
from gazouillis.graph.suggestions import MOST, suggestions
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.web import lookups
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, member, redirect_back, request_context, site_of


@get("/suggestions")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        found = await suggestions(context.reader, context.member.id, MOST)
        return await context.render("suggestions.html", suggestions=found)


@post("/suggestions/{account_id:str}/dismiss")
async def dismiss(request: AnyRequest, account_id: FromPath[str]) -> Response[Any]:
    identifier, me = AccountId(parse_id(account_id)), await member(request)
    async with site_of(request).db.write() as tx:
        other = await lookups.account(tx, identifier)
        await dismiss_suggestion(tx, me, other)
    async with request_context(request) as context:
        if context.is_partial:
            return await context.render("_dismissed.html", account=other)
        done = _("{name} will not be suggested to you again", name=other.name)
        return redirect_back(request, "/suggestions", flash=done, language=context.language)


routes = [show, dismiss]
