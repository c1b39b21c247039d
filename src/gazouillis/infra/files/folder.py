"""A file store in a folder of this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.files import blobs, disk_errors
from gazouillis.infra.files.blobs import CHUNK, Stored


class FolderBlobs:
    """All methods raise `Unavailable` when the disk is full or fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def destination(self) -> str:
        return str(self._folder)

    async def put(self, content: bytes, suffix: str) -> str:
        key = blobs.key_of(content, suffix)
        with disk_errors.as_unavailable():
            await asyncio.to_thread(_write, self._path(key), lambda file: file.write(content))
        return key

    async def put_file(self, source: Path, suffix: str) -> str:
        with disk_errors.as_unavailable():
            key = await asyncio.to_thread(blobs.key_of_file, source, suffix)
            await asyncio.to_thread(_copy, source, self._path(key))
        return key

    async def stat(self, key: str) -> Stored:
        try:
            with disk_errors.as_unavailable():
                found = await asyncio.to_thread(self._path(key).stat)
        except FileNotFoundError as fault:
            raise NotFound from fault
        return Stored(found.st_size, blobs.etag_of(key))

    async def exists(self, key: str) -> bool:
        try:
            await self.stat(key)
        except NotFound:
            return False
        return True

    async def get(self, key: str) -> bytes:
        try:
            with disk_errors.as_unavailable():
                return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as fault:
            raise NotFound from fault

    async def open(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        size = (await self.stat(key)).size
        return _chunks(self._path(key), start, size if stop is None else min(stop, size))

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
        blobs.check(key)
        return self._folder / key[:2] / key


async def _chunks(path: Path, start: int, stop: int) -> AsyncIterator[bytes]:
    with disk_errors.as_unavailable():
        file = await asyncio.to_thread(path.open, "rb")
        try:
            await asyncio.to_thread(file.seek, start)
            while start < stop and (chunk := await asyncio.to_thread(file.read, min(CHUNK, stop - start))):
                start += len(chunk)
                yield chunk
        finally:
            file.close()


def _copy(source: Path, path: Path) -> None:
    with source.open("rb") as content:
        _write(path, lambda file: shutil.copyfileobj(content, file, CHUNK))


def _write(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        with draft.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _is_draft(path: Path) -> bool:
    return path.name.startswith(".")
