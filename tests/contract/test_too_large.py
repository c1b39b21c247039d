"""Limits of sizes at a real server process: requests that are too large are refused before they are read whole."""

import json
import re
import time
from contextlib import contextmanager, suppress

import httpx
import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.contract.server_process import run_server
from tests.support.raw_http import LAST_CHUNK, PIECE, chunk, request_head, send

LARGE = 15_000_000
IN_FLIGHT = 4_000_000
"""Bytes that a client may have sent before it sees the response: they fit into the socket buffers."""
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content_Type": "multipart/form-data; boundary=x"}
AVATAR = b'--x\r\nContent-Disposition: form-data; name="avatar"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
NOTE = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n'
PROFILE = "/api/v1/accounts/update_credentials"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": 13,
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with run_server(tmp_path_factory.mktemp("large") / "data") as server:
        yield server
        assert "Traceback" not in (server.data.parent / "serve.log").read_text()


@pytest.fixture(scope="module")
def ann(server):
    return {"Authorization": f"Bearer {server.create_account('ann')}"}


def large(content=b"a=&" * 20_000):
    return [content] * (LARGE // len(content))


def chunked(content=b"a=&" * 20_000):
    return [*map(chunk, large(content)), LAST_CHUNK]


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/statuses", "/oauth/token", "/api/v1/nowhere", "/nowhere", "/about", "/metrics"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET", "HEAD", "OPTIONS"])
def test_a_large_body_is_refused_on_any_path_and_method(server, method, path):
    with_length = send(server.url, [request_head(method, path, Content_Length=LARGE, **FORM), *large()])
    in_chunks = send(server.url, [request_head(method, path, Transfer_Encoding="chunked", **FORM), *chunked()])

    assert (with_length.status, in_chunks.status) == (413, 413)
    assert max(with_length.sent, in_chunks.sent) < IN_FLIGHT


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", "a/b", ""])
def test_a_large_body_of_any_type_is_refused(server, ann, kind):
    headers = {**ann, "Content_Type": kind}
    with_length = send(server.url, [request_head("POST", "/api/v1/statuses", Content_Length=LARGE, **headers), *large()])
    in_chunks = send(server.url, [request_head("POST", "/api/v1/statuses", Transfer_Encoding="chunked", **headers), *chunked()])

    assert (with_length.status, in_chunks.status) == (413, 413)
    assert max(with_length.sent, in_chunks.sent) < IN_FLIGHT


def test_the_refusal_of_a_large_body_is_in_the_form_of_its_door(server):
    page = send(server.url, [request_head("POST", "/sign-in", Content_Length=LARGE, Accept_Language="fr"), b"x"])
    api = send(server.url, [request_head("POST", "/api/v1/statuses", Content_Length=LARGE, Accept_Language="fr"), b"x"])

    sentence = "Cela pèse 15 Mo\u00a0: 64 ko au plus sont acceptés"
    assert sentence in page.body.decode()
    assert json.loads(api.body)["error"] == sentence


def test_a_small_body_may_come_in_chunks(server):
    form = [chunk(b"client_name=x&redirect_"), chunk(b"uris=urn:ietf:wg:oauth:2.0:oob"), LAST_CHUNK]

    assert send(server.url, [request_head("POST", "/api/v1/apps", Transfer_Encoding="chunked", **FORM), *form]).status == 200


def test_expect_continue_is_answered_with_100_or_413(server):
    headers = {"Expect": "100-continue", **FORM}
    small = send(server.url, [request_head("POST", "/api/v1/apps", Transfer_Encoding="chunked", Connection="close", **headers), LAST_CHUNK])

    assert (small.status, small.body[:12]) == (100, b"HTTP/1.1 422")
    assert send(server.url, [request_head("POST", "/api/v1/apps", Content_Length=LARGE, **headers)]).status == 413


@pytest.mark.parametrize(
    "pieces",
    [
        [chunk(b"a"), b"0\r\nx: ", *large()],
        [chunk(b"a"), b"0\r\n", *large(b"a: b\r\n" * 10_000)],
        [b"1;", *large()],
        [b"1" * 40, b"\r\n"],
        [chunk(b"a") * 60_000, *chunked()],
    ],
    ids=["a trailer", "many trailers", "an extension", "a length that is none", "chunks of one byte"],
)
def test_trailers_extensions_and_tiny_chunks_are_limited(server, pieces):
    response = send(server.url, [request_head("POST", "/api/v1/apps", Transfer_Encoding="chunked", **FORM), *pieces])

    assert response.status in {400, 413}
    assert response.sent < IN_FLIGHT


