"""The pictures of those who chose none, as PNG: drawn once, kept, and drawn in a pool of their own."""

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
    # With Pillow behind it. Loaded where it is first needed, never in the thread that draws.
    raster = lazily("gazouillis.web.raster")

VERSION = b"3"
"""Another one whenever `raster` draws the same SVG otherwise."""
MOST_FROM_ADDRESS = 200
"""That must be drawn, in one window: those who are kept are given to everybody, and not counted."""
WINDOW = timedelta(minutes=5)

PNG: CacheRegion[tuple[str, str], bytes] = CacheRegion("default pictures", 24_000_000)
"""By kind and handle. Nothing makes them outdated."""

VECTORS = {"avatar": avatars.default_avatar, "header": avatars.default_header}


class Drawings:
    def __init__(self, pool: Pool | None = None) -> None:
        self.pool = pool or Pool("drawings", threads=1, waiting=64)
        self._under_way: dict[tuple[str, str], asyncio.Task[bytes]] = {}

    async def png(self, site: Site, kind: str, handle: str, address: str) -> bytes:
        """`kind`: `avatar` or `header`. Those who ask for the same at the same time wait for one drawing."""
        wanted = kind, handle.lower()
        found = site.db.cache.region(PNG).get(wanted) if site.db.cache else None
        if found is not None:
            return found
        if wanted not in self._under_way:
            await require(site.limits, f"drawings:{address}", MOST_FROM_ADDRESS, WINDOW)
        if wanted not in self._under_way:
            self._under_way[wanted] = drawing = asyncio.ensure_future(self._draw(site, *wanted))
            drawing.add_done_callback(lambda _done: self._under_way.pop(wanted, None))
        return await asyncio.shield(self._under_way[wanted])

    async def icon(self, size: int, share: float) -> bytes:
        return await self.pool.run(raster.icon, size, share)

    async def favicon(self) -> bytes:
        return await self.pool.run(raster.favicon)

    async def _draw(self, site: Site, kind: str, handle: str) -> bytes:
        """Cached before it counts as done: whoever asks in between would have it drawn once more."""
        drawn = await self.pool.run(raster.avatar if kind == "avatar" else raster.header, handle)
        if site.db.cache:
            region = site.db.cache.region(PNG)
            region.put((kind, handle), drawn, region.generation)
        return drawn


def etag(kind: str, handle: str, suffix: str) -> str:
    """Of the drawing itself, without drawing it: its SVG says all."""
    said = blake2b(VECTORS[kind](handle.lower()).encode(), digest_size=9, key=VERSION).hexdigest()
    return f'"{said}-{suffix}"'
