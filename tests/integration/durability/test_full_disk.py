"""A full disk: reads are answered, writes are refused, and the server recovers when there is space again.

The limit of file sizes stands for the disk: it needs no privileges, and can be lifted while the server runs.
"""

from __future__ import annotations

import os
import resource
from contextlib import suppress

import httpx
import pytest
from PIL import Image

from tests.support.server import Server

FULL = 4096
"""Bytes that a file may have: no write-ahead log, picture or e-mail fits."""
FORM = {"status": "is anybody there?"}


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "data", limits={resource.RLIMIT_FSIZE: (resource.RLIM_INFINITY, resource.RLIM_INFINITY)})
    yield server
    with suppress(ProcessLookupError):
        server.process.kill()
    server.process.communicate()


@pytest.fixture
def ann(server):
    """An API client with the token of Ann."""
    server.run("accounts", "create", "ann", "--email", "ann@example.org", "--password", "correct horse")
    token = server.run("accounts", "token", "ann").stdout.strip()
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        yield client


@pytest.fixture
def browser(server, ann):
    """A browser in which Ann has signed in."""
    with httpx.Client(base_url=server.url, timeout=30) as browser:
        submit(browser, "/sign-in", login="ann", password="correct horse")
        yield browser


def submit(browser, path, **fields):
    browser.get("/sign-in" if path == "/sign-in" else "/")
    return browser.post(path, data={"_csrf_token": browser.cookies["csrf"], **fields})


def fill_disk(server):
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))


def make_space(server):
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_apps_can_read_and_are_told_when_to_retry_a_write(server, ann):
    before = ann.post("/api/v1/statuses", json=FORM).raise_for_status().json()["id"]
    fill_disk(server)

    for _ in range(3):
        refused = ann.post("/api/v1/statuses", json=FORM)
        assert (refused.status_code, set(refused.json())) == (503, {"error"})
        assert int(refused.headers["retry-after"]) > 0
        assert [one["id"] for one in ann.get("/api/v1/timelines/home").raise_for_status().json()] == [before]
        assert ann.post("/api/v1/apps", json={"client_name": "a", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}).status_code == 503
    make_space(server)

    assert ann.post("/api/v1/statuses", json=FORM).status_code == 200
    _code, _stdout, stderr = server.stop()
    assert stderr.count("SQLite reports a failure") == 1
    assert len(stderr.splitlines()) == 1, stderr


def test_pages_are_shown_and_forms_are_refused(server, browser):
    fill_disk(server)
    refused = submit(browser, "/statuses", status="is anybody there?")
    page = browser.get("/")
    make_space(server)

    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) > 0
    assert page.status_code == 200
    assert browser.get("/").status_code == 200


def test_a_picture_that_does_not_fit_is_refused_and_leaves_no_file(server, ann, tmp_path):
    fill_disk(server)
    picture = (tmp_path / "big.png").resolve()
    draw(picture)
    refused = ann.patch("/api/v1/accounts/update_credentials", files={"avatar": picture.read_bytes()})
    make_space(server)

    assert refused.status_code == 503
    assert [one for one in (tmp_path / "data/media").rglob("*") if one.is_file()] == []
    assert ann.patch("/api/v1/accounts/update_credentials", files={"avatar": picture.read_bytes()}).status_code == 200


def draw(path):
    Image.frombytes("RGB", (300, 300), os.urandom(270_000)).save(path)
