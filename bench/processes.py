"""Starts and stops the processes of the benchmark, and measures their CPU and memory."""

from __future__ import annotations

import platform
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import psutil

from bench.figures import Memory
from bench.machine import ROOT

TIMEOUT = 60
"""Seconds."""
CPU_CLOCK = 2
"""The kind of clock on Linux that counts the CPU time of all threads of a process exactly (CPUCLOCK_SCHED)."""
PORT = re.compile(r"http://[^\s/]+:(\d+)")


class Running:
    """A server process. It prints its URL first, from which its port is read."""

    def __init__(self, command: Sequence[str | Path], environment: Mapping[str, str] | None = None, port: int = 0) -> None:
        self._process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._known = psutil.Process(self._process.pid)
        self.port = port or self._printed_port()

    def cpu(self) -> float:
        """CPU seconds used so far by all its threads and its children."""
        return sum(_cpu(one) for one in (self._known, *self._known.children(recursive=True)))

    def memory(self) -> Memory:
        used = self._known.memory_full_info()
        return Memory(used.rss, used.uss)

    def wait_until_open(self) -> None:
        """For servers that do not print when they are ready."""
        give_up = time.monotonic() + TIMEOUT
        while self._process.poll() is None and time.monotonic() < give_up:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.005)
        raise ChildProcessError(f"{self._process.args!r} did not open its port")

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _printed_port(self) -> int:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := PORT.search(line):
                return int(found[1])
        raise ChildProcessError(f"{self._process.args!r} ended with {self._process.wait()} before it printed its URL")


def _cpu(process: psutil.Process) -> float:
    """In nanoseconds where the kernel has a CPU clock for each process, https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html;
    elsewhere in ticks."""
    if platform.system() == "Linux":
        return time.clock_gettime((~process.pid << 3) | CPU_CLOCK)
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def module(name: str, *arguments: str | Path) -> list[str | Path]:
    """The command that runs a module of the bench in a process of its own."""
    return [sys.executable, "-m", name, *arguments]


def output_of(command: Sequence[str | Path]) -> bytes:
    """The stdout of a command. Raises `ChildProcessError` if it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise ChildProcessError(done.stderr.decode())
    return done.stdout


@contextmanager
def all_stopped(running: Sequence[Running]) -> Iterator[None]:
    """Stops them at the end."""
    try:
        yield
    finally:
        for one in running:
            one.stop()
