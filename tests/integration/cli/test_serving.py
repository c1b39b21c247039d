"""`gazouillis serve` and `work` as processes: start, output, signals, files and permissions."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support.server import TIMEOUT, Server


@pytest.fixture
def start(tmp_path) -> Iterator:
    started = []

    def start(*arguments):
        started.append(Server(tmp_path / "data", *arguments))
        return started[-1]

    yield start
    for one in started:
        with suppress(ProcessLookupError):
            one.process.kill()
        one.process.communicate()


def token(server):
    server.run("accounts", "create", "ann", "--email", "ann@example.org", "--password", "correct horse")
    return server.run("accounts", "token", "ann").stdout.strip()


def test_the_first_start_creates_its_files_and_prints_the_link_for_the_owner(start, tmp_path):
    server = start()
    with server.get("/api/v1/instance") as response:
        assert response.status == 200
    code, stdout, stderr = server.stop()

    assert code == 0
    assert re.search(r"/welcome/[\w-]{20,}", stdout)
    assert str(tmp_path / "data" / "mail") in stdout
    assert stderr == ""
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data/secrets.json").stat().st_mode & 0o777 == 0o600


def test_the_link_is_not_printed_once_there_is_an_owner(start):
    server = start()
    server.run("accounts", "create", "boss", "--email", "boss@example.org", "--password", "correct horse", "--role", "owner")
    server.stop()

    assert "/welcome/" not in start().stop()[1]


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_the_server_stops_cleanly_with_open_streams(start, by):
    server = start()
    key = token(server)
    streams = [server.get("/api/v1/streaming/user", Authorization=f"Bearer {key}") for _ in range(3)]
    code, _stdout, stderr = server.stop(by)

    assert (code, stderr) == (0, "")
    for one in streams:
        with suppress(OSError):
            one.read()


def test_a_token_in_a_request_is_not_logged(start):
    server = start()
    key = token(server)
    server.get("/api/v1/accounts/verify_credentials", Authorization=f"Bearer {key}").close()
    with suppress(OSError):
        server.get(f"/api/v1/nothing?access_token={key}").close()
    _code, stdout, stderr = server.stop()

    assert key not in stdout + stderr
    assert "correct horse" not in stdout + stderr


def test_a_port_in_use_is_reported_in_one_sentence(start):
    server = start()
    result = server.run("serve", "--port", server.url.rpartition(":")[2])
    checked = server.run("check")

    assert checked.exit_code == 0, checked.output
    assert result.exit_code == 1
    assert "in use" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_killed_server_starts_again_with_all_its_data(start):
    server = start()
    key = token(server)
    server.process.kill()
    server.process.wait()

    with start().get("/api/v1/accounts/verify_credentials", Authorization=f"Bearer {key}") as response:
        assert json.load(response)["username"] == "ann"


def test_without_a_worker_reactions_wait_for_one(start, tmp_path):
    server = start("--no-worker")
    key = token(server)
    body = json.dumps({"status": "hello world"}).encode()
    request = urllib.request.Request(
        f"{server.url}/api/v1/statuses", body, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=TIMEOUT).close()

    def found():
        with server.get("/api/v2/search?q=hello&type=statuses", Authorization=f"Bearer {key}") as response:
            return len(json.load(response)["statuses"])

    assert found() == 0
    command = [sys.executable, "-m", "gazouillis.cli", "work"]
    worker = subprocess.Popen(command, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert worker.stdout.readline().startswith("Working")
    while not found():
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(TIMEOUT) == 0
    worker.communicate()


def test_a_start_makes_private_files_readable_by_their_owner_only(start, tmp_path):
    start().stop()
    (tmp_path / "data/mail").mkdir(mode=0o755)
    private = [tmp_path / "data" / name for name in ("gazouillis.db", "secrets.json", "mail")]
    for one in private:
        one.chmod(0o755 if one.is_dir() else 0o644)
    server = start()

    assert [one.stat().st_mode & 0o777 for one in private] == [0o600, 0o600, 0o700]
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "data").glob("gazouillis.db*")} == {0o600}
    assert server.stop()[2] == ""


def test_a_start_logs_what_check_finds(start, tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data").chmod(0o755)
    server = start()
    checked = server.run("check")
    time.sleep(1)
    stderr = server.stop()[2]

    assert f"chmod 700 {tmp_path / 'data'}" in checked.output
    assert [line for line in stderr.splitlines() if f"chmod 700 {tmp_path / 'data'}" in line]
    assert len(stderr.splitlines()) == 1