def test_trailers_do_not_count_as_headers(server, ann):
    """They arrive after the request was authenticated."""
    trailer = b"0\r\nauthorization: " + ann["Authorization"].encode() + b"\r\n\r\n"

    assert (
        send(
            server.url, [request_head("POST", "/api/v1/statuses", Transfer_Encoding="chunked", **FORM), chunk(b"status=hi"), trailer]
        ).status
        == 401
    )


def test_a_route_with_files_limits_each_part(server, ann):
    begin = request_head("PATCH", PROFILE, Transfer_Encoding="chunked", **ann, **MULTIPART)
    note = send(server.url, [begin, chunk(NOTE), *chunked()])
    avatar = send(server.url, [begin, chunk(AVATAR), *map(chunk, large(b"x" * PIECE)), chunk(b"\r\n--x--\r\n"), LAST_CHUNK])
    several = send(server.url, [request_head("PATCH", PROFILE, Content_Length=2 * LARGE, **ann, **MULTIPART), AVATAR, *large(), *large()])
    other_part = send(server.url, [begin, chunk(AVATAR.replace(b"avatar", b"note")), *chunked()])
    json_ = send(server.url, [request_head("PATCH", PROFILE, Content_Length=LARGE, Content_Type="application/json", **ann), *large()])

    assert (note.status, other_part.status, json_.status, several.status) == (413, 413, 413, 413)
    assert max(note.sent, other_part.sent, json_.sent, several.sent) < IN_FLIGHT
    assert (avatar.status, json.loads(avatar.body)["field"]) == (422, "avatar")


def test_files_of_unauthorized_requests_are_not_read(server):
    api = send(server.url, [request_head("PATCH", PROFILE, Content_Length=LARGE, **MULTIPART), AVATAR, *large()])
    page = send(server.url, [request_head("POST", "/settings/profile", Content_Length=LARGE, **MULTIPART), AVATAR, *large()])

    assert (api.status, page.status) == (401, 403)
    assert max(api.sent, page.sent) < IN_FLIGHT


def test_a_form_without_token_or_session_is_refused_before_its_files_are_read(server):
    with httpx.Client(base_url=server.url) as browser:
        key = re.search(r'name="_csrf_token" value="([^"]+)"', browser.get("/sign-in").text)[1]
        cookie = {"Cookie": f"csrf={browser.cookies['csrf']}", **MULTIPART}
    part = b'--x\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n%b\r\n' % key.encode()
    begin = request_head("POST", "/settings/profile", Content_Length=LARGE, **cookie)
    without_key = send(server.url, [begin, AVATAR, *large()])
    signed_out = send(server.url, [begin, part, AVATAR, *large()])

    assert (without_key.status, signed_out.status) == (403, 403)
    assert b'action="/sign-in' in signed_out.body
    assert max(without_key.sent, signed_out.sent) < IN_FLIGHT


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ([b"GET /", *large()], 414),
        ([request_head("GET", "/" + "a" * 8200)], 414),
        ([b"GET /?" + b"a=&" * 1_000_000, b" HTTP/1.1\r\n\r\n"], 414),
        ([request_head("GET", "/api/v1/accounts/lookup?" + "&" * 1000)], 414),
        ([b"GET / HTTP/1.1\r\nx: ", *large()], 431),
        ([b"GET / HTTP/1.1\r\n", *large(b"x" * 1000)], 431),
        ([b"GET / HTTP/1.1\r\n", *large(b"a: b\r\n" * 1000)], 431),
        ([request_head("GET", "/", **{f"x{n}": 1 for n in range(130)})], 431),
        ([request_head("GET", "/", **{f"x{n}": "a" * 7000 for n in range(10)})], 431),
        ([request_head("GET", "/", Cookie="a=b; " * 1700)], 431),
        ([b"GET / HTTP/1.1\r\n" + b"cookie: a=bcdef\r\n" * 100 + b"cookie: " + b"a" * 8000 + b"\r\n\r\n"], 431),
        ([request_head("GET", "/api/v1/streaming?" + "a" * 8200, **UPGRADE)], 414),
        ([request_head("GET", "/api/v1/streaming", x="a" * 9000, **UPGRADE)], 431),
        ([request_head("GET", "/api/v1/streaming", Content_Length=LARGE, **UPGRADE), *large()], 400),
        ([b"\x16\x03\x01" * 1000], 400),
    ],
)
def test_a_large_head_is_refused_before_it_is_whole(server, pieces, status):
    response = send(server.url, pieces)

    assert response.status == status
    assert response.sent < IN_FLIGHT
    assert b"connection: close" in response.head.lower()


