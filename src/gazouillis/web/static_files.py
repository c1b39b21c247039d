"""The files that pages load, read once: nothing asked for ever becomes a path."""

from __future__ import annotations

import gzip
import mimetypes
import re
from hashlib import blake2b
from pathlib import Path

import msgspec

from gazouillis.text import grammar

FOLDER = Path(__file__).parent / "static"
MADE = {"grammar.js": grammar.javascript().encode()}
PACKED = {".css", ".js", ".svg"}
TYPES = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain"}


class StaticFile(msgspec.Struct, frozen=True):
    content: bytes
    packed: bytes
    """The same in gzip; empty when that gains nothing."""
    media_type: str
    etag: str


def address(name: str) -> str:
    """Different when any of the files is: they load each other."""
    return f"/static/{name}?v={VERSION}"


def _read() -> dict[str, bytes]:
    found = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    return {name: content for name, content in (found | MADE).items() if Path(name).suffix in {*PACKED, ".txt", ".png", ".woff2"}}


def _version(files: dict[str, bytes]) -> str:
    return blake2b(b"".join(name.encode() + content for name, content in sorted(files.items())), digest_size=4).hexdigest()


def _ready(name: str, content: bytes) -> StaticFile:
    suffix = Path(name).suffix
    if suffix in {".js", ".css"}:
        content = _NEIGHBOUR.sub(rb"\1?v=" + VERSION.encode() + rb"\2", content)
    return StaticFile(
        content,
        gzip.compress(content, mtime=0) if suffix in PACKED else b"",
        TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
        f'"{blake2b(content, digest_size=8).hexdigest()}"',
    )


# `from "./live.js"` in a script, `url("hills.svg")` in a style: those are kept as long as what loads them.
_NEIGHBOUR = re.compile(rb"""((?:from "\./[\w-]+\.js)|(?:url\("[\w-]+\.svg))(")""")

_contents = _read()
VERSION = _version(_contents)
FILES = {name: _ready(name, content) for name, content in _contents.items()}
