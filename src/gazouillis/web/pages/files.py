"""Files that pages and apps load: static files, uploaded pictures, default pictures, icons, robots.txt and the web app manifest."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import STREAMED
from gazouillis.web import avatars, drawings, static_files
from gazouillis.web.drawings import Drawings
from gazouillis.web.log_in import client_address
from gazouillis.web.pages.profile import account_by_handle
from gazouillis.web.request_context import AnyRequest, request_context, site_of
from gazouillis.web.static_files import FILES, StaticFile

FOREVER = "public, max-age=31536000, immutable"
A_WEEK = "public, max-age=604800"
REVALIDATE = "no-cache"

ALONE = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
"""Static files are loaded by pages, and load nothing as pages of their own. A short policy: a first visit loads two dozen of them."""

PICTURE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex"}
"""Web apps of other origins may show pictures too. The sandbox policy keeps an SVG from running as a page of this site."""

MEDIA_TYPES = {".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif"}
LONGEST_HANDLE = 300
"""Characters of a handle in an address."""

ICONS = {"192.png": (192, 0.78), "512.png": (512, 0.78), "maskable-512.png": (512, 0.56), "touch-180.png": (180, 0.7)}
"""Size in pixels, and the share of the width that the bird takes: less for icons that the system crops to a shape."""

ROBOTS = """User-agent: *
Disallow: /search
Disallow: /settings
Disallow: /invite
Disallow: /compose
Disallow: /live
Disallow: /feeds
Disallow: /api
"""


@get("/static/{path:path}", opt=STREAMED)
async def static(request: AnyRequest, path: FromPath[str]) -> Response[Any]:
    file = FILES.get(path.lstrip("/"))
    if file is None:
        raise NotFound(_("There is nothing here"))
    is_this_version = request.query_params.get("v") == static_files.VERSION
    caching = {"Cache-Control": FOREVER} if is_this_version else {"Cache-Control": REVALIDATE, "ETag": file.etag}
    headers = ALONE | caching | {"Vary": "Accept-Encoding"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    content, encoding = await _encoded(file, request.headers.get("accept-encoding", ""))
    return Response(content, media_type=file.media_type, headers=headers | encoding)


@get("/media/{key:str}", opt=STREAMED)
async def media(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """The key is the hash of the content, so the content never changes."""
    content = await site_of(request).blobs.get(key)
    media_type = MEDIA_TYPES.get(PurePosixPath(key).suffix, "application/octet-stream")
    return Response(content, media_type=media_type, headers=PICTURE | {"Cache-Control": FOREVER})


@get("/avatars/{name:str}")
async def avatar(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    return await _default_picture(request, name, "avatar")


@get("/headers/{name:str}")
async def header(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    return await _default_picture(request, name, "header")


@get("/icons/{name:str}")
async def icon(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    if name not in ICONS:
        raise NotFound(_("There is nothing here"))
    return _picture(await site_of(request).the(Drawings).icon(*ICONS[name]), "image/png")


@get("/favicon.ico")
async def favicon(request: AnyRequest) -> Response[bytes]:
    return _picture(await site_of(request).the(Drawings).favicon(), "image/x-icon")


@get("/robots.txt")
async def robots() -> Response[str]:
    return Response(ROBOTS, media_type="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@get("/manifest.webmanifest")
async def manifest(request: AnyRequest) -> Response[bytes]:
    """https://developer.mozilla.org/en-US/docs/Web/Progressive_web_apps/Manifest"""
    async with request_context(request) as context:
        content = {
            "id": "/",
            "name": context.options.name,
            "short_name": context.options.name[:12],
            "description": context.options.description,
            "lang": context.language,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": avatars.SKY,
            "theme_color": avatars.SKY,
            "icons": [
                {"src": "/icons/192.png", "sizes": "192x192", "type": "image/png"},
                {"src": "/icons/512.png", "sizes": "512x512", "type": "image/png"},
                {"src": "/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            ],
            "shortcuts": [{"name": context.translate(_("Write a post")), "url": "/compose"}],
        }
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(msgspec.json.encode(content), media_type="application/manifest+json", headers=headers)


async def _encoded(file: StaticFile, accepted: str) -> tuple[bytes, dict[str, str]]:
    """The smallest that the client accepts, and its header. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3"""
    offers = (one.replace(" ", "").partition(";q=") for one in accepted.lower().split(","))
    names = {name for name, _q, quality in offers if quality.strip("0.") or not quality}
    if file.gzipped and "br" in names:
        return await asyncio.to_thread(getattr, file, "brotlied"), {"Content-Encoding": "br"}
    if file.gzipped and "gzip" in names:
        return file.gzipped, {"Content-Encoding": "gzip"}
    return file.content, {}


async def _default_picture(request: AnyRequest, name: str, kind: str) -> Response[Any]:
    """Only for accounts that exist, so that invented names cost no rendering."""
    handle, dot, suffix = name.rpartition(".")
    if not dot or len(handle) > LONGEST_HANDLE or suffix not in {"svg", "png"}:
        raise NotFound(_("There is nothing here"))
    async with request_context(request) as context:
        await account_by_handle(context, f"@{handle}")
    etag = drawings.etag(kind, handle, suffix)
    if etag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers={"Cache-Control": A_WEEK, "ETag": etag})
    if suffix == "svg":
        return _picture(drawings.VECTORS[kind](handle).encode(), "image/svg+xml", etag)
    png = await site_of(request).the(Drawings).png(site_of(request), kind, handle, client_address(request))
    return _picture(png, "image/png", etag)


def _picture(content: bytes, media_type: str, etag: str = "") -> Response[bytes]:
    validator = {"ETag": etag} if etag else {}
    return Response(content, media_type=media_type, headers=PICTURE | {"Cache-Control": A_WEEK} | validator)


routes = [static, media, avatar, header, icon, favicon, robots, manifest]