def test_requests_just_within_the_limits_are_answered(server):
    assert send(server.url, [request_head("GET", "/about?" + "a" * 8100)]).status == 200
    assert send(server.url, [request_head("GET", "/about", **{f"x{n}": "a" * 6000 for n in range(10)})]).status == 200
    assert send(server.url, [request_head("GET", "/about", Cookie="a=b; " * 1600)]).status == 200
    assert (
        send(server.url, [request_head("POST", "/api/v1/apps", Content_Length=65_536, **FORM), b"client_name=" + b"x" * 65_524]).status
        == 422
    )


def test_memory_stays_flat_while_requests_are_refused(server):
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    for _ in range(20):
        send(server.url, [b"GET / HTTP/1.1\r\nx: ", *large()])
        send(server.url, [b"GET / HTTP/1.1\r\n", *large(b"a: b\r\n" * 1000)])
        send(server.url, [request_head("POST", "/sign-in", Transfer_Encoding="chunked", **FORM), *chunked()])

    assert process.memory_info().rss - before < 10_000_000


def test_too_many_pipelined_requests_close_the_connection(server):
    assert send(server.url, [request_head("GET", "/about") * 50]).status == 200
    assert send(server.url, [request_head("GET", "/about") * 10_000]).status == 0


def test_a_request_before_a_refused_one_is_answered_alone(server):
    response = send(server.url, [request_head("GET", "/about") + request_head("GET", "/" + "a" * 9000)])

    assert response.status == 200
    assert b"414" not in response.body[-100:]


@pytest.mark.parametrize("blank", [b"\r\n", b"\n", b"\r\n\r\n"])
def test_blank_lines_before_the_first_request_are_ignored(server, blank):
    def pieces():
        yield blank
        time.sleep(0.2)  # so that the server reads them before the request
        yield request_head("GET", "/about")

    assert send(server.url, pieces()).status == 200


@contextmanager
def open_socket(server):
    with connect(server.url.replace("http", "ws") + "/api/v1/streaming", open_timeout=20) as socket:
        yield socket


def close_code(socket):
    """The code with which the server closes the socket; 0: it does not."""
    try:
        socket.recv(timeout=20)
    except ConnectionClosed as closed:
        return closed.rcvd.code
    return 0


def test_a_large_message_closes_its_socket(server):
    with open_socket(server) as socket:
        socket.send("x" * 70_000)
        assert close_code(socket) == 1009
    with open_socket(server) as socket:
        socket.send(["x" * 1000] * 70)
        assert close_code(socket) == 1009


@pytest.mark.parametrize("message", ["[" * 60_000, '{"a":' * 10_000, "{", "1" * 60_000, '"\\ud800"', "", "null", b"\xff", '{"type": 1}'])
def test_a_malformed_message_is_ignored(server, message):
    with open_socket(server) as socket:
        socket.send(message)
        socket.send(json.dumps({"type": "subscribe", "stream": "nowhere"}))

        assert "error" in json.loads(socket.recv(timeout=20))


def test_a_text_message_that_is_not_utf_8_closes_its_socket(server):
    with open_socket(server) as socket:
        socket.send(b"\xff\xfe", text=True)
        assert close_code(socket) == 1007


def frame(opcode, payload):
    """https://www.rfc-editor.org/rfc/rfc6455#section-5.2, with a mask that changes nothing."""
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


NOT_UTF_8, PING, SUBSCRIBE = frame(1, b"\xff"), frame(9, b""), frame(1, b'{"type":"subscribe","stream":"nowhere"}')


@pytest.mark.parametrize(
    "frames", [NOT_UTF_8 + PING + SUBSCRIBE, SUBSCRIBE + NOT_UTF_8 + PING, NOT_UTF_8 + frame(8, b""), PING * 600 + SUBSCRIBE]
)
def test_frames_after_a_fatal_one_are_ignored(server, frames):
    with open_socket(server) as socket:
        socket.socket.sendall(frames)

        assert close_code(socket) in {1005, 1007, 1008}


def test_too_many_messages_close_a_socket(server):
    with open_socket(server) as socket:
        with suppress(ConnectionClosed):
            for _ in range(10_000):
                socket.send("{}")

        assert close_code(socket) == 1008


def test_a_refusal_names_the_size_and_its_limit(server):
    small = httpx.post(f"{server.url}/api/v1/statuses", content=b"a=" + b"b" * 100_000, headers={"Content-Type": FORM["Content_Type"]})
    content_type = {"Content-Type": MULTIPART["Content_Type"]}
    picture = httpx.patch(f"{server.url}{PROFILE}", content=AVATAR + b"b" * 22 * 1024**2, headers=content_type)

    assert small.json()["error"] == "This has 98 kB: at most 64 kB are accepted"
    assert picture.json()["error"] == "This has 23 MB: at most 16 MB are accepted"
