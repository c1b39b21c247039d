"""The request as the API's handlers receive it: its type, its site, and one header at a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, cast

from litestar import Request
from litestar.exceptions import ClientException, InternalServerException

from gazouillis.infra.site import HasSite, Site

AnyRequest = Request[Any, Any, Any]


class LeanRequest(Request[Any, Any, Any]):
    """A request that reads its `Content-Length` without decoding and sorting all the other headers."""

    @property
    def content_length(self) -> int | None:
        """None when the header is missing or not a number. The bytes of the body are counted in any case."""
        length = header(self, b"content-length")
        return int(length) if length.isdecimal() and len(length) < 20 else None

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """A client that leaves before its request is complete made a bad request. Litestar would call it an error of the server."""
        try:
            async for chunk in super().stream():
                yield chunk
        except InternalServerException as fault:
            if not self.is_connected:  # the body is read twice
                raise
            raise ClientException("the client left before its request was complete") from fault


def site(request: AnyRequest) -> Site:
    return cast("HasSite", request.app).site


def header(request: AnyRequest, name: bytes) -> str:
    """The first value of this header, empty when there is none. `name` is in lower case.

    `request.headers` would decode and sort all headers first.
    """
    for one, value in request.scope["headers"]:
        if one == name:
            return value.decode("latin-1")
    return ""
