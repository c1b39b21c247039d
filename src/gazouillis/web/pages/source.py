"""The source of this very server, with whatever its operator changed: https://www.gnu.org/licenses/agpl-3.0.html, section 13."""

from __future__ import annotations

import asyncio
import tarfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from litestar import Response, get

from gazouillis.infra.cache.responses import STREAMED

PACKAGE = Path(__file__).parents[2]
BUILDING = "building"
"""Where the wheel keeps what building needs beside the package; in a checkout it stands at the top."""
NEEDED = ("pyproject.toml", "hatch_build.py", "package.json", "package-lock.json", ".npmrc", "README.md", "LICENSE")
TOP = "gazouillis-source"
LEFT_OUT = {"__pycache__", BUILDING}


@get("/source.tar.gz", opt=STREAMED)
async def source() -> Response[bytes]:
    archive = await asyncio.to_thread(packed)
    return Response(archive, media_type="application/gzip", headers={"Cache-Control": "public, max-age=3600"})


@lru_cache(1)
def packed() -> bytes:
    """Packed once, about half a megabyte."""
    written = BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        archive.add(PACKAGE, arcname=f"{TOP}/src/gazouillis", filter=_kept)
        beside = PACKAGE / BUILDING if (PACKAGE / BUILDING).exists() else PACKAGE.parents[1]
        for name in NEEDED:
            archive.add(beside / name, arcname=f"{TOP}/{name}", filter=_kept)
    return written.getvalue()


def _kept(file: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Says nothing of the machine it comes from."""
    if LEFT_OUT & set(Path(file.name).parts):
        return None
    file.uid = file.gid = 0
    file.uname = file.gname = ""
    return file


routes = [source]
