"""File permissions: nobody else on the machine may read the database, the secrets and the stored e-mails."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gazouillis.infra import secrets
from gazouillis.infra.outbound.mail import FOLDER
from gazouillis.infra.settings import Settings

SQLITE_SUFFIXES = ("-wal", "-shm", "-journal")


def paths(settings: Settings) -> Iterator[Path]:
    """The private files and folders that exist."""
    yield from filter(Path.exists, _paths(settings))


def readable_by_others(files: Iterable[Path]) -> list[Path]:
    return [one for one in files if stat.S_IMODE(one.stat().st_mode) & 0o077]


def restrict(settings: Settings) -> None:
    """Removes the permissions of others. Where the process may not change them, `gazouillis doctor` reports it."""
    for path in readable_by_others(paths(settings)):
        with suppress(OSError):
            path.chmod(0o700 if path.is_dir() else 0o600)


def _paths(settings: Settings) -> Iterator[Path]:
    yield settings.data / secrets.FILE_NAME
    if settings.database_url.startswith("sqlite:///"):
        file = settings.database_url.removeprefix("sqlite:///")
        yield from (Path(file + end) for end in ("", *SQLITE_SUFFIXES))
    emails = settings.data / FOLDER
    yield emails
    yield from emails.glob("*.eml")
