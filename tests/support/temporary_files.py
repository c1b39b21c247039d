"""Temporary files of the tests in memory, where it is large enough: thousands of databases are made and deleted, with many fsyncs."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED = 4 * 2**30
"""Bytes that must be free there. Containers often have 64 MB: then the disk is used."""


def use_memory() -> None:
    """For this process and those that it starts. `TMPDIR`, when it is set, is left as it is."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK) or shutil.disk_usage(MEMORY).free < NEEDED:
        return
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = str(MEMORY)  # pytest may have asked for the folder already
