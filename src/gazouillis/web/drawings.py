"""Default pictures as PNG: rendered in a thread pool of their own, and cached. Requests for the same picture share one rendering."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.limits import require
from gazouillis.infra.site import Site
from gazouillis.infra.thread_pools import Pool
from gazouillis.web import avatars

if TYPE_CHECKING:
    from gazouillis.web import raster
else:
    # It imports Pillow. Loaded when first needed, and never in the pool's thread.
    raster = lazily("gazouillis.web.raster")

VERSION = b"3"
"""Part of the ETag: change it whenever `raster` renders the same SVG differently."""
MOST_FROM_ADDRESS = 200
"""How many pictures are rendered for one IP address in one window. Pictures from the cache are not counted."""
WINDOW = timedelta(minutes=5)

PNG: CacheRegion[tuple[str, str], bytes] = CacheRegion("default pictures", 24_000_000)
"""By kind and handle. They never change."""

VECTORS = {"avatar": avatars.default_avatar, "header": avatars.default_header}


class Drawings:
    def __init__(self, pool: Pool | None = None) -> None:
        self.pool = pool or Pool("drawings", threads=1, waiting=64)
        self._running: dict[tuple[str, str], asyncio.Task[bytes]] = {}

    async def png(self, site: Site, kind: str, handle: str, address: str) -> bytes:
        """`kind`: `avatar` or `header`. Raises TooMany when this address asks for too many new ones."""
        key = kind, handle.lower()
        cached = site.db.cache.region(PNG).get(key) if site.db.cache else None
        if cached is not None:
            return cached
        if key not in self._running:
            await require(site.limits, f"drawings:{address}", MOST_FROM_ADDRESS, WINDOW)
        if key not in self._running:
            self._running[key] = rendering = asyncio.ensure_future(self._render(site, *key))
            rendering.add_done_callback(lambda _done: self._running.pop(key, None))
        return await asyncio.shield(self._running[key])

    async def icon(self, size: int, share: float) -> bytes:
        return await self.pool.run(raster.icon, size, share)

    async def favicon(self) -> bytes:
        return await self.pool.run(raster.favicon)

    async def _render(self, site: Site, kind: str, handle: str) -> bytes:
        """Cached before the task ends: a request in between would render the picture once more."""
        png = await self.pool.run(raster.avatar if kind == "avatar" else raster.header, handle)
        if site.db.cache:
            region = site.db.cache.region(PNG)
            region.put((kind, handle), png, region.generation)
        return png


def etag(kind: str, handle: str, suffix: str) -> str:
    """The hash of the SVG, so that a PNG need not be rendered to be validated."""
    digest = blake2b(VECTORS[kind](handle.lower()).encode(), digest_size=9, key=VERSION).hexdigest()
    return f'"{digest}-{suffix}"'
