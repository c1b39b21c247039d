"""The instance endpoint: the server's name, rules and limits. https://docs.joinmastodon.org/methods/instance/#v2"""

from __future__ import annotations

from litestar import Response, get

from gazouillis.api import usage
from gazouillis.api.entities.instance import Instance, instance
from gazouillis.api.request import AnyRequest, site
from gazouillis.api.v1.instance import site_options


@get("/api/v2/instance")
async def show(request: AnyRequest) -> Response[Instance]:
    return Response(instance(site(request).settings, await site_options(request), await usage.latest(request)))


routes = [show]
