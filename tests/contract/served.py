"""A server in a process of its own, on a port of this machine, as `gazouillis serve` makes it; and people with their tokens."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx

PASSWORD = "correct horse battery"
PATIENCE = 60.0
PROGRAM = Path(sys.executable).with_name("gazouillis")


class Place:
    def __init__(self, url: str, data: Path, pid: int) -> None:
        self.url = url
        self.data = data
        self.pid = pid

    def person(self, name: str, *, role: str = "member") -> str:
        """Somebody who has joined; their token."""
        self._run("accounts", "create", name, "--email", f"{name}@example.org", "--password", PASSWORD, "--role", role)
        return self._run("accounts", "token", name).strip()

    def code(self, name: str, address: str) -> str:
        """What the browser of this person is given by the page to which an app sends them, once they said yes."""
        with httpx.Client(base_url=self.url, follow_redirects=True) as browser:
            door = browser.get(address).text
            page = browser.post("/sign-in", data={**_fields(door, "/sign-in"), "login": name, "password": PASSWORD}).text
            yes = {**_fields(page, "/oauth/authorize"), "decision": "allow"}
            answer = browser.post("/oauth/authorize", data=yes, follow_redirects=False)
        if answer.is_redirect:
            return str(httpx.URL(answer.headers["location"]).params["code"])
        shown = next(tag for tag in _INPUT.findall(answer.text) if _attribute(tag, "id") == "code")
        return _attribute(shown, "value")

    def _run(self, *words: str) -> str:
        done = subprocess.run([PROGRAM, *words, "--data", self.data], capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def served(data: Path) -> Iterator[Place]:
    port = _free_port()
    command = [PROGRAM, "serve", "--port", str(port), "--data", data]
    environment = {**os.environ, "GAZOUILLIS_RATE_LIMITS": "off", "GAZOUILLIS_REGISTRATIONS": "open"}
    with (data.parent / "serve.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}/api/v1/instance", process)
        yield Place(f"http://localhost:{port}", data, process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
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
    """The hidden fields of the form that leads there."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.DOTALL)
    assert form, page
    hidden = [tag for tag in _INPUT.findall(form[0]) if _attribute(tag, "type") == "hidden"]
    return {_attribute(tag, "name"): _attribute(tag, "value") for tag in hidden}


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(match[1]) if match else ""


_INPUT = re.compile(r"<input[^>]*>")
