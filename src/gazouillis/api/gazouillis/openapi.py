"""The OpenAPI document of all endpoints that Mastodon does not have. Tests compare it with the routes and with real answers."""

from __future__ import annotations

from pathlib import Path

from litestar import MediaType, Response, get

DOCUMENT = Path(__file__).with_name("openapi.json").read_bytes()


@get("/api/gazouillis/openapi.json")
async def show() -> Response[bytes]:
    return Response(DOCUMENT, media_type=MediaType.JSON)


routes = [show]
