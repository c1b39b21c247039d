"""Hashtags. https://docs.joinmastodon.org/methods/tags/"""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.api.entities.tag import Tag, tag
from gazouillis.api.request import AnyRequest, site


@get("/api/v1/tags/{name:str}")
async def show(request: AnyRequest, name: FromPath[str]) -> Response[Tag]:
    return Response(tag(site(request).settings.base_url, name))


routes = [show]
