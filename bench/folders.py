"""Seeded data folders. Each size is seeded once and reused; a run works in a copy, so that its writes do not change the next run."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

PROGRAM = Path(sys.executable).with_name("gazouillis")
CHUNK = 1 << 30


class Folder(msgspec.Struct, frozen=True):
    """`database`: a URL, or empty for the SQLite file within."""

    path: Path
    accounts: int
    statuses: int
    database: str = ""

    @property
    def tokens(self) -> list[str]:
        """Access tokens of load1, load2 and so on, for those who can sign in."""
        lines = (self.path / "tokens").read_text(encoding="utf-8").splitlines()
        return [line.split(" ")[1] for line in lines]

    @property
    def location(self) -> str:
        """What to open to read the database directly."""
        return self.database or str(self.path / "gazouillis.db")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of `gazouillis`, without the settings of this shell."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GAZOUILLIS_")}
        chosen = {"GAZOUILLIS_DATA": str(self.path), "GAZOUILLIS_RATE_LIMITS": "off", "PYTHONUNBUFFERED": "1"}
        return inherited | chosen | ({"GAZOUILLIS_DATABASE": self.database} if self.database else {})


def seeded(parent: Path, accounts: int, statuses: int, database: str = "") -> Folder:
    """Seeds the folder unless it exists. The tokens are written last: a folder without them was interrupted, and is seeded anew."""
    mark = f"-{hashlib.sha256(database.encode()).hexdigest()[:8]}" if database else ""
    folder = Folder((parent / f"{accounts}-{statuses}{mark}").absolute(), accounts, statuses, database)
    if not (folder.path / "tokens").exists():
        shutil.rmtree(folder.path, ignore_errors=True)
        folder.path.mkdir(parents=True, mode=0o700)
        wanted = ["--accounts", str(accounts), "--statuses", str(statuses), "--tokens", str(folder.path / "tokens")]
        subprocess.run([PROGRAM, "seed", "load", *wanted], env=folder.environment, stdout=subprocess.DEVNULL, check=True)
    return folder


@contextmanager
def copied(folder: Folder) -> Iterator[Folder]:
    """A copy beside the original, on the same disk, synced before anything is measured. A PostgreSQL database is not copied."""
    with tempfile.TemporaryDirectory(prefix="running-", dir=folder.path.parent) as place:
        for one in folder.path.iterdir():
            if one.is_file():
                _copy(one, Path(place) / one.name)
        os.sync()
        yield msgspec.structs.replace(folder, path=Path(place))


@contextmanager
def itself(folder: Folder) -> Iterator[Folder]:
    """For `--in-place`: the folder, not a copy."""
    yield folder


def _copy(source: Path, target: Path) -> None:
    """Shares the blocks of the file (a reflink) where the file system can."""
    if not hasattr(os, "copy_file_range"):
        shutil.copyfile(source, target)
        return
    with source.open("rb") as read, target.open("wb") as written:
        while os.copy_file_range(read.fileno(), written.fileno(), CHUNK):
            pass
