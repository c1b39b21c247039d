"""Servers that start at once and die at a word: each is forked from a process that has loaded everything already.

`python -m tests.support.nursery` reads one line for each server wanted, `DATA DATABASE`, and writes `PID PORT`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from gazouillis import server
from gazouillis.infra.settings import Settings
from gazouillis.timelines import rings

LOADED = (rings,)
"""What a server loads only when it is first needed."""


class Nursery:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, data: Path, database: str) -> Served:
        words, answers = self._pipes()
        words.write(f"{data} {database}\n")
        words.flush()
        pid, port = answers.readline().split()
        return Served(int(pid), f"http://127.0.0.1:{port}")

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


class Served:
    def __init__(self, pid: int, url: str) -> None:
        self.pid = pid
        self.url = url

    def kill(self) -> None:
        """As a power cut would: nothing is finished, nothing is said."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


@contextmanager
def nursery() -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.support.nursery"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        yield Nursery(process)


def _main() -> None:
    gc.disable()  # as the command line does until the server has started
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        data, database = line.split()
        wanted = Settings(data=Path(data), database=database, port=0, rate_limits="off", homes=1000)
        listening, settings = server.listen(wanted)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asyncio.run(server.serve(settings, listening, lambda _words: None, has_worker=True))
            os._exit(0)
        listening.close()
        print(pid, settings.port, flush=True)


if __name__ == "__main__":
    _main()
