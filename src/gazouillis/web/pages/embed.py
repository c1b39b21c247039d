"""Embedding a status in other sites: the page that they show in a frame, and the page with the HTML to copy into a blog.

The frame (https://docs.joinmastodon.org/methods/oembed/) is the only page that other sites may frame. It knows no session, sets no cookie,
has no form and runs no script, so nothing can be done in it: its links open outside, where pages refuse frames.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from gazouillis.accounts import options
from gazouillis.encounters.reach import embed
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.statuses import rules
from gazouillis.statuses.models import StatusView
from gazouillis.web.headers import content_security_policy
from gazouillis.web.pages import compose
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS
from gazouillis.web.pages.thread import status_at
from gazouillis.web.rendering import Page, status_url
from gazouillis.web.request_context import AnyRequest, RequestContext, redirect, request_context, site_of
from gazouillis.web.side import NOTHING, Side

_NONE = dict.fromkeys(("script_src", "connect_src", "manifest_src", "form_action"), "'none'")
FRAMED = HIDDEN_FROM_ROBOTS | {"Content-Security-Policy": content_security_policy(**_NONE, frame_ancestors="*")}
FRAMES_OUR_PAGE = HIDDEN_FROM_ROBOTS | {"Content-Security-Policy": content_security_policy(frame_src="'self'")}
WIDTH_IN_A_BLOG = 550


class FrameContext(RequestContext):
    """For everybody alike: whoever is signed in counts as a visitor."""

    async def page(self, *, live: str = "") -> Page:
        return msgspec.structs.replace(await super().page(live=live), flash=None, csrf_input=Markup(""))

    async def _side(self) -> Side:
        return NOTHING


@get("/{handle:str}/{status_id:str}/embed", opt=CACHEABLE | {"exclude_from_csrf": True})
async def frame(request: AnyRequest, handle: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    async with _frame_context(request) as context:
        response = await _frame(context, handle, status_id)
    response.headers.update(FRAMED)
    return response


@get("/statuses/{status_id:str}/embed")
async def snippet(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        view = await compose.readable(context, status_id)
        if not rules.is_for_everybody(view.status.visibility):
            raise NotFound(_("There is no such post"))
        size = embed.frame_size(view, WIDTH_IN_A_BLOG)
        is_allowed = rules.may_be_embedded(view.status, view.account)
        html = embed.html(context.site.settings.base_url, view, size) if is_allowed else ""
        response = await context.render("embed.html", view=view, size=size, html=html)
    response.headers.update(FRAMES_OUR_PAGE)
    return response


@asynccontextmanager
async def _frame_context(request: AnyRequest) -> AsyncIterator[FrameContext]:
    site = site_of(request)
    async with site.db.read() as reader:
        yield FrameContext(request, site, reader, await options.effective(reader, site.settings), None)


async def _frame(context: FrameContext, handle: str, status_id: str) -> Response[Any]:
    try:
        view = await status_at(context, handle, status_id)
    except NotFound:
        return await _show(context, None, 404)
    if view.is_tombstone:
        return await _show(context, None, 410)
    path = f"{status_url(view)}/embed"
    if context.request.scope["path"] != path:
        return redirect(path, context.request)
    return await _show(context, view, 200 if rules.may_be_embedded(view.status, view.account) else 403)


async def _show(context: FrameContext, view: StatusView | None, status_code: int) -> Response[Any]:
    """Without a view: what the address named has gone, or was never there."""
    return await context.render(
        "embed_frame.html",
        status_code=status_code,
        view=view,
        is_allowed=status_code == 200,
        base_url=context.site.settings.base_url,
        authority=context.site.settings.authority,
    )


routes = [frame, snippet]
