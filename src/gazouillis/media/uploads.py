"""Received files that wait to be processed: a folder of the data folder, where each is written while it arrives.

A file is durable before the request that brought it is answered. It is deleted once it is processed: what people sent, with its metadata,
is not kept.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from gazouillis.infra.files import disk_errors
from gazouillis.infra.settings import Settings

FOLDER = "uploads"
RESUMABLE = "resumable"
"""The folder in it of files that are still arriving in parts (`media/resumable.py`)."""


def folder(settings: Settings) -> Path:
    """Made at its first use, for the server's user alone."""
    found = settings.data / FOLDER
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def path(settings: Settings, name: str) -> Path:
    return settings.data / FOLDER / name


@contextmanager
def workspace(settings: Settings) -> Iterator[Path]:
    """A folder for files that arrive and for those that are made of them. It is deleted at the end, with all that is still in it."""
    with TemporaryDirectory(dir=folder(settings), ignore_cleanup_errors=True) as made:
        yield Path(made)


async def keep(settings: Settings, file: Path) -> str:
    """Moves the file here from a folder on the same disk, and returns its name. It is durable then."""
    name = token_hex(20)
    with disk_errors.as_unavailable():
        await asyncio.to_thread(_keep, file, folder(settings) / name)
    return name


async def discard(settings: Settings, name: str) -> None:
    if name:
        await asyncio.to_thread(path(settings, name).unlink, missing_ok=True)


async def sweep(settings: Settings, waiting: Collection[str], *, before: datetime) -> None:
    """Deletes what was left before this moment by requests and jobs that were killed. `waiting`: names of files that are still needed."""
    await asyncio.to_thread(_sweep, settings.data / FOLDER, waiting, before)


def _sweep(where: Path, waiting: Collection[str], before: datetime) -> None:
    for one in where.iterdir() if where.is_dir() else ():
        with suppress(FileNotFoundError):
            if one.name in waiting or one.name == RESUMABLE or one.stat().st_mtime >= before.timestamp():
                continue
            if one.is_dir():
                shutil.rmtree(one, ignore_errors=True)
            else:
                one.unlink()


def _keep(file: Path, target: Path) -> None:
    file.replace(target)
    for one, flags in ((target, os.O_RDONLY), (target.parent, os.O_RDONLY | os.O_DIRECTORY)):
        descriptor = os.open(one, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
