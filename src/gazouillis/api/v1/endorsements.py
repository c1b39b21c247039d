"""Endorsed accounts, which their follower recommends on their profile. https://docs.joinmastodon.org/methods/endorsements/"""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Raw

from gazouillis.api import lookups, paging, respond
from gazouillis.api.bind import bind
from gazouillis.api.caller import anybody, authorised
from gazouillis.api.entities.relationship import Relationship
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.api.v1.relationships import change
from gazouillis.graph import queries as graph
from gazouillis.graph.endorse import endorse as endorse_account
from gazouillis.graph.endorse import unendorse as unendorse_account
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Page

ACCOUNT = "/api/v1/accounts/{account_id:str}"


@post([f"{ACCOUNT}/endorse", f"{ACCOUNT}/pin"], status_code=200)
async def endorse(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    """Apps of before Mastodon 4.4 say `pin`."""
    return await change(request, account_id, await authorised(request, "write:accounts"), endorse_account)


@post([f"{ACCOUNT}/unendorse", f"{ACCOUNT}/unpin"], status_code=200)
async def unendorse(request: AnyRequest, account_id: FromPath[str]) -> Response[Relationship]:
    return await change(request, account_id, await authorised(request, "write:accounts"), unendorse_account)


@get("/api/v1/endorsements", opt=CACHEABLE)
async def endorsed(request: AnyRequest) -> Response[list[Raw]]:
    caller, form = await authorised(request, "read:accounts"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await graph.endorsed_ids(reader, caller.account.id, form.window(paging.ACCOUNTS))
        return await respond.accounts(request, reader, page, caller)


@get(f"{ACCOUNT}/endorsements", opt=CACHEABLE)
async def endorsed_by(request: AnyRequest, account_id: FromPath[str]) -> Response[list[Raw]]:
    """Also of who hides whom they follow: they chose each of these to be shown."""
    caller, form = await anybody(request, "read:accounts"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        account, hidden = await lookups.account(reader, account_id), await graph.blocks_and_mutes(reader, caller.viewer_id)
        is_shown = account.is_visible and account.id not in hidden.blocked
        page = await graph.endorsed_ids(reader, account.id, form.window(paging.ACCOUNTS)) if is_shown else Page([])
        return await respond.accounts(request, reader, page, caller)


routes = [endorse, unendorse, endorsed, endorsed_by]
