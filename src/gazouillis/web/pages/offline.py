"""The service worker, and the page that it shows while the network or the server is away."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get

from gazouillis.web import i18n, static_files
from gazouillis.web.request_context import AnyRequest, request_context
from gazouillis.web.static_files import FILES, static_url

PAGES = [f"/offline?lang={language}" for language in i18n.LANGUAGES]
FILES_OF_PAGE = [
    static_url(name) for name in ("app.css", "offline.js", "favicon.svg", "hills.svg", *(one for one in FILES if one.endswith(".woff2")))
]


@get("/offline")
async def offline(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await context.render("offline.html")


@get("/sw.js")
async def service_worker() -> Response[bytes]:
    """Browsers compare it byte by byte: it changes when any file of ours does. Its address never changes, and it is never cached.

    https://www.w3.org/TR/service-workers/
    """
    constants = f"const VERSION = {_js(static_files.VERSION)};\nconst FILES = {_js([*PAGES, *FILES_OF_PAGE])};\n"
    return Response(constants.encode() + FILES["sw.js"].content, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _js(value: Any) -> str:
    return msgspec.json.encode(value).decode()


routes = [offline, service_worker]
