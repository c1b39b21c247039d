"""Seeded data folders: made once for each size and kept; a run works in a copy, so that what it writes does not change the next."""

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
        """Of load1, load2…, as far as they have one."""
        lines = (self.path / "tokens").read_text(encoding="utf-8").splitlines()
        return [line.split(" ")[1] for line in lines]

    @property
    def location(self) -> str:
        """What to open past the server."""
        return self.database or str(self.path / "gazouillis.db")

    @property
    def environment(self) -> dict[str, str]:
        """What `gazouillis` is told, and nothing that this shell happens to say."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GAZOUILLIS_")}
        chosen = {"GAZOUILLIS_DATA": str(self.path), "GAZOUILLIS_RATE_LIMITS": "off", "PYTHONUNBUFFERED": "1"}
        return inherited | chosen | ({"GAZOUILLIS_DATABASE": self.database} if self.database else {})


def seeded(kept_in: Path, accounts: int, statuses: int, database: str = "") -> Folder:
    """Seeds it unless it is there; the tokens are written last, so a folder without them was interrupted."""
    mark = f"-{hashlib.sha256(database.encode()).hexdigest()[:8]}" if database else ""
    folder = Folder((kept_in / f"{accounts}-{statuses}{mark}").absolute(), accounts, statuses, database)
    if not (folder.path / "tokens").exists():
        shutil.rmtree(folder.path, ignore_errors=True)
        folder.path.mkdir(parents=True, mode=0o700)
        wanted = ["--accounts", str(accounts), "--statuses", str(statuses), "--tokens", str(folder.path / "tokens")]
        subprocess.run([PROGRAM, "seed", "load", *wanted], env=folder.environment, stdout=subprocess.DEVNULL, check=True)
    return folder


@contextmanager
def copied(folder: Folder) -> Iterator[Folder]:
    """Beside the original: on the same disk, which is done with it before anything is measured. A database elsewhere is not copied."""
    with tempfile.TemporaryDirectory(prefix="running-", dir=folder.path.parent) as place:
        for one in folder.path.iterdir():
            if one.is_file():
                _copy(one, Path(place) / one.name)
        os.sync()
        yield msgspec.structs.replace(folder, path=Path(place))


@contextmanager
def itself(folder: Folder) -> Iterator[Folder]:
    yield folder


def _copy(source: Path, target: Path) -> None:
    """Shares the blocks where the file system can."""
    if not hasattr(os, "copy_file_range"):
        shutil.copyfile(source, target)
        return
    with source.open("rb") as read, target.open("wb") as written:
        while os.copy_file_range(read.fileno(), written.fileno(), CHUNK):
            pass
