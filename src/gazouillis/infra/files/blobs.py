"""The port of the file stores: files by key. The key is a hash of the content, so the same file is stored once.

Two stores implement it: `folder.py`, and `s3.py` for any store that speaks the protocol of S3. `app.py` chooses. Neither ever holds a
whole file in memory, except in `put` and `get`, which are for small ones (profile pictures).
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from gazouillis.infra.basics.errors import NotFound

KEY_LENGTH = 40
"""Hexadecimal digits of the hash that are in the key."""
CHUNK = 256 * 1024
"""Bytes that are read from a file at once."""


class Stored(msgspec.Struct, frozen=True):
    size: int
    """In bytes."""
    etag: str
    """A strong entity tag, with its quotes: https://www.rfc-editor.org/rfc/rfc9110#field.etag"""


class Blobs(Protocol):
    """All methods raise `Unavailable` when the store cannot be read or written now, and `NotFound` for a key that it does not have."""

    @property
    def destination(self) -> str:
        """Where the files are, in words for the operator, without secrets."""
        ...

    async def put(self, content: bytes, suffix: str) -> str:
        """Stores the content and returns its key, which ends with the suffix (".webp")."""
        ...

    async def put_file(self, source: Path, suffix: str) -> str:
        """As `put`, with the content of a local file, which stays where it is."""
        ...

    async def stat(self, key: str) -> Stored: ...

    async def exists(self, key: str) -> bool: ...

    async def get(self, key: str) -> bytes: ...

    async def open(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `stop` (by default: the end), in chunks, read as they are asked for.

        They are fewer when the file ends before `stop`, and none when it ends before `start`. `NotFound` is raised before the first chunk.
        """
        ...

    async def delete(self, key: str) -> None:
        """Deleting a file that is not there is no error."""
        ...

    async def keys(self, *, before: datetime) -> list[str]:
        """The keys of all files written before this moment. Storing the same content again counts as written."""
        ...

    async def delete_drafts(self, *, before: datetime) -> None:
        """Deletes the unfinished files of writes that were interrupted before this moment."""
        ...


def key_of(content: bytes, suffix: str) -> str:
    return hashlib.sha256(content).hexdigest()[:KEY_LENGTH] + suffix


def key_of_file(source: Path, suffix: str) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:KEY_LENGTH] + suffix


def etag_of(key: str) -> str:
    """The content never changes under its key."""
    return f'"{key.partition(".")[0]}"'


def check(key: str) -> None:
    """Raises `NotFound` for what `key_of` cannot return, such as a path that leads elsewhere."""
    name, dot, suffix = key.partition(".")
    if not (name.isalnum() and len(name) > 2 and dot and suffix.isalnum() and key.isascii()):
        raise NotFound
