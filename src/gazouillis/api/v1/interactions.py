"""Favourites, bookmarks, reblogs and pins, and the accounts that made them. https://docs.joinmastodon.org/methods/statuses/#favourite"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec import Raw

from gazouillis.accounts.models import Account as AccountModel
from gazouillis.api import lookups, paging, respond, roads
from gazouillis.api.bind import bind
from gazouillis.api.caller import anybody, authorised
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.api.roads import ViaForm
from gazouillis.api.v1.statuses import visibility
from gazouillis.encounters.reach import act
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import favourite as favouriting
from gazouillis.statuses import models, queries
from gazouillis.statuses import reblog as reblogging
from gazouillis.statuses.mute_thread import mute_thread, unmute_thread
from gazouillis.statuses.pin import pin as pin_status
from gazouillis.statuses.pin import unpin as unpin_status
from gazouillis.statuses.withhold import hide_reply, show_reply

Command = Callable[[Tx, AccountModel, StatusId], Awaitable[models.Status]]


class WithheldForm(PageForm, frozen=True):
    awaiting: bool | None = None


class ReblogForm(ViaForm, frozen=True):
    visibility: str = "public"


@post("/api/v1/statuses/{status_id:str}/favourite", status_code=200)
async def favourite(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    caller, form = await authorised(request, "write:favourites"), await bind(request, ViaForm)
    async with site(request).db.write() as tx:
        one = await act.favourite(tx, caller.account, lookups.status_id(status_id), roads.by(form.via))
    return await respond.status(request, one, caller)


@post("/api/v1/statuses/{status_id:str}/unfavourite", status_code=200)
async def unfavourite(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    return await _undo(request, status_id, "write:favourites", favouriting.unfavourite)


@post("/api/v1/statuses/{status_id:str}/bookmark", status_code=200)
async def bookmark(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    return await _do(request, status_id, "write:bookmarks", favouriting.bookmark)


@post("/api/v1/statuses/{status_id:str}/unbookmark", status_code=200)
async def unbookmark(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    return await _undo(request, status_id, "write:bookmarks", favouriting.unbookmark)


@post("/api/v1/statuses/{status_id:str}/reblog", status_code=200)
async def reblog(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    caller, form = await authorised(request, "write:statuses"), await bind(request, ReblogForm)
    async with site(request).db.write() as tx:
        identifier, chosen = lookups.status_id(status_id), visibility(form.visibility)
        made = await act.reblog(tx, caller.account, identifier, roads.by(form.via), visibility=chosen)
    return await respond.status(request, made, caller)


@post("/api/v1/statuses/{status_id:str}/unreblog", status_code=200)
async def unreblog(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    return await _undo(request, status_id, "write:statuses", reblogging.unreblog)


@post("/api/v1/statuses/{status_id:str}/mute", status_code=200)
async def mute(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    """Mutes the whole thread. https://docs.joinmastodon.org/methods/statuses/#mute"""
    return await _do(request, status_id, "write:mutes", mute_thread)


@post("/api/v1/statuses/{status_id:str}/unmute", status_code=200)
async def unmute(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    return await _undo(request, status_id, "write:mutes", unmute_thread)


@post("/api/v1/statuses/{status_id:str}/pin", status_code=200)
async def pin(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    return await _do(request, status_id, "write:accounts", pin_status)


@post("/api/v1/statuses/{status_id:str}/unpin", status_code=200)
async def unpin(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    return await _do(request, status_id, "write:accounts", unpin_status)


@post("/api/v1/statuses/{status_id:str}/hide_reply", status_code=200)
async def hide(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    """Of our own, as the two after it: hides a reply from one's thread, or declines one that waits."""
    return await _do(request, status_id, "write:statuses", hide_reply)


@post("/api/v1/statuses/{status_id:str}/show_reply", status_code=200)
async def show(request: AnyRequest, status_id: FromPath[str]) -> ASGIApp:
    """Below a reply that somebody else hid, the caller may no longer see it then: it comes without its text."""
    return await _undo(request, status_id, "write:statuses", show_reply)


@get("/api/v1/withheld_replies")
async def withheld(request: AnyRequest) -> ASGIApp:
    """The replies that the caller keeps out of their threads. `awaiting`: only those that wait, or only those that were hidden."""
    caller, form = await authorised(request, "read:statuses"), await bind(request, WithheldForm)
    async with site(request).db.read() as reader:
        page = await queries.withheld_by(reader, caller.account.id, form.window(), is_awaiting=form.awaiting)
        return await respond.statuses(request, reader, page, caller)


@get("/api/v1/statuses/{status_id:str}/favourited_by", opt=CACHEABLE)
async def favourited_by(request: AnyRequest, status_id: FromPath[str]) -> Response[list[Raw]]:
    caller, form = await anybody(request, "read:statuses"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        one = await queries.visible_original(reader, lookups.status_id(status_id), caller.viewer_id)
        page = await queries.favouriter_ids(reader, one.id, form.window(paging.ACCOUNTS))
        return await respond.accounts(request, reader, page, caller)


@get("/api/v1/statuses/{status_id:str}/reblogged_by", opt=CACHEABLE)
async def reblogged_by(request: AnyRequest, status_id: FromPath[str]) -> Response[list[Raw]]:
    caller, form = await anybody(request, "read:statuses"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        one = await queries.visible_original(reader, lookups.status_id(status_id), caller.viewer_id)
        page = await queries.reblogger_ids(reader, one.id, form.window(paging.ACCOUNTS))
        return await respond.accounts(request, reader, page, caller)


@get("/api/v1/favourites", opt=CACHEABLE)
async def favourites(request: AnyRequest) -> ASGIApp:
    caller, form = await authorised(request, "read:favourites"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await queries.favourited_by(reader, caller.account.id, form.window())
        return await respond.statuses(request, reader, page, caller)


@get("/api/v1/bookmarks", opt=CACHEABLE)
async def bookmarks(request: AnyRequest) -> ASGIApp:
    caller, form = await authorised(request, "read:bookmarks"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await queries.bookmarked_by(reader, caller.account.id, form.window())
        return await respond.statuses(request, reader, page, caller)


async def _do(request: AnyRequest, status_id: str, scope: str, command: Command) -> ASGIApp:
    caller = await authorised(request, scope)
    async with site(request).db.write() as tx:
        one = await command(tx, caller.account, lookups.status_id(status_id))
    return await respond.status(request, one, caller)


async def _undo(request: AnyRequest, status_id: str, scope: str, command: Command) -> ASGIApp:
    caller = await authorised(request, scope)
    async with site(request).db.write() as tx:
        one = await command(tx, caller.account, lookups.status_id(status_id))
    return await respond.after_undoing(request, one, caller)


routes = [
    *(favourite, unfavourite, bookmark, unbookmark, reblog, unreblog, mute, unmute),
    *(pin, unpin),
    *(favourited_by, reblogged_by, favourites, bookmarks),
    *(hide, show, withheld),
]
