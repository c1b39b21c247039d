"""Static files: styles, scripts and drawings, read into memory at start.

Requests look names up in this dictionary and never open a path, so that `../` leads nowhere.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from hashlib import blake2b
from pathlib import Path

import msgspec

from gazouillis.text import grammar

FOLDER = Path(__file__).parent / "static"
GENERATED = {"grammar.js": grammar.javascript().encode()}
COMPRESSIBLE = {".css", ".js", ".svg"}
TYPES = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain"}


class StaticFile(msgspec.Struct, frozen=True):
    content: bytes
    gzipped: bytes
    """`content` compressed by gzip; empty for types that gzip does not make smaller."""
    media_type: str
    etag: str


def static_url(name: str) -> str:
    """An address with the version of all files, since they load each other: it changes when any of them changes."""
    return f"/static/{name}?v={VERSION}"


def _read() -> dict[str, bytes]:
    read = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    return {name: content for name, content in (read | GENERATED).items() if Path(name).suffix in {*COMPRESSIBLE, ".txt", ".png", ".woff2"}}


def _version(files: dict[str, bytes]) -> str:
    return blake2b(b"".join(name.encode() + content for name, content in sorted(files.items())), digest_size=4).hexdigest()


def _prepared(name: str, content: bytes) -> StaticFile:
    suffix = Path(name).suffix
    if suffix in {".js", ".css"}:
        content = _REFERENCE.sub(rb"\1?v=" + VERSION.encode() + rb"\2", content)
    return StaticFile(
        content,
        gzip.compress(content, mtime=0) if suffix in COMPRESSIBLE else b"",
        TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
        f'"{blake2b(content, digest_size=8).hexdigest()}"',
    )


# `from "./live.js"` in a script, `url("hills.svg")` in a style: the files they name are cached by version too.
_REFERENCE = re.compile(rb"""((?:from "\./[\w-]+\.js)|(?:url\("[\w-]+\.svg))(")""")

_contents = _read()
VERSION = _version(_contents)
FILES = {name: _prepared(name, content) for name, content in _contents.items()}
