"""Clients that close their connection before the response is complete. It is nobody's error, so the log of the server stays silent."""

import socket
import struct
import time
from urllib.parse import urlsplit

import httpx
import pytest

from tests.contract.server_process import run_server
from tests.support.raw_http import chunk, request_head

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
TIMES = 20
"""Each attempt leaves after another delay, so that some of them leave just while the response is written."""
ABOUT = request_head("GET", "/about")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with run_server(tmp_path_factory.mktemp("leaving") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def ann(server):
    return server.create_account("ann")


@pytest.fixture
def logged(server):
    """What the server has logged since the test began."""
    log = server.data.parent / "serve.log"
    before = len(log.read_text())
    return lambda: log.read_text()[before:]


def send_and_leave(server, request, after):
    """Leaves with a reset, as a browser does whose process is killed."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(server.url).port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.sendall(request)
    time.sleep(after)
    connection.close()


def post(token, **headers):
    return request_head("POST", "/api/v1/statuses", Authorization=f"Bearer {token}", **FORM, **headers)


def test_leaving_between_pipelined_requests_is_not_logged(server, ann, logged):
    for attempt in range(TIMES):
        send_and_leave(server, (post(ann, Content_Length=9) + b"status=hi") * 3 + ABOUT, after=attempt / 2000)
    time.sleep(0.5)

    assert logged() == ""


def test_leaving_within_the_body_is_not_logged(server, ann, logged):
    for begun in (post(ann, Content_Length=900), request_head("POST", "/sign-in", Content_Length=900, **FORM)):
        send_and_leave(server, begun + b"status=hi", after=0.05)
    send_and_leave(server, post(ann, Transfer_Encoding="chunked") + chunk(b"status=hi"), after=0.05)
    time.sleep(0.5)

    assert logged() == ""


def test_a_stream_goes_on_when_another_one_with_a_request_behind_it_was_left(server, ann, logged):
    send_and_leave(server, request_head("GET", "/api/v1/streaming/public") + ABOUT, after=0.2)

    with httpx.stream("GET", f"{server.url}/api/v1/streaming/public", timeout=5) as stream:
        lines = stream.iter_lines()
        next(lines)  # the first heartbeat: the stream is open; the next one comes later than the timeout
        httpx.post(f"{server.url}/api/v1/statuses", data={"status": "still here?"}, headers={"Authorization": f"Bearer {ann}"})
        received = next((one for one in lines if "still here?" in one), "")

    assert "still here?" in received
    assert logged() == ""
