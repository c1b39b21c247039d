"""Files people gave us, by key. The key is the hash of the content: the same picture is kept once."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from gazouillis.infra.errors import NotFound


class Blobs(Protocol):
    async def put(self, content: bytes, suffix: str) -> str:
        """Keeps the content and answers its key, which ends with the suffix (".webp")."""
        ...

    async def get(self, key: str) -> bytes: ...

    async def delete(self, key: str) -> None: ...


class FolderBlobs:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, content: bytes, suffix: str) -> str:
        key = hashlib.sha256(content).hexdigest()[:40] + suffix
        await asyncio.to_thread(_write, self._path(key), content)
        return key

    async def get(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as fault:
            raise NotFound from fault

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        name, dot, suffix = key.partition(".")
        if not (name.isalnum() and len(name) > 2 and dot and suffix.isalnum() and key.isascii()):
            raise NotFound
        return self._folder / key[:2] / key


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
