"""A decoder process as the server sees it: starts it when it is needed, gives it one file after the other, kills it when it takes too long.

Why not `concurrent.futures.ProcessPoolExecutor`: killing a process of it breaks all of it, and its processes import the program that
started them. `subprocess` alone, in a thread of the server for each, also works with any event loop.
"""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from gazouillis.infra.basics.errors import Invalid, Unavailable
from gazouillis.infra.basics.messages import _
from gazouillis.infra.files import disk_errors
from gazouillis.media.processing import protocol, resource_limits
from gazouillis.media.processing.models import Processed
from gazouillis.media.processing.protocol import Reply, Task

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", "-m", "gazouillis.media.processing.decoder")
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
"""Environment variables that the process sees. None of ours: they may hold the password of the database."""
LINE = 64 * 1024
"""Bytes read at once of a reply, which has some hundreds."""
ENDING_SECONDS = 2


class Job:
    """A task and whether its caller still wants it."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.is_cancelled = False


class DecoderProcess:
    """`run` is called by one thread at a time, `cancel` by any."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._running: Job | None = None
        self._lock = threading.Lock()

    def run(self, job: Job) -> Processed | None:
        """None: the file is for the other decoder. Raises `Invalid` or `Unavailable`; then nothing is left in the folder."""
        into = Path(job.task.into)
        was_there = into.exists()
        try:
            reply = self._reply(job)
        except BaseException:
            _clear(into, keep_folder=was_there)
            raise
        if reply.processed is None or job.is_cancelled:
            _clear(into, keep_folder=was_there)
        if reply.disk_fault:
            logger.error("Files of an upload cannot be read or written: %s", reply.disk_fault)
            raise Unavailable(retry_after=disk_errors.RETRY_AFTER)
        if reply.crash:
            logger.error("A file could not be decoded because of a fault of ours:\n%s", reply.crash)
            raise _unreadable()
        if reply.fault is not None:
            raise Invalid(reply.fault, field=reply.field, code=reply.code)
        return reply.processed

    def cancel(self, job: Job) -> None:
        """Kills the process if it is working for this job."""
        with self._lock:
            job.is_cancelled = True
            if self._running is job and self._process is not None:
                self._process.kill()

    def stop(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _close(process)

    @property
    def pid(self) -> int:
        """Of the process; 0 while there is none."""
        process = self._process
        return process.pid if process is not None else 0

    def _reply(self, job: Job) -> Reply:
        line, status = self._attempt(job)
        if not line and status == 0 and not job.is_cancelled:  # it had been idle for so long that it was just ending
            line, status = self._attempt(job)
        if line or job.is_cancelled:
            return protocol.reply_of(line) if line else Reply()
        raise _explained(status)

    def _attempt(self, job: Job) -> tuple[bytes, int]:
        """The line of the reply; without one, the status with which the process ended."""
        process = self._begin(job)
        if process is None:
            return b"", 0
        try:
            if line := _ask(process, protocol.line_of(job.task), resource_limits.wall_seconds(job.task)):
                return line, 0
            return b"", self._end(process)
        except TimeoutError as fault:
            self._end(process)
            raise _too_slow() from fault
        finally:
            with self._lock:
                self._running = None

    def _begin(self, job: Job) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if job.is_cancelled:
                return None
            if self._process is not None and self._process.poll() is not None:
                _close(self._process)
                self._process = None
            self._process = self._process or _started()
            self._running = job
            return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        """Its exit status, which is that of the kill unless it has ended before."""
        with self._lock:
            self._process = None
        _close(process)
        return process.returncode


def _started() -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | resource_limits.ENVIRONMENT
    try:
        return subprocess.Popen(
            COMMAND,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C in the console is for the server
        )
    except OSError as fault:
        logger.error("The process that decodes files cannot be started: %s", fault)
        raise Unavailable from fault


def _close(process: subprocess.Popen[bytes]) -> None:
    """Waits a moment for a process that is ending, kills it otherwise."""
    stdin, stdout = _pipes(process)
    stdin.close()
    try:
        process.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    stdout.close()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None
    assert stdout is not None
    return stdin, stdout


def _ask(process: subprocess.Popen[bytes], line: bytes, seconds: float) -> bytes:
    """The line that it answers; empty when it ends before. Raises `TimeoutError`."""
    stdin, stdout = _pipes(process)
    deadline = time.monotonic() + seconds
    try:
        stdin.write(line)
    except BrokenPipeError:
        return b""
    poll = select.poll()  # `select.select` fails for descriptors above 1024, which a server with many streams has
    poll.register(stdout, select.POLLIN)
    answer = b""
    while not answer.endswith(b"\n"):
        if not poll.poll(max(deadline - time.monotonic(), 0) * 1000):
            raise TimeoutError
        if not (read := stdout.read(LINE)):
            return b""
        answer += read
    return answer


def _explained(status: int) -> Invalid:
    if -status == signal.SIGXCPU:
        return _too_slow()
    logger.warning("The process that decodes files ended with %d; the file that it was decoding is refused", status)
    return _unreadable()


def _too_slow() -> Invalid:
    return Invalid(_("This file takes too long to convert"), field="file", code="ERR_TOO_LONG")


def _unreadable() -> Invalid:
    return Invalid(_("This file cannot be read: it may be damaged"), field="file")


def _clear(into: Path, *, keep_folder: bool) -> None:
    if not keep_folder:
        shutil.rmtree(into, ignore_errors=True)
        return
    for path in into.iterdir():
        path.unlink()
