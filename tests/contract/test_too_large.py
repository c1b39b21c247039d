"""Requests larger than any that is meant, sent to a server of its own: each is refused before it was read whole."""

import json
import re
import time
from contextlib import contextmanager, suppress

import httpx
import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.contract.served import served
from tests.support.raw_http import LAST_CHUNK, PIECE, chunk, request_head, send

LARGE = 15_000_000
SEEN = 4_000_000
"""Bytes that may be under way on this machine before the answer is seen."""
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
PARTS = {"Content_Type": "multipart/form-data; boundary=x"}
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
def place(tmp_path_factory):
    with served(tmp_path_factory.mktemp("large") / "data") as place:
        yield place
        assert "Traceback" not in (place.data.parent / "serve.log").read_text()


@pytest.fixture(scope="module")
def ann(place):
    return {"Authorization": f"Bearer {place.person('ann')}"}


def large(content=b"a=&" * 20_000):
    return [content] * (LARGE // len(content))


def chunked(content=b"a=&" * 20_000):
    return [*map(chunk, large(content)), LAST_CHUNK]


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/statuses", "/oauth/token", "/api/v1/nowhere", "/nowhere", "/about", "/metrics"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET", "HEAD", "OPTIONS"])
def test_a_large_body_is_refused_whether_or_not_anybody_wants_it(place, method, path):
    announced = send(place.url, [request_head(method, path, Content_Length=LARGE, **FORM), *large()])
    counted = send(place.url, [request_head(method, path, Transfer_Encoding="chunked", **FORM), *chunked()])

    assert (announced.status, counted.status) == (413, 413)
    assert max(announced.sent, counted.sent) < SEEN


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", "a/b", ""])
def test_a_large_body_of_any_type_is_refused(place, ann, kind):
    headers = {**ann, "Content_Type": kind}
    announced = send(place.url, [request_head("POST", "/api/v1/statuses", Content_Length=LARGE, **headers), *large()])
    counted = send(place.url, [request_head("POST", "/api/v1/statuses", Transfer_Encoding="chunked", **headers), *chunked()])

    assert (announced.status, counted.status) == (413, 413)
    assert max(announced.sent, counted.sent) < SEEN


def test_the_refusal_of_a_large_body_is_in_the_form_of_its_door(place):
    page = send(place.url, [request_head("POST", "/sign-in", Content_Length=LARGE, Accept_Language="fr"), b"x"])
    api = send(place.url, [request_head("POST", "/api/v1/statuses", Content_Length=LARGE, Accept_Language="fr"), b"x"])

    assert "La demande est trop grosse" in page.body.decode()
    assert json.loads(api.body)["error"] == "La demande est trop grosse"


def test_a_small_body_may_come_in_chunks(place):
    form = [chunk(b"client_name=x&redirect_"), chunk(b"uris=urn:ietf:wg:oauth:2.0:oob"), LAST_CHUNK]

    assert send(place.url, [request_head("POST", "/api/v1/apps", Transfer_Encoding="chunked", **FORM), *form]).status == 200


def test_a_client_that_asks_first_is_told_to_go_on_or_that_it_is_too_much(place):
    asks = {"Expect": "100-continue", **FORM}
    small = send(place.url, [request_head("POST", "/api/v1/apps", Transfer_Encoding="chunked", Connection="close", **asks), LAST_CHUNK])

    assert (small.status, small.body[:12]) == (100, b"HTTP/1.1 422")
    assert send(place.url, [request_head("POST", "/api/v1/apps", Content_Length=LARGE, **asks)]).status == 413


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
def test_what_surrounds_chunks_is_bounded_too(place, pieces):
    said = send(place.url, [request_head("POST", "/api/v1/apps", Transfer_Encoding="chunked", **FORM), *pieces])

    assert said.status in {400, 413}
    assert said.sent < SEEN


def test_trailers_are_no_headers(place, ann):
    """They come when all was decided already."""
    late = b"0\r\nauthorization: " + ann["Authorization"].encode() + b"\r\n\r\n"

    assert (
        send(place.url, [request_head("POST", "/api/v1/statuses", Transfer_Encoding="chunked", **FORM), chunk(b"status=hi"), late]).status
        == 401
    )


def test_a_route_that_takes_files_takes_no_more_than_these(place, ann):
    begin = request_head("PATCH", PROFILE, Transfer_Encoding="chunked", **ann, **PARTS)
    note = send(place.url, [begin, chunk(NOTE), *chunked()])
    avatar = send(place.url, [begin, chunk(AVATAR), *map(chunk, large(b"x" * PIECE)), chunk(b"\r\n--x--\r\n"), LAST_CHUNK])
    several = send(place.url, [request_head("PATCH", PROFILE, Content_Length=2 * LARGE, **ann, **PARTS), AVATAR, *large(), *large()])
    neighbour = send(place.url, [begin, chunk(AVATAR.replace(b"avatar", b"note")), *chunked()])
    json_ = send(place.url, [request_head("PATCH", PROFILE, Content_Length=LARGE, Content_Type="application/json", **ann), *large()])

    assert (note.status, neighbour.status, json_.status, several.status) == (413, 413, 413, 413)
    assert max(note.sent, neighbour.sent, json_.sent, several.sent) < SEEN
    assert (avatar.status, json.loads(avatar.body)["field"]) == (422, "avatar")


