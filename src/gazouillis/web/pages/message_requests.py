"""Requests: private messages of people whom the viewer does not follow. Their list, how each is answered, and who may write at all.

A request is shown as a conversation is (`conversation.py`), with what can be done with it. To reply accepts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.conversations import queries as conversations
from gazouillis.conversations import requests
from gazouillis.conversations.limits import LimitsChange, change_limits
from gazouillis.conversations.models import ConversationView, State
from gazouillis.graph.block import block
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Page, Window
from gazouillis.web import pagination
from gazouillis.web.confirmations import ask
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, RequestContext, form_of, redirect, request_context, site_of

PATH = "/messages/requests"


class Asked(msgspec.Struct, frozen=True):
    """Of a request that waits for an answer: who wrote first, unless they are gone, and where it can be reported."""

    sender: Account | None
    report: str


async def asked(context: RequestContext, view: ConversationView) -> Asked | None:
    """None unless it is a request."""
    if view.state is not State.REQUEST:
        return None
    sender = await _sender(context, view)
    return Asked(sender, f"/report?status={view.last.id}" if view.last else f"/report?account={sender.id}" if sender else "")


@get(PATH)
async def index(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        viewer, reader = context.member, context.reader

        async def fetch(window: Window) -> Page[int]:
            return await conversations.page(reader, viewer.id, window, state=State.REQUEST)

        async def load(ids: Sequence[int]) -> list[ConversationView]:
            return await conversations.conversation_views(reader, ids, viewer.id)

        page = await pagination.list_page(context, fetch, load)
        return await context.render("message_requests.html", live="/live/messages", conversations=page.entries, **page.links)


@post("/messages/{conversation_id:str}/accept")
async def accept(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    identifier = parse_id(conversation_id)
    async with request_context(request) as context:
        account, language = context.member, context.language
    async with site_of(request).db.write() as tx:
        await requests.accept(tx, account, identifier)
    return redirect(f"/messages/{identifier}", request, flash=_("You have accepted: this is a conversation now"), language=language)


@post("/messages/{conversation_id:str}/decline")
async def decline(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    return await _decline(request, parse_id(conversation_id), "decline-request")


@post("/messages/{conversation_id:str}/decline-and-block")
async def decline_and_block(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Any]:
    """Blocks who wrote first."""
    return await _decline(request, parse_id(conversation_id), "decline-and-block", blocks=True)


@post("/settings/limits/messages")
async def choose_who_may_write(request: AnyRequest) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        account, language = context.member, context.language
    chosen = LimitsChange(who_may_write=form.get("who_may_write", ""))
    async with site_of(request).db.write() as tx:
        await change_limits(tx, account.id, chosen, base_url=site_of(request).settings.base_url)
    return redirect("/settings/limits#messages", request, flash=_("Your limits are set."), language=language)


async def _decline(request: AnyRequest, conversation_id: int, question: str, *, blocks: bool = False) -> Response[Any]:
    form = await form_of(request)
    async with request_context(request) as context:
        account, language = context.member, context.language
        view = await conversations.conversation_view(context.reader, account.id, conversation_id)
        sender = await _sender(context, view)
        acct = sender.acct if sender else ""
        if asked_first := await ask(context, form, question, default=f"/messages/{conversation_id}", acct=acct):
            return asked_first
    async with site_of(request).db.write() as tx:
        await requests.decline(tx, account, conversation_id)
        if blocks and sender is not None:
            await block(tx, account, sender)
    return redirect(PATH, request, flash=_("The request is declined"), language=language)


async def _sender(context: RequestContext, view: ConversationView) -> Account | None:
    sender = await accounts.by_id(context.reader, view.requested_by_id) if view.requested_by_id is not None else None
    return sender if sender is not None and sender.is_visible else None


routes = [index, accept, decline, decline_and_block, choose_who_may_write]
