"""https://docs.joinmastodon.org/methods/instance/#v2"""

from __future__ import annotations

from litestar import Response, get

from gazouillis.api import usage
from gazouillis.api.entities.instance import Instance, instance
from gazouillis.api.request import AnyRequest, site
from gazouillis.api.v1.instance import chosen


@get("/api/v2/instance")
async def show(request: AnyRequest) -> Response[Instance]:
    return Response(instance(site(request).settings, await chosen(request), await usage.latest(request)))


routes = [show]
