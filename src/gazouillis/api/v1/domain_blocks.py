"""Blocked domains. https://docs.joinmastodon.org/methods/domain_blocks/"""

from __future__ import annotations

import msgspec
from litestar import Response, delete, get, post

from gazouillis.api import paging
from gazouillis.api.bind import bind
from gazouillis.api.caller import authorised
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph import queries as graph
from gazouillis.graph.block_domain import block_domain, domain_from, unblock_domain

DOMAINS = 100


class DomainForm(msgspec.Struct, frozen=True):
    domain: str = ""


@get("/api/v1/domain_blocks")
async def listed(request: AnyRequest) -> Response[list[str]]:
    caller, form = await authorised(request, "read:blocks"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await graph.blocked_domains(reader, caller.account.id, form.window(DOMAINS))
        return Response(page.items, headers=paging.links(request, page))


@post("/api/v1/domain_blocks", status_code=200)
async def block(request: AnyRequest) -> Response[dict[str, str]]:
    caller, form = await authorised(request, "write:blocks"), await bind(request, DomainForm)
    domain = domain_from(form.domain, site(request).settings.authority)
    async with site(request).db.write() as tx:
        await block_domain(tx, caller.account.id, domain)
    return Response({})


@delete("/api/v1/domain_blocks", status_code=200)
async def unblock(request: AnyRequest) -> Response[dict[str, str]]:
    caller, form = await authorised(request, "write:blocks"), await bind(request, DomainForm)
    domain = domain_from(form.domain, site(request).settings.authority)
    async with site(request).db.write() as tx:
        await unblock_domain(tx, caller.account.id, domain)
    return Response({})


routes = [listed, block, unblock]
