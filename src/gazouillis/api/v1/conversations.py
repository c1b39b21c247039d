"""Conversations: private messages. https://docs.joinmastodon.org/methods/conversations/"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, delete, get, post
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec.json import encode

from gazouillis.accounts.models import Account
from gazouillis.api import respond
from gazouillis.api.bind import bind, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities.conversation import Conversation, conversation
from gazouillis.api.paging import PageForm, links
from gazouillis.api.request import AnyRequest, site
from gazouillis.conversations import queries, read, remove
from gazouillis.infra.database.transactions import Tx


@get("/api/v1/conversations")
async def many(request: AnyRequest) -> ASGIApp:
    caller, form = await authorised(request, "read:statuses"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await queries.page(reader, caller.account.id, form.window())
        views, json_cache = await queries.conversation_views(reader, page.items, caller.account.id), respond.json_cache(request, reader)
    return respond.json(encode([conversation(json_cache, one, caller.account) for one in views]), links(request, page))


@get("/api/v1/timelines/direct")
async def direct(request: AnyRequest) -> ASGIApp:
    """The messages themselves; deprecated on Mastodon, but some apps still ask for it."""
    caller, form = await authorised(request, "read:statuses"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await queries.all_messages(reader, caller.account.id, form.window())
        return await respond.statuses(request, reader, page, caller, hides_muted=True)


@post("/api/v1/conversations/{conversation_id:str}/read", status_code=200)
async def mark_read(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Conversation]:
    return await _mark(request, conversation_id, read.mark_read)


@post("/api/v1/conversations/{conversation_id:str}/unread", status_code=200)
async def mark_unread(request: AnyRequest, conversation_id: FromPath[str]) -> Response[Conversation]:
    return await _mark(request, conversation_id, read.mark_unread)


@delete("/api/v1/conversations/{conversation_id:str}", status_code=200)
async def delete_for_me(request: AnyRequest, conversation_id: FromPath[str]) -> Response[dict[str, Any]]:
    """For the caller alone."""
    caller = await authorised(request, "write:conversations")
    async with site(request).db.write() as tx:
        await remove.delete_conversation(tx, caller.account, identifier(conversation_id))
    return Response({})


async def _mark(request: AnyRequest, conversation_id: str, mark: Callable[[Tx, Account, int], Awaitable[None]]) -> Response[Conversation]:
    caller = await authorised(request, "write:conversations")
    async with site(request).db.write() as tx:
        await mark(tx, caller.account, identifier(conversation_id))
    async with site(request).db.read() as reader:
        view = await queries.conversation_view(reader, caller.account.id, identifier(conversation_id))
        return Response(conversation(respond.json_cache(request, reader), view, caller.account))


routes = [many, direct, mark_read, mark_unread, delete_for_me]
