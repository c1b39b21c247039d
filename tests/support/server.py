"""`gazouillis serve` in a process of its own, as an operator runs it, on a free port."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gazouillis.cli import main

TIMEOUT = 30
"""Seconds."""


class Server:
    """`limits`: soft and hard limits of the process (`setrlimit`). `before`: Python code that runs before the command."""

    def __init__(self, folder: Path, *arguments: str, limits: Mapping[int, tuple[int, int]] | None = None, before: str = "") -> None:
        self.environment = {**os.environ, "GAZOUILLIS_DATA": str(folder)}
        self.output = folder.with_name(f"output{time.monotonic_ns()}")
        command = [sys.executable, "-c", f"{before}\nfrom gazouillis.cli import main\nmain()", "serve", "--port", "0", *arguments]

        def limit() -> None:
            for kind, values in (limits or {}).items():
                resource.setrlimit(kind, values)

        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=output, stderr=subprocess.PIPE, text=True, preexec_fn=limit
            )
        while not (address := re.search(r"http://\S+", self.output.read_text())):
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.02)
        self.url = address.group().replace("localhost", "127.0.0.1")
        self.port = int(self.url.rpartition(":")[2])

    def get(self, path: str, **headers: str) -> Any:
        request = urllib.request.Request(self.url + path, headers=headers)
        return urllib.request.urlopen(request, timeout=TIMEOUT)

    def run(self, *arguments: str) -> Result:
        """Runs another command with the same data folder."""
        return CliRunner().invoke(main, arguments, env={**self.environment, "GAZOUILLIS_PORT": str(self.port)})

    def stop(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """(exit code, stdout, stderr)"""
        self.process.send_signal(by)
        _stdout, stderr = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, self.output.read_text(), stderr
