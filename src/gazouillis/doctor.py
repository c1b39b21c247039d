"""The doctor, `gazouillis check`: tests the data folder, database, uploaded files, mail and port, and says how to repair what fails.

The server runs the same checks at its start and logs what fails. `open_or_explain` opens the site for every command.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import stat
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from gazouillis import app
from gazouillis.accounts import pictures
from gazouillis.infra import file_permissions, secrets
from gazouillis.infra.basics.clock import Clock, system_clock
from gazouillis.infra.basics.errors import Conflict, Problem, RemoteFailed
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.basics.messages import Message
from gazouillis.infra.database import schema
from gazouillis.infra.database.transactions import Database
from gazouillis.infra.files import file_descriptors
from gazouillis.infra.files.blobs import Blobs
from gazouillis.infra.files.folder import FolderBlobs
from gazouillis.infra.settings import Origin, Settings
from gazouillis.infra.site import Site

if TYPE_CHECKING:
    import asyncpg
else:
    asyncpg = lazily("asyncpg")

logger = logging.getLogger(__name__)

RETRY_INTERVAL = 0.5
"""Seconds between two attempts to reach a database that is not there yet."""
OLDEST_POSTGRESQL = 130000
"""Version 13 as `server_version_num`: since then the id of a transaction can be read (`pg_current_xact_id`), which orders the event log."""
ANSWER_TIMEOUT = 10
"""Seconds in which a server must answer `check`. One that has just started on a busy machine needs some."""
RECOMMENDED_OPEN_FILES = 1024
"""Enough for some hundreds of open streams: each needs a file descriptor."""


class Finding(msgspec.Struct, frozen=True):
    """The result of one check."""

    name: str
    detail: str
    remedy: str = ""
    """How to repair it; empty when the check passed."""

    @property
    def is_fine(self) -> bool:
        return not self.remedy


@asynccontextmanager
async def open_or_explain(settings: Settings, clock: Clock = system_clock, *, wait_seconds: float = 0) -> AsyncIterator[Site]:
    """The open site. Raises `Conflict` with one sentence that says why it does not open.

    `wait_seconds`: how long to wait for a database that is still starting.
    """
    give_up_at = time.monotonic() + wait_seconds
    has_warned = False
    async with AsyncExitStack() as stack:
        while True:
            try:
                site = await stack.enter_async_context(app.open_site(settings, clock))
                break
            except _unreachable() as fault:
                if not _may_recover(fault) or time.monotonic() >= give_up_at:
                    message = Message("The data folder or the database does not open: {fault}", values={"fault": _first_line(fault)})
                    raise Conflict(message) from fault
                if not has_warned:
                    logger.warning("the database is not there yet; waiting for at most %d s: %s", wait_seconds, _first_line(fault))
                    has_warned = True
            await asyncio.sleep(RETRY_INTERVAL)
        yield site


def shown(origin: Origin) -> str:
    """The value of a setting, with passwords and tokens replaced by `***`."""
    if origin.name == "metrics_token" and origin.value:
        return "***"
    return re.sub(r"(://[^:@/]*:).*(@)", r"\1***\2", str(origin.value))


async def findings(settings: Settings, *, is_serving: bool = False) -> AsyncIterator[Finding]:
    """All checks, in order. `is_serving`: the caller is the server itself, so its port is in use and is not checked."""
    yield _data(settings.data)
    yield _secrets(settings.data)
    yield _private(settings)
    yield await _database(settings)
    yield _files()
    yield await _blobs(settings)
    yield await _media_store(settings)
    yield await _mail(settings)
    if not is_serving:
        yield _port(settings)


def _data(folder: Path) -> Finding:
    if not folder.exists():
        parent = next(one for one in folder.absolute().parents if one.exists())
        may = os.access(parent, os.W_OK | os.X_OK)
        return Finding("data folder", f"{folder}: made at the first start", "" if may else f"let the server write in {parent}")
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding("data folder", f"{folder}: not a folder we can write in", f"chown or replace {folder}, or set `data`")
    mode = stat.S_IMODE(folder.stat().st_mode)
    return Finding("data folder", f"{folder}, mode {mode:o}", f"chmod 700 {folder}" if mode & 0o077 else "")


def _secrets(folder: Path) -> Finding:
    path = folder / secrets.FILE_NAME
    if not path.exists():
        return Finding("secrets", f"{path}: made at the first start")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding("secrets", f"{path}, mode {mode:o}: others may read it", f"chmod 600 {path}")
    try:
        secrets.load(folder)
    except (OSError, msgspec.DecodeError) as fault:
        return Finding("secrets", f"{path}: {fault}", "restore it from a backup; without one, remove it: everybody signs in anew")
    return Finding("secrets", f"{path}, mode {mode:o}")


def _private(settings: Settings) -> Finding:
    others = (one for one in file_permissions.paths(settings) if one.name != secrets.FILE_NAME)
    exposed = file_permissions.readable_by_others(others)
    names = " ".join(map(str, exposed))
    if exposed:
        return Finding("private files", f"others may read {names}", f"chmod go= {names}, or start the server as their owner: it does it")
    return Finding("private files", "only their owner may read the database and the e-mails")


async def _database(settings: Settings) -> Finding:
    if _is_missing_sqlite(settings.database_url):
        return Finding("database", f"{settings.database_url}: made at the first start")
    try:
        async with _opened_database(settings) as db:
            present = await schema.revision(db)
            version = await _server_version(db.dialect, db)
    except Problem as fault:
        return Finding("database", str(fault), "mend the setting `database`")
    except _unreachable() as fault:
        return Finding("database", _first_line(fault), "start the database, or mend the setting `database`")
    if db.dialect == "postgresql" and version < OLDEST_POSTGRESQL:
        return Finding("database", f"PostgreSQL {version // 10000}", "upgrade PostgreSQL to 13 or later")
    if present is not None and present > schema.NEWEST:
        return Finding("database", f"revision {present}, made by a later version", "install the latest Gazouillis")
    state = (
        "empty"
        if present is None
        else f"revision {present}" + ("" if present == schema.NEWEST else ", brought up to date at the next start")
    )
    return Finding("database", f"{db.dialect}, {state}")


@asynccontextmanager
async def _opened_database(settings: Settings) -> AsyncIterator[Database]:
    db = app.choose_database(settings, system_clock)
    await db.open()
    try:
        yield db
    finally:
        await db.close()


def _is_missing_sqlite(url: str) -> bool:
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


async def _server_version(dialect: str, db: Database) -> int:
    if dialect == "sqlite":
        return 0
    async with db.read() as reader:
        return int(await reader.value(sa.text("show server_version_num")))


def _files() -> Finding:
    """The limit that the server will have: it raises its own as far as the system allows."""
    file_descriptors.raise_limit()
    remedy = f"allow {RECOMMENDED_OPEN_FILES} (LimitNOFILE of systemd, --ulimit nofile of Docker, ulimit -Hn): each listener needs one"
    return Finding("open files", f"{file_descriptors.limit()} at most", remedy if file_descriptors.limit() < RECOMMENDED_OPEN_FILES else "")


async def _blobs(settings: Settings) -> Finding:
    folder = settings.data / "media"
    if not settings.data.exists():
        return Finding("uploaded files", f"{folder}: made at the first start")
    blobs = FolderBlobs(folder)
    if trouble := await _write_fault(blobs):
        return Finding("uploaded files", f"{folder}: {trouble}", f"let the server write in {folder}, and see that the disk is not full")
    return Finding("uploaded files", f"{folder}, {await _counted(settings, blobs)}")


async def _media_store(settings: Settings) -> Finding:
    name = "photos and videos"
    try:
        store = app.choose_media_store(settings)
    except Problem as fault:
        return Finding(name, str(fault), "mend the setting `media_store`")
    if not settings.media_store and not settings.data.exists():
        return Finding(name, f"{store.destination}: made at the first start")
    if trouble := await _write_fault(store):
        where = "that its bucket exists and may be written with these keys" if settings.media_store else "that the disk is not full"
        return Finding(name, f"{store.destination}: {trouble}", f"let the server write in {store.destination}, and see {where}")
    return Finding(name, store.destination)


async def _write_fault(blobs: Blobs) -> str:
    """Why a file cannot be written, read and deleted there; empty when it can."""
    written = f"gazouillis check {token_hex(16)}".encode()  # of this check alone: a key is the hash of its content
    try:
        key = await blobs.put(written, ".txt")
        content = await blobs.get(key)
        await blobs.delete(key)
    except (OSError, Problem) as fault:
        return _first_line(fault.__cause__ or fault)
    return "" if content == written else "reads other bytes than were written"


async def _counted(settings: Settings, blobs: FolderBlobs) -> str:
    """How many files there are, and how many of them no account uses: the worker removes those."""
    now = datetime.now(UTC)
    count = f"files: {len(await blobs.keys(before=now))}"
    if _is_missing_sqlite(settings.database_url):
        return count
    try:
        async with _opened_database(settings) as db, db.read() as reader:
            orphans = await pictures.orphans(reader, blobs, before=now - pictures.GRACE)
    except (Problem, OSError, sa.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return count
    return f"{count}, that nobody shows: {len(orphans)}" + (" (the server removes them within the hour)" if orphans else "")


async def _mail(settings: Settings) -> Finding:
    try:
        mailer = app.choose_mailer(settings)
        if not settings.mail:
            return Finding("mail", f"e-mails are written to the {mailer.destination}")
        await mailer.check()
    except Problem as fault:
        return Finding("mail", str(fault), "mend the setting `mail`")
    except RemoteFailed as fault:
        return Finding("mail", str(fault), "start the mail server, or mend the setting `mail`")
    return Finding("mail", mailer.destination)


def _port(settings: Settings) -> Finding:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    place = f"{settings.host}:{settings.port}"
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as fault:
        if _is_gazouillis(settings):
            return Finding("port", f"{place}: Gazouillis answers there")
        return Finding("port", f"{place}: {os.strerror(fault.errno or 0)}", "stop what runs there, or set `port`")
    return Finding("port", f"{place} is free")


def _is_gazouillis(settings: Settings) -> bool:
    connection = HTTPConnection(settings.host, settings.port, timeout=ANSWER_TIMEOUT)
    try:
        connection.request("GET", "/api/v1/instance")
        return b"Gazouillis" in connection.getresponse().read(100_000)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _unreachable() -> tuple[type[Exception], ...]:
    return (OSError, sa.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)


def _may_recover(fault: BaseException) -> bool:
    """Whether waiting may help: the database refuses connections, is starting, or is full. Not for a wrong name or password."""
    return isinstance(
        fault, ConnectionError | TimeoutError | socket.gaierror | asyncpg.CannotConnectNowError | asyncpg.TooManyConnectionsError
    )


def _first_line(fault: BaseException) -> str:
    origin = fault.__cause__ if isinstance(fault, sa.exc.DBAPIError) and fault.__cause__ else fault
    return (str(origin) or type(origin).__name__).splitlines()[0]
