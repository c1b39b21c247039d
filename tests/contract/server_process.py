"""`gazouillis serve` in a process of its own, on a local port, with accounts made by its command line."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx
from click.testing import CliRunner

from gazouillis.cli import main

PASSWORD = "correct horse battery"
TIMEOUT = 60.0
PROGRAM = [
    sys.executable,
    "-c",
    "import faulthandler, signal; faulthandler.register(signal.SIGUSR1)\nfrom gazouillis.cli import main\nmain()",
]
"""`gazouillis`, which prints the stacks of its threads when it is sent SIGUSR1."""


class ServerProcess:
    def __init__(self, url: str, data: Path, pid: int) -> None:
        self.url = url
        self.data = data
        self.pid = pid

    def create_account(self, name: str, *, role: str = "member") -> str:
        """Creates an account; returns an access token of it."""
        self._run("accounts", "create", name, "--email", f"{name}@example.org", "--password", PASSWORD, "--role", role)
        return self._run("accounts", "token", name).strip()

    def authorization_code(self, name: str, address: str) -> str:
        """Logs in at the authorization page of an app and allows it, as a browser does. Returns the code."""
        with httpx.Client(base_url=self.url, follow_redirects=True) as browser:
            log_in = browser.get(address).text
            page = browser.post("/sign-in", data={**_fields(log_in, "/sign-in"), "login": name, "password": PASSWORD}).text
            form = {**_fields(page, "/oauth/authorize"), "decision": "allow"}
            response = browser.post("/oauth/authorize", data=form, follow_redirects=False)
        if response.is_redirect:
            return str(httpx.URL(response.headers["location"]).params["code"])
        field = next(tag for tag in _INPUT.findall(response.text) if _attribute(tag, "id") == "code")
        return _attribute(field, "value")

    def _run(self, *arguments: str) -> str:
        """In this process, which has imported everything already, and in a thread, since the command has an event loop of its own."""
        with ThreadPoolExecutor(1) as thread:
            done = thread.submit(CliRunner().invoke, main, [*arguments, "--data", str(self.data)]).result(TIMEOUT)
        assert done.exit_code == 0, done.output
        return done.stdout


@contextmanager
def run_server(data: Path) -> Iterator[ServerProcess]:
    """At the end its log must have no traceback: whatever clients did, no fault was left unhandled."""
    port = _free_port()
    command = [*PROGRAM, "serve", "--port", str(port), "--data", data]
    environment = {**os.environ, "GAZOUILLIS_RATE_LIMITS": "off", "GAZOUILLIS_REGISTRATIONS": "open"}
    log_path = data.parent / "serve.log"
    with log_path.open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}/api/v1/instance", process)
        yield ServerProcess(f"http://localhost:{port}", data, process.pid)
    finally:
        process.terminate()
        process.wait(TIMEOUT)
    logged = log_path.read_text()
    assert "Traceback" not in logged, logged


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(address).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.DOTALL)
    assert form, page
    hidden = [tag for tag in _INPUT.findall(form[0]) if _attribute(tag, "type") == "hidden"]
    return {_attribute(tag, "name"): _attribute(tag, "value") for tag in hidden}


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(match[1]) if match else ""


_INPUT = re.compile(r"<input[^>]*>")
