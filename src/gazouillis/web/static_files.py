"""Static files: styles, scripts and drawings, read into memory at start.

Requests look names up in this dictionary and never open a path, so that `../` leads nowhere.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import brotli
import msgspec

from gazouillis.text import grammar

FOLDER = Path(__file__).parent / "static"
GENERATED = {"grammar.js": grammar.javascript().encode()}
COMPRESSIBLE = {".css", ".js", ".json", ".svg"}
NOT_SERVED = "package-lock.json"
VENDOR = "vendor/"
"""Files of others, which are served as they are: their comments hold their licences."""
TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".txt": "text/plain"}


class StaticFile(msgspec.Struct, frozen=True, dict=True):
    content: bytes
    gzipped: bytes
    """`content` compressed by gzip; empty for types that compression does not make smaller."""
    media_type: str
    etag: str

    @cached_property
    def brotlied(self) -> bytes:
        """`content` compressed by Brotli. The best quality takes up to half a second, once: not for the event loop."""
        compressed: bytes = brotli.compress(self.content, mode=brotli.MODE_TEXT) if self.gzipped else b""
        return compressed


def static_url(name: str) -> str:
    """An address with the version of all files, since they load each other: it changes when any of them changes."""
    return f"/static/{name}?v={VERSION}"


def _read() -> dict[str, bytes]:
    read = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.name != NOT_SERVED
    }
    return {name: content for name, content in (read | GENERATED).items() if Path(name).suffix in {*COMPRESSIBLE, ".txt", ".png", ".woff2"}}


def _version(files: dict[str, bytes]) -> str:
    return blake2b(b"".join(name.encode() + content for name, content in sorted(files.items())), digest_size=4).hexdigest()


def _prepared(name: str, content: bytes) -> StaticFile:
    suffix = Path(name).suffix
    if suffix == ".js" and not name.startswith(VENDOR):
        content = _UNREAD.sub(b"", content)
    if suffix in {".js", ".css"}:
        content = _REFERENCE.sub(rb"\1?v=" + VERSION.encode() + rb"\2", content)
    return StaticFile(
        content,
        gzip.compress(content, mtime=0) if suffix in COMPRESSIBLE else b"",
        TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
        f'"{blake2b(content, digest_size=8).hexdigest()}"',
    )


# `from "./live.js"` or `import("./emoji.js")` in a script, `url("hills.svg")` in a style: the files they name are cached by version too.
_REFERENCE = re.compile(rb"""((?:(?:from |import\()"\./[\w/-]+\.js)|(?:url\("[\w/-]+\.(?:svg|woff2)))(")""")

_UNREAD = re.compile(rb"^[ \t]*(?://.*)?\n|^[ \t]+|(?<=[;{,(\[])\n", re.MULTILINE)
"""Lines of our scripts that are only a comment, indentation, and line breaks after which a statement or an expression goes on or begins:
browsers need not load them. No text of ours has several lines, and no comment stands behind code."""

_contents = _read()
VERSION = _version(_contents)
FILES = {name: _prepared(name, content) for name, content in _contents.items()}
