"""Many connections, slow ones and silent ones, at a real server."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import ExitStack, suppress

import pytest

from tests.support.server import Server

QUICK = "from gazouillis.protocols import timeouts; timeouts.REQUEST_TIMEOUT = 1.5; timeouts.PAUSE_TIMEOUT = 2.0"
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


def ask(connection, path, **headers):
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())


def answer(connection):
    """The head of an answer; empty: closed without a word."""
    with suppress(OSError):
        return connection.recv(4096).decode()
    return ""


def open_streams(stack, server, count, path=STREAM, **headers):
    """What each of so many was answered."""
    answers = []
    for _ in range(count):
        connection = stack.enter_context(connect(server))
        ask(connection, path, **headers)
        answers.append(answer(connection).partition("\r\n\r\n")[0].lower())
    return answers


def is_closed_after(connection):
    """Seconds, and what was said before."""
    began = time.monotonic()
    said = b""
    with suppress(ConnectionError):
        while more := connection.recv(4096):
            said += more
    return time.monotonic() - began, said


def websocket(server):
    key = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec_WebSocket_Version": "13"}
    connection = connect(server)
    ask(connection, "/api/v1/streaming?stream=public", **key)
    return connection


def test_the_limit_of_open_files_is_raised_as_far_as_the_system_lets_it(start):
    server = start(limits={resource.RLIMIT_NOFILE: (256, 2000)})

    assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE) == (2000, 2000)
    assert "open files: " in server.run("check").output


@pytest.mark.parametrize("path", [STREAM, "/live/local"])
def test_one_address_holds_so_many_streams_and_no_more(start, monkeypatch, path):
    monkeypatch.setenv("GAZOUILLIS_STREAMS_PER_ADDRESS", "3")
    server = start()
    with ExitStack() as stack:
        answers = open_streams(stack, server, 4, path)

        assert [one.split()[1] for one in answers] == ["200", "200", "200", "429"]
        assert "retry-after: " in answers[3]
        with websocket(server) as socket_too:
            assert answer(socket_too).split()[1] == "429"
        assert [one.split()[1] for one in open_streams(stack, server, 1, path, X_Forwarded_For="192.0.2.7")] == ["200"]
        homes = [f"2001:db8:0:{number // 4}::{number % 4:x}" for number in range(5)]
        theirs = [open_streams(stack, server, 1, path, X_Forwarded_For=one)[0].split()[1] for one in homes]
        assert theirs == ["200", "200", "200", "429", "200"]


def test_a_stream_that_was_closed_makes_room_for_another(start, monkeypatch):
    monkeypatch.setenv("GAZOUILLIS_STREAMS_PER_ADDRESS", "2")
    server = start()
    for _ in range(3):
        with ExitStack() as stack:
            assert [one.split()[1] for one in open_streams(stack, server, 2)] == ["200", "200"]
        with websocket(server) as one, websocket(server) as another:
            assert [answer(one).split()[1], answer(another).split()[1]] == ["101", "101"]
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("begun", "said"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: local", b"HTTP/1.1 408 "),
        (b"POST /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc", b""),
    ],
)
def test_who_sends_nothing_or_stops_is_closed(start, begun, said):
    server = start(before=QUICK)
    with connect(server) as connection:
        connection.sendall(begun)
        after, heard = is_closed_after(connection)

    assert 1 < after < 6
    assert heard[: len(b"HTTP/1.1 408 ")] == said
    assert "Traceback" not in server.stop()[2]


def test_who_sends_headers_drop_by_drop_is_closed(start):
    server = start(before=QUICK)
    with connect(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < 10:
                connection.sendall(b"a: b\r\n")
                time.sleep(0.2)

    assert time.monotonic() - began < 5


def test_who_asks_once_more_after_an_answer_has_the_same_time(start):
    server = start(before=QUICK)
    with connect(server) as connection:
        for _ in range(4):
            ask(connection, "/api/v1/streaming/health")
            said = ""
            while not said.endswith("OK"):
                said += answer(connection)
            time.sleep(0.6)
        connection.sendall(b"GET / HT")
        after, _heard = is_closed_after(connection)

    assert 1 < after < 6


def test_an_open_stream_is_no_silence(start):
    server = start(before=QUICK)
    with ExitStack() as stack:
        connection = stack.enter_context(connect(server))
        ask(connection, STREAM)
        connection.settimeout(4)
        heard = b""
        with suppress(TimeoutError):
            while more := connection.recv(4096):
                heard += more
            raise AssertionError("it was closed")

    assert b":thump" in heard


def test_when_files_run_short_streams_are_refused_and_visitors_served(start):
    server = start(limits={resource.RLIMIT_NOFILE: (120, 120)})
    with ExitStack() as stack:
        answers = open_streams(stack, server, 110)
        refused = [one for one in answers if one.split()[1] == "503"]

        assert 20 < len(refused) < 70
        assert all("retry-after: " in one for one in refused)
        with server.get("/") as page:
            assert page.status == 200
    _code, _said, complaint = server.stop()
    assert complaint.count("Streams are refused") == 1


def test_silent_connections_give_way_to_visitors(start):
    server = start(limits={resource.RLIMIT_NOFILE: (120, 120)})
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(connect(server))
            time.sleep(0.002)
        for _ in range(5):
            with server.get("/api/v1/instance") as page:
                assert page.status == 200
    _code, _said, complaint = server.stop()
    assert complaint.count("Idle connections are closed") == 1
    assert "Traceback" not in complaint