def test_files_are_not_read_from_those_who_may_not_send_them(place):
    api = send(place.url, [request_head("PATCH", PROFILE, Content_Length=LARGE, **PARTS), AVATAR, *large()])
    page = send(place.url, [request_head("POST", "/settings/profile", Content_Length=LARGE, **PARTS), AVATAR, *large()])

    assert (api.status, page.status) == (401, 403)
    assert max(api.sent, page.sent) < SEEN


def test_a_form_is_kept_out_before_its_files_are_read(place):
    with httpx.Client(base_url=place.url) as browser:
        key = re.search(r'name="_csrf_token" value="([^"]+)"', browser.get("/sign-in").text)[1]
        cookie = {"Cookie": f"csrf={browser.cookies['csrf']}", **PARTS}
    part = b'--x\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n%b\r\n' % key.encode()
    begin = request_head("POST", "/settings/profile", Content_Length=LARGE, **cookie)
    without_key = send(place.url, [begin, AVATAR, *large()])
    signed_out = send(place.url, [begin, part, AVATAR, *large()])

    assert (without_key.status, signed_out.status) == (403, 303)
    assert max(without_key.sent, signed_out.sent) < SEEN


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
def test_a_large_head_is_refused_before_it_is_whole(place, pieces, status):
    said = send(place.url, pieces)

    assert said.status == status
    assert said.sent < SEEN
    assert b"connection: close" in said.head.lower()


def test_what_is_just_within_the_limits_is_answered(place):
    assert send(place.url, [request_head("GET", "/about?" + "a" * 8100)]).status == 200
    assert send(place.url, [request_head("GET", "/about", **{f"x{n}": "a" * 6000 for n in range(10)})]).status == 200
    assert send(place.url, [request_head("GET", "/about", Cookie="a=b; " * 1600)]).status == 200
    assert (
        send(place.url, [request_head("POST", "/api/v1/apps", Content_Length=65_536, **FORM), b"client_name=" + b"x" * 65_524]).status
        == 422
    )


def test_memory_stays_flat_while_much_is_refused(place):
    process = psutil.Process(place.pid)
    before = process.memory_info().rss
    for _ in range(20):
        send(place.url, [b"GET / HTTP/1.1\r\nx: ", *large()])
        send(place.url, [b"GET / HTTP/1.1\r\n", *large(b"a: b\r\n" * 1000)])
        send(place.url, [request_head("POST", "/sign-in", Transfer_Encoding="chunked", **FORM), *chunked()])

    assert process.memory_info().rss - before < 10_000_000


def test_more_requests_than_anybody_waits_for_are_not_kept(place):
    assert send(place.url, [request_head("GET", "/about") * 50]).status == 200
    assert send(place.url, [request_head("GET", "/about") * 10_000]).status == 0


def test_a_request_before_a_refused_one_is_answered_alone(place):
    said = send(place.url, [request_head("GET", "/about") + request_head("GET", "/" + "a" * 9000)])

    assert said.status == 200
    assert b"414" not in said.body[-100:]


@pytest.mark.parametrize("blank", [b"\r\n", b"\n", b"\r\n\r\n"])
def test_blank_lines_before_the_first_request_are_ignored(place, blank):
    def pieces():
        yield blank
        time.sleep(0.2)  # so that the server reads them before the request
        yield request_head("GET", "/about")

    assert send(place.url, pieces()).status == 200


@contextmanager
def socket_of(place):
    with connect(place.url.replace("http", "ws") + "/api/v1/streaming", open_timeout=20) as socket:
        yield socket


def closed(socket):
    """Why the server closes it."""
    try:
        socket.recv(timeout=20)
    except ConnectionClosed as closing:
        return closing.rcvd.code
    return 0


def test_a_large_message_closes_its_socket(place):
    with socket_of(place) as socket:
        socket.send("x" * 70_000)
        assert closed(socket) == 1009
    with socket_of(place) as socket:
        socket.send(["x" * 1000] * 70)
        assert closed(socket) == 1009


@pytest.mark.parametrize("message", ["[" * 60_000, '{"a":' * 10_000, "{", "1" * 60_000, '"\\ud800"', "", "null", b"\xff", '{"type": 1}'])
def test_a_message_that_says_nothing_is_ignored(place, message):
    with socket_of(place) as socket:
        socket.send(message)
        socket.send(json.dumps({"type": "subscribe", "stream": "nowhere"}))

        assert "error" in json.loads(socket.recv(timeout=20))


def test_a_message_that_is_no_text_closes_its_socket(place):
    with socket_of(place) as socket:
        socket.send(b"\xff\xfe", text=True)
        assert closed(socket) == 1007


def frame(opcode, payload):
    """https://www.rfc-editor.org/rfc/rfc6455#section-5.2, with a mask that changes nothing."""
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


NO_TEXT, PING, WISH = frame(1, b"\xff"), frame(9, b""), frame(1, b'{"type":"subscribe","stream":"nowhere"}')


@pytest.mark.parametrize("frames", [NO_TEXT + PING + WISH, WISH + NO_TEXT + PING, NO_TEXT + frame(8, b""), PING * 600 + WISH])
def test_what_comes_with_the_last_frame_of_a_socket_breaks_nothing(place, frames):
    with socket_of(place) as socket:
        socket.socket.sendall(frames)

        assert closed(socket) in {1005, 1007, 1008}


def test_who_talks_without_end_is_cut_off(place):
    with socket_of(place) as socket:
        with suppress(ConnectionClosed):
            for _ in range(10_000):
                socket.send("{}")

        assert closed(socket) == 1008
