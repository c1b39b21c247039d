"""The blob store: uploaded files by key. The key is a hash of the content, so the same picture is stored once."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.files import disk_errors


def key_of(content: bytes, suffix: str) -> str:
    return hashlib.sha256(content).hexdigest()[:40] + suffix


class Blobs(Protocol):
    async def put(self, content: bytes, suffix: str) -> str:
        """Stores the content and returns its key, which ends with the suffix (".webp")."""
        ...

    async def get(self, key: str) -> bytes:
        """Raises `NotFound`."""
        ...

    async def delete(self, key: str) -> None: ...

    async def keys(self, *, before: datetime) -> list[str]:
        """The keys of all files written before this moment."""
        ...

    async def delete_drafts(self, *, before: datetime) -> None:
        """Deletes the unfinished files of writes that were interrupted before this moment."""
        ...


class FolderBlobs:
    """Stores blobs in a folder. All methods raise `Unavailable` when the disk is full or fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, content: bytes, suffix: str) -> str:
        key = key_of(content, suffix)
        with disk_errors.as_unavailable():
            await asyncio.to_thread(_write, self._path(key), content)
        return key

    async def get(self, key: str) -> bytes:
        try:
            with disk_errors.as_unavailable():
                return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as fault:
            raise NotFound from fault

    async def delete(self, key: str) -> None:
        with disk_errors.as_unavailable():
            await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    async def keys(self, *, before: datetime) -> list[str]:
        return await asyncio.to_thread(lambda: [one.name for one in self._files(before) if not _is_draft(one)])

    async def delete_drafts(self, *, before: datetime) -> None:
        await asyncio.to_thread(self._delete_drafts, before)

    def _delete_drafts(self, before: datetime) -> None:
        for path in self._files(before):
            if _is_draft(path):
                path.unlink(missing_ok=True)

    def _files(self, before: datetime) -> Iterator[Path]:
        for path in self._folder.glob("*/*"):
            with suppress(FileNotFoundError):  # deleted meanwhile
                if path.stat().st_mtime < before.timestamp():
                    yield path

    def _path(self, key: str) -> Path:
        name, dot, suffix = key.partition(".")
        if not (name.isalnum() and len(name) > 2 and dot and suffix.isalnum() and key.isascii()):
            raise NotFound
        return self._folder / key[:2] / key


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _is_draft(path: Path) -> bool:
    return path.name.startswith(".")
