"""Describes the machine and the commit that the figures were taken with."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import msgspec
import psutil

ROOT = Path(__file__).parent.parent


class Machine(msgspec.Struct, frozen=True):
    cpu: str
    cores: int
    memory_gb: float
    system: str
    python: str


def this_one() -> Machine:
    gigabytes = round(psutil.virtual_memory().total / 2**30, 1)
    return Machine(_cpu(), psutil.cpu_count() or 1, gigabytes, f"{platform.system()} {platform.release()}", platform.python_version())


def commit() -> str:
    """The short hash of the commit, with a plus if files differ from it; `unknown` outside a clone."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return described.stdout.strip() or "unknown"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
