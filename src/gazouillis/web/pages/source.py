"""The source code of this server, with its operator's changes.

The licence demands it: https://www.gnu.org/licenses/agpl-3.0.html, section 13.
"""

from __future__ import annotations

import os
import tarfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

from isal import isal_zlib
from litestar import Response, get

from gazouillis.infra.cache.responses import STREAMED
from gazouillis.infra.thread_pools import Pool
from gazouillis.web.compression import GZIP, LEVEL

PACKAGE = Path(__file__).parents[2]
BUILDING = "building"
"""The folder of the wheel with the files that a build needs beside the package; in a checkout they are at the top."""
NEEDED = ("pyproject.toml", "hatch_build.py", "package.json", "package-lock.json", ".npmrc", "README.md", "LICENSE")
TOP = "gazouillis-source"
LEFT_OUT = {"__pycache__", BUILDING}

_building = Pool("source", threads=1, waiting=100)
"""One thread: requests that arrive while the archive is made get the same one."""


@get("/source.tar.gz", opt=STREAMED)
async def source() -> Response[bytes]:
    content = await _building.run(_read_archive)
    return Response(content, media_type="application/gzip", headers={"Cache-Control": "public, max-age=3600"})


def _read_archive() -> bytes:
    file = archive()
    return os.pread(file, os.fstat(file).st_size, 0)


@lru_cache(1)
def archive() -> int:
    """Descriptor of a file without a name, which goes with this process. Made once; about seven megabytes, most of it the gazetteer.

    ISA-L takes a quarter of zlib's time, for a tenth more bytes.
    """
    content = BytesIO()
    with tarfile.open(fileobj=content, mode="w") as added:
        added.add(PACKAGE, arcname=f"{TOP}/src/gazouillis", filter=_anonymous)
        folder = PACKAGE / BUILDING if (PACKAGE / BUILDING).exists() else PACKAGE.parents[1]
        for name in NEEDED:
            added.add(folder / name, arcname=f"{TOP}/{name}", filter=_anonymous)
    with TemporaryFile() as file:
        file.write(isal_zlib.compress(content.getvalue(), LEVEL, GZIP))
        file.flush()
        return os.dup(file.fileno())


def _anonymous(file: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Removes owner and group, which would tell about this machine; None for the files to leave out."""
    if LEFT_OUT & set(Path(file.name).parts):
        return None
    file.uid = file.gid = 0
    file.uname = file.gname = ""
    return file


routes = [source]
