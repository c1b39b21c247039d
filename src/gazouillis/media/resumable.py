"""Unfinished uploads, which a client resumes after a lost connection: their bytes so far, in the folder of uploads (decision 0075).

An upload is a few files in a folder of its account: the bytes, a plan of how many there will be, and once it is processed, the id of its
attachment. The size of the first is the offset. Bytes are written and synced under a lock, and the size is read under the same lock, so
no offset is reported that would not survive a power cut. Nothing of it is in the database: a server that restarts reads the files.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import time
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import msgspec

from gazouillis.accounts.events import AccountDeletionRequested
from gazouillis.infra.basics.errors import Conflict, Invalid, NotFound, TooLarge, TooMany
from gazouillis.infra.basics.ids import AccountId, AttachmentId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.files import disk_errors
from gazouillis.infra.settings import Settings
from gazouillis.infra.site import Site
from gazouillis.media import uploads
from gazouillis.media.processing.models import MediaLimits

EXPIRES_AFTER = timedelta(hours=24)
"""Since its last byte."""
MOST_UNFINISHED = 10
"""Of one account."""
ABANDONED_AFTER = timedelta(minutes=30)
"""An upload that has not grown for so long gives its place to another one, when the account has too many."""

BLOCK = 256 * 1024
WRITE_EVERY = 1.0
"""Seconds. A slow connection does not fill a block for a long time: what has come is written all the same."""

_NAME = re.compile(r"[0-9a-f]{32}")
_PLAN, _ATTACHED, _WRITTEN = ".json", ".attached", ".written"


class _Plan(msgspec.Struct, frozen=True):
    length: int


class Unfinished(msgspec.Struct, frozen=True):
    """`offset`: how many of its `length` bytes are stored for good."""

    name: str
    path: Path
    length: int
    offset: int
    changed_at: datetime

    @property
    def is_whole(self) -> bool:
        return self.offset == self.length

    @property
    def expires_at(self) -> datetime:
        return self.changed_at + EXPIRES_AFTER


async def create(settings: Settings, account_id: AccountId, length: int, content_type: str) -> Unfinished:
    """Raises TooLarge, Invalid for an empty file, and TooMany. `content_type`: as the client says; the bytes decide later."""
    limits = MediaLimits.of(settings)
    most = limits.image_bytes if content_type.startswith("image/") else limits.largest_bytes
    if length > most:
        raise TooLarge.by(length, most)
    if length < 1:
        raise Invalid(_("This file is empty"), field="file", code="ERR_BLANK")
    with disk_errors.as_unavailable():
        return await asyncio.to_thread(_create, _folder(settings, account_id), length)


async def find(settings: Settings, account_id: AccountId, name: str) -> Unfinished:
    """Raises NotFound for one of somebody else, as for one that does not exist, and for one that is processed already."""
    return await asyncio.to_thread(_find, _folder(settings, account_id), name)


async def append(found: Unfinished, offset: int, content: AsyncIterable[bytes]) -> Unfinished:
    """Stores bytes as they arrive, and what has arrived when the connection is lost. Returns the upload as it is then.

    Raises Conflict when `offset` is not the end of what is stored, also when another request was faster, and TooLarge for bytes behind
    the planned end, of which none is stored.
    """
    waiting, written_at = bytearray(), time.monotonic()
    if offset != found.offset:
        raise _moved()
    try:
        async for chunk in content:
            if offset + len(waiting) + len(chunk) > found.length:
                raise TooLarge(_("This is more than the file was said to have"))
            waiting += chunk
            if len(waiting) >= BLOCK or time.monotonic() - written_at >= WRITE_EVERY:
                offset += await _write(found.path, offset, waiting)
                written_at = time.monotonic()
    finally:
        offset += await _write(found.path, offset, waiting)
    return msgspec.structs.replace(found, offset=offset, changed_at=datetime.now(UTC))


async def discard(found: Unfinished) -> None:
    await asyncio.to_thread(_remove, found.path)


async def attachment_id(settings: Settings, account_id: AccountId, name: str) -> AttachmentId | None:
    """Of an upload that was processed before."""
    return await asyncio.to_thread(_attachment_id, _folder(settings, account_id), name)


async def record(found: Unfinished, attachment_id: AttachmentId) -> None:
    """Stores the id of its attachment, for a client that asks again, and deletes its bytes."""
    await asyncio.to_thread(_record, found.path, attachment_id)


@contextmanager
def claimed(found: Unfinished) -> Iterator[None]:
    """Raises Conflict when another request is processing it. The claim of a process that was killed ends with it."""
    try:
        descriptor = os.open(_beside(found.path, _PLAN), os.O_RDONLY)
    except FileNotFoundError as fault:
        raise NotFound from fault
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as fault:
        raise Conflict(_("This file is being processed")) from fault
    finally:
        os.close(descriptor)


async def on_account_deletion_requested(site: Site, event: AccountDeletionRequested) -> None:
    """Nobody can go on with its unfinished uploads: it is signed out everywhere."""
    await asyncio.to_thread(_sweep_account, _folder(site.settings, event.account_id), datetime.max.replace(tzinfo=UTC))


async def sweep(settings: Settings, now: datetime) -> None:
    """Deletes uploads that have expired."""
    await asyncio.to_thread(_sweep, uploads.folder(settings) / uploads.RESUMABLE, now - EXPIRES_AFTER)


async def _write(path: Path, offset: int, waiting: bytearray) -> int:
    """Stores the bytes, and empties the buffer. Returns how many there were."""
    content = bytes(waiting)
    waiting.clear()
    if content:
        try:
            with disk_errors.as_unavailable():
                await asyncio.to_thread(_append, path, offset, content)
        except FileNotFoundError as fault:  # cancelled or expired meanwhile
            raise NotFound from fault
    return len(content)


def _folder(settings: Settings, account_id: AccountId) -> Path:
    return uploads.folder(settings) / uploads.RESUMABLE / str(account_id)


def _create(folder: Path, length: int) -> Unfinished:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_room(folder, datetime.now(UTC))
    path = folder / token_hex(16)
    for one, content in ((path, b""), (_beside(path, _PLAN), msgspec.json.encode(_Plan(length)))):
        _write_synced(one, content)
    _sync_folder(folder.parent)
    return Unfinished(path.name, path, length, 0, datetime.now(UTC))


def _make_room(folder: Path, now: datetime) -> None:
    """Counts, and creates, without a lock: two requests at once may exceed the limit by one."""
    unfinished = [one for one in folder.iterdir() if not one.suffix]
    abandoned = [one for one in unfinished if _changed_at(one) < now - ABANDONED_AFTER]
    over = len(unfinished) + 1 - MOST_UNFINISHED
    if over > len(abandoned):
        raise TooMany(_("Too many files are being sent at once: let them finish, or cancel some"))
    for one in sorted(abandoned, key=_changed_at)[: max(0, over)]:
        _remove(one)


def _find(folder: Path, name: str) -> Unfinished:
    if not _NAME.fullmatch(name):
        raise NotFound
    path = folder / name
    try:
        length = msgspec.json.decode(_beside(path, _PLAN).read_bytes(), type=_Plan).length
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            os.fsync(file.fileno())  # a process that was killed may have written, and not synced
            state = os.fstat(file.fileno())
    except (FileNotFoundError, msgspec.MsgspecError) as fault:
        raise NotFound from fault
    found = Unfinished(name, path, length, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))
    if found.expires_at < datetime.now(UTC):
        raise NotFound
    return found


def _append(path: Path, offset: int, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.lseek(descriptor, 0, os.SEEK_END) != offset:
            raise _moved()
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, offset)
            raise
    finally:
        os.close(descriptor)


def _moved() -> Conflict:
    return Conflict(_("The file is not where this goes on: ask how much of it has arrived"))


def _attachment_id(folder: Path, name: str) -> AttachmentId | None:
    with suppress(FileNotFoundError, ValueError):
        return AttachmentId(int(_beside(folder / name, _ATTACHED).read_text())) if _NAME.fullmatch(name) else None
    return None


def _record(path: Path, attachment_id: AttachmentId) -> None:
    written = _beside(path, _WRITTEN)
    _write_synced(written, str(attachment_id).encode())
    written.replace(_beside(path, _ATTACHED))
    _sync_folder(path.parent)
    path.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    for suffix in ("", _PLAN, _ATTACHED, _WRITTEN):
        _beside(path, suffix).unlink(missing_ok=True)


def _sweep(folder: Path, before: datetime) -> None:
    for account in folder.iterdir() if folder.is_dir() else ():
        _sweep_account(account, before)


def _sweep_account(account: Path, before: datetime) -> None:
    newest = dict[str, datetime]()
    for one in account.iterdir() if account.is_dir() else ():
        newest[one.stem] = max(_changed_at(one), newest.get(one.stem, datetime.min.replace(tzinfo=UTC)))
    for name, changed_at in newest.items():
        if changed_at < before:
            _remove(account / name)
    with suppress(OSError):  # it is not empty, or not there
        account.rmdir()


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _changed_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.now(UTC)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
