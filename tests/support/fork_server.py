"""A fork server: starts Gazouillis servers within milliseconds, each forked from a process that has imported everything already.

`python -m tests.support.fork_server` reads a line `DATA DATABASE` for each server to start, and answers with a line `PID PORT`.
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

PRELOADED = (rings,)
"""Modules that a server imports only when it first needs them."""


class ForkServer:
    """The side of the test: asks the process for servers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, data: Path, database: str) -> ForkedServer:
        requests, responses = self._pipes()
        requests.write(f"{data} {database}\n")
        requests.flush()
        pid, port = responses.readline().split()
        return ForkedServer(int(pid), f"http://127.0.0.1:{port}")

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


class ForkedServer:
    def __init__(self, pid: int, url: str) -> None:
        self.pid = pid
        self.url = url

    def kill(self) -> None:
        """With SIGKILL: like a power cut, nothing is finished or closed."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


@contextmanager
def fork_server() -> Iterator[ForkServer]:
    command = [sys.executable, "-m", "tests.support.fork_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        yield ForkServer(process)


def _main() -> None:
    gc.disable()  # as the command line does until the server has started
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        data, database = line.split()
        chosen = Settings(data=Path(data), database=database, port=0, rate_limits="off", homes=1000)
        listening, settings = server.listen(chosen)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asyncio.run(server.serve(settings, listening, lambda _line: None, has_worker=True))
            os._exit(0)
        listening.close()
        print(pid, settings.port, flush=True)


if __name__ == "__main__":
    _main()
