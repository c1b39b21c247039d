"""The limits of open files, streams and slow connections, at a real server process."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import ExitStack, suppress

import pytest

from tests.support.server import Server

SHORT_TIMEOUTS = "from gazouillis.protocols import timeouts; timeouts.REQUEST_TIMEOUT = 1.5; timeouts.PAUSE_TIMEOUT = 2.0"
STREAM = "/api/v1/streaming/public/local"


@pytest.fixture
def start(tmp_path):
    with ExitStack() as stack:

        def start(*arguments, **options):
            server = Server(tmp_path / "data", *arguments, **options)
            stack.callback(_kill, server)
            return server

        yield start


def _kill(server):
    with suppress(ProcessLookupError):
        server.process.kill()
    server.process.communicate()


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=20)


def send_get(connection, path, **headers):
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())


def first_response(connection):
    """What arrives first; empty: the server closed the connection without a response."""
    with suppress(OSError):
        return connection.recv(4096).decode()
    return ""


def open_streams(stack, server, count, path=STREAM, **headers):
    """Opens so many streams; returns the heads of their responses."""
    responses = []
    for _ in range(count):
        connection = stack.enter_context(connect(server))
        send_get(connection, path, **headers)
        responses.append(first_response(connection).partition("\r\n\r\n")[0].lower())
    return responses


def until_closed(connection):
    """Waits until the server closes it; returns the seconds, and what was received."""
    began = time.monotonic()
    received = b""
    with suppress(ConnectionError):
        while more := connection.recv(4096):
            received += more
    return time.monotonic() - began, received


def websocket(server):
    key = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec_WebSocket_Version": "13"}
    connection = connect(server)
    send_get(connection, "/api/v1/streaming?stream=public", **key)
    return connection


def test_the_limit_of_open_files_is_raised_as_far_as_the_system_allows(start):
    server = start(limits={resource.RLIMIT_NOFILE: (256, 2000)})

    assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE) == (2000, 2000)
    assert "open files: " in server.run("check").output


@pytest.mark.parametrize("path", [STREAM, "/live/local"])
def test_streams_are_limited_for_each_address(start, monkeypatch, path):
    monkeypatch.setenv("GAZOUILLIS_STREAMS_PER_ADDRESS", "3")
    server = start()
    with ExitStack() as stack:
        responses = open_streams(stack, server, 4, path)

        assert [one.split()[1] for one in responses] == ["200", "200", "200", "429"]
        assert "retry-after: " in responses[3]
        with websocket(server) as socket_too:
            assert first_response(socket_too).split()[1] == "429"
        assert [one.split()[1] for one in open_streams(stack, server, 1, path, X_Forwarded_For="192.0.2.7")] == ["200"]
        addresses = [f"2001:db8:0:{number // 4}::{number % 4:x}" for number in range(5)]
        statuses = [open_streams(stack, server, 1, path, X_Forwarded_For=one)[0].split()[1] for one in addresses]
        assert statuses == ["200", "200", "200", "429", "200"]


def test_a_closed_stream_makes_room_for_another(start, monkeypatch):
    monkeypatch.setenv("GAZOUILLIS_STREAMS_PER_ADDRESS", "2")
    server = start()
    for _ in range(3):
        with ExitStack() as stack:
            assert [one.split()[1] for one in open_streams(stack, server, 2)] == ["200", "200"]
        with websocket(server) as one, websocket(server) as another:
            assert [first_response(one).split()[1], first_response(another).split()[1]] == ["101", "101"]
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("sent", "response"),
    [
        pytest.param(b"", b"", marks=pytest.mark.thorough),
        (b"GET / HTTP/1.1\r\nHost: local", b"HTTP/1.1 408 "),
        pytest.param(b"POST /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc", b"", marks=pytest.mark.thorough),
    ],
)
def test_a_connection_that_stops_sending_is_closed(start, sent, response):
    server = start(before=SHORT_TIMEOUTS)
    with connect(server) as connection:
        connection.sendall(sent)
        after, received = until_closed(connection)

    assert 1 < after < 6
    assert received[: len(b"HTTP/1.1 408 ")] == response
    assert "Traceback" not in server.stop()[2]


@pytest.mark.thorough
def test_a_second_request_that_stops_is_closed_as_the_first_would_be(start):
    server = start(before=SHORT_TIMEOUTS)
    with connect(server) as connection:
        send_get(connection, "/robots.txt")
        assert first_response(connection).startswith("HTTP/1.1 200 ")
        connection.sendall(b"GET / HTTP/1.1\r\nHost: local")
        after, received = until_closed(connection)

    assert 1 < after < 6
    assert b"HTTP/1.1 408 " in received


@pytest.mark.thorough
def test_a_blank_line_after_a_slow_request_begins_a_wait_of_its_own(start):
    """Some browsers send one after a form."""
    server = start(before="from gazouillis.protocols import timeouts; timeouts.REQUEST_TIMEOUT = 4.0")
    with connect(server) as connection:
        connection.sendall(b"HEAD /robots.txt HTTP/1.1\r\n")
        time.sleep(2.5)
        connection.sendall(b"Host: localhost\r\n\r\n")
        assert first_response(connection).startswith("HTTP/1.1 200 ")
        connection.sendall(b"\r\n")
        time.sleep(2.5)
        send_get(connection, "/robots.txt")

        assert first_response(connection).startswith("HTTP/1.1 200 ")


@pytest.mark.thorough
def test_a_connection_that_sends_headers_slowly_is_closed(start):
    server = start(before=SHORT_TIMEOUTS)
    with connect(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < 10:
                connection.sendall(b"a: b\r\n")
                time.sleep(0.2)

    assert time.monotonic() - began < 5


@pytest.mark.thorough
def test_each_request_of_a_connection_has_the_same_timeout(start):
    server = start(before=SHORT_TIMEOUTS)
    with connect(server) as connection:
        for _ in range(4):
            send_get(connection, "/api/v1/streaming/health")
            response = ""
            while not response.endswith("OK"):
                response += first_response(connection)
            time.sleep(0.6)
        connection.sendall(b"GET / HT")
        after, _received = until_closed(connection)

    assert 1 < after < 6


@pytest.mark.thorough
def test_an_open_stream_does_not_time_out(start):
    server = start(before=SHORT_TIMEOUTS)
    with ExitStack() as stack:
        connection = stack.enter_context(connect(server))
        send_get(connection, STREAM)
        connection.settimeout(4)
        received = b""
        with suppress(TimeoutError):
            while more := connection.recv(4096):
                received += more
            raise AssertionError("it was closed")

    assert b":thump" in received


def test_streams_are_refused_and_pages_served_when_files_run_short(start):
    server = start(limits={resource.RLIMIT_NOFILE: (120, 120)})
    with ExitStack() as stack:
        responses = open_streams(stack, server, 110)
        refused = [one for one in responses if one.split()[1] == "503"]

        assert 20 < len(refused) < 70
        assert all("retry-after: " in one for one in refused)
        with server.get("/") as page:
            assert page.status == 200
    _code, _stdout, stderr = server.stop()
    assert stderr.count("Streams are refused") == 1


def test_idle_connections_are_closed_when_files_run_short(start):
    server = start(limits={resource.RLIMIT_NOFILE: (120, 120)})
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(connect(server))
            time.sleep(0.002)
        for _ in range(5):
            with server.get("/api/v1/instance") as page:
                assert page.status == 200
    _code, _stdout, stderr = server.stop()
    assert stderr.count("Idle connections are closed") == 1
    assert "Traceback" not in stderr
