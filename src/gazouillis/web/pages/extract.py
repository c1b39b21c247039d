"""Extracts of a private conversation: a page to pick messages and see them as they would be published, and the answers of the others."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts.models import Account
from gazouillis.conversations import answer_extract, ask_extract, extracts, withdraw_extract
from gazouillis.conversations import queries as conversations
from gazouillis.conversations.models import ConversationView, Extract
from gazouillis.infra.basics.errors import Conflict, Invalid, Problem, TooMany
from gazouillis.infra.basics.ids import StatusId, id_or_none
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import views
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.publish import Extract as Publishable
from gazouillis.web import pagination
from gazouillis.web.confirmations import ask as confirm
from gazouillis.web.pages import publishing
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, RequestContext, form_of, redirect, request_context, site_of

Answer = Callable[[Tx, Account, int], Awaitable[Extract]]

_PICKED = re.compile(r"m([0-9]{1,19})")


@get("/messages/{conversation_id:str}/extract")
async def show(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    """With `preview`, the picked messages as they would be published; else the page to pick them."""
    fields: dict[str, str] = {name: request.query_params[name] for name in request.query_params}
    async with request_context(request) as context:
        view = await conversations.conversation_view(context.reader, context.member.id, parse_id(conversation_id))
        if "preview" not in fields:
            return await _page(context, view, fields)
        try:
            chosen = _visibility(fields)
            shown = await extracts.picked(context.reader, context.member, view.id, _picked(fields))
        except Invalid as problem:
            return await _page(context, view, fields, problem=problem)
        preview = extracts.publishable(context.member, shown, chosen, context.site.settings.base_url)
        return await _page(context, view, fields, preview=preview)


@post("/messages/{conversation_id:str}/extract")
async def ask(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    identifier, form = parse_id(conversation_id), await form_of(request)
    async with request_context(request) as context:
        asker, language = context.member, context.language
    try:
        async with site_of(request).db.write() as tx:
            chosen, base_url = _visibility(form), site_of(request).settings.base_url
            extract = await ask_extract.ask(tx, asker, identifier, _picked(form), chosen, base_url)
    except (Invalid, Conflict, TooMany) as problem:
        async with request_context(request) as context:
            view = await conversations.conversation_view(context.reader, context.member.id, identifier)
            return publishing.with_retry(await _page(context, view, form, problem=problem), problem)
    return redirect(
        f"/messages/{identifier}#extract{extract.id}", request, flash=_("Your request is in the conversation"), language=language
    )


@post("/messages/{conversation_id:str}/extracts/{extract_id:str}/agree")
async def agree(request: AnyRequest, conversation_id: FromPath[str], extract_id: FromPath[str]) -> Response[Any]:
    command = partial(answer_extract.agree, base_url=site_of(request).settings.base_url)
    return await _answer(request, conversation_id, extract_id, command, _("You agreed"))


@post("/messages/{conversation_id:str}/extracts/{extract_id:str}/refuse")
async def refuse(request: AnyRequest, conversation_id: FromPath[str], extract_id: FromPath[str]) -> Response[Any]:
    return await _answer(request, conversation_id, extract_id, answer_extract.refuse, _("You refused: nothing is published"))


@post("/messages/{conversation_id:str}/extracts/{extract_id:str}/withdraw")
async def withdraw(request: AnyRequest, conversation_id: FromPath[str], extract_id: FromPath[str]) -> Response[Any]:
    """Asks before it deletes what was published."""
    form, back = await form_of(request), f"/messages/{parse_id(conversation_id)}"
    async with request_context(request) as context:
        extract = await extracts.by_id(context.reader, context.member.id, parse_id(extract_id))
        if extract.status_id and (asked := await confirm(context, form, "withdraw-extract", default=back)):
            return asked
    return await _answer(request, conversation_id, extract_id, withdraw_extract.withdraw, _("The extract is taken back"))


async def _answer(request: AnyRequest, conversation_id: str, extract_id: str, command: Answer, done: Message) -> Response[Any]:
    identifier = parse_id(extract_id)
    async with request_context(request) as context:
        account, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        await command(tx, account, identifier)
    return redirect(f"/messages/{parse_id(conversation_id)}#extract{identifier}", request, flash=done, language=language)


async def _page(
    context: RequestContext,
    view: ConversationView,
    fields: Mapping[str, str],
    *,
    preview: Publishable | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    viewer = context.member

    async def load(ids: Sequence[StatusId]) -> list[StatusView]:
        return (await views.views(context.reader, ids, viewer.id))[::-1]

    page = await pagination.list_page(context, partial(conversations.message_page, context.reader, viewer.id, view.id), load)
    return await context.render(
        "extract.html",
        status_code=publishing.status_of(problem) if problem else 200,
        conversation=view,
        messages=page.entries,
        picked=_picked(fields),
        visibility=fields.get("visibility", "public"),
        audiences=[one.word for one in extracts.AUDIENCES],
        preview=preview,
        errors={getattr(problem, "field", ""): context.translate(problem.public)} if problem else {},
        most=extracts.MOST_MESSAGES,
        **page.links,
    )


def _picked(fields: Mapping[str, str]) -> list[StatusId]:
    found = [id_or_none(match[1]) for name in fields if (match := _PICKED.fullmatch(name))]
    return [StatusId(one) for one in found if one is not None]


def _visibility(fields: Mapping[str, str]) -> Visibility:
    chosen = next((one for one in extracts.AUDIENCES if one.word == fields.get("visibility")), None)
    if chosen is None:
        raise Invalid(_("Choose who may read it"), field="visibility", code="ERR_INCLUSION")
    return chosen


routes = [show, ask, agree, refuse, withdraw]
