"""The directory of people here who agreed to be found. https://docs.joinmastodon.org/methods/directory/"""

from __future__ import annotations

import msgspec
from litestar import Response, get
from msgspec import Raw

from gazouillis.api import paging, respond
from gazouillis.api.bind import Id, bind
from gazouillis.api.caller import anybody
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph.directory import Order, directory


class DirectoryForm(msgspec.Struct, frozen=True):
    limit: paging.Limit | None = None
    offset: Id = 0
    order: Order = Order.ACTIVE


@get("/api/v1/directory")
async def listed(request: AnyRequest) -> Response[list[Raw]]:
    """`local` is ignored: the directory lists only people of this server."""
    caller, form = await anybody(request, "read:accounts"), await bind(request, DirectoryForm)
    async with site(request).db.read() as reader:
        limit = paging.clamped(form.limit, paging.ACCOUNTS)
        page = await directory(reader, caller.viewer_id, form.order, limit, offset=form.offset)
        return Response(await respond.visible_accounts(request, reader, page.ids))


routes = [listed]
