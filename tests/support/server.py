"""The server as its operator runs it: a process of its own, a port, signals."""

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

PATIENCE = 30


class Server:
    """`limits`: of its process, soft and hard. `before`: said to Python before the command begins."""

    def __init__(self, folder: Path, *arguments: str, limits: Mapping[int, tuple[int, int]] | None = None, before: str = "") -> None:
        self.environment = {**os.environ, "GAZOUILLIS_DATA": str(folder)}
        self.said = folder.with_name(f"said{time.monotonic_ns()}")
        command = [sys.executable, "-c", f"{before}\nfrom gazouillis.cli import main\nmain()", "serve", "--port", "0", *arguments]

        def limit() -> None:
            for kind, values in (limits or {}).items():
                resource.setrlimit(kind, values)

        with self.said.open("w") as said:
            self.process = subprocess.Popen(command, env=self.environment, stdout=said, stderr=subprocess.PIPE, text=True, preexec_fn=limit)
        while not (address := re.search(r"http://\S+", self.said.read_text())):
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.02)
        self.url = address.group().replace("localhost", "127.0.0.1")
        self.port = int(self.url.rpartition(":")[2])

    def get(self, path: str, **headers: str) -> Any:
        request = urllib.request.Request(self.url + path, headers=headers)
        return urllib.request.urlopen(request, timeout=PATIENCE)

    def run(self, *arguments: str) -> Result:
        """A command beside the server, on the same folder."""
        return CliRunner().invoke(main, arguments, env={**self.environment, "GAZOUILLIS_PORT": str(self.port)})

    def stop(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """(exit code, what it said, what it complained of)"""
        self.process.send_signal(by)
        _nothing, complaint = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, self.said.read_text(), complaint
