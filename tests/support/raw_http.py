"""Sends raw bytes over a socket, for requests that no HTTP client would send."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec

TIMEOUT = 20.0
"""Seconds."""
PIECE = 64 * 1024
"""Bytes sent at once."""


class RawResponse(msgspec.Struct, frozen=True):
    """A response, and how many bytes were sent before it came. Status 0: the server closed the connection without a response."""

    status: int
    body: bytes
    sent: int
    head: bytes = b""


def send(url: str, pieces: Iterable[bytes]) -> RawResponse:
    """Sends until a response arrives, or nothing is left to send; then reads the response."""
    with _connection(url) as connection:
        sent = 0
        for piece in pieces:
            for start in range(0, len(piece), PIECE):
                if _is_answered(connection) or not _sends(connection, piece[start : start + PIECE]):
                    return _answer(connection, sent)
                sent += len(piece[start : start + PIECE])
        return _answer(connection, sent)


def request_head(method: str, path: str, **headers: Any) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


LAST_CHUNK = b"0\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""The server asks for the body: the response comes after it."""


def _connection(url: str) -> socket.socket:
    parts = urlsplit(url)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PIECE)
    connection.settimeout(TIMEOUT)
    connection.connect(("127.0.0.1", parts.port or 80))
    return connection


def _is_answered(connection: socket.socket) -> bool:
    connection.settimeout(0)
    try:
        return connection.recv(PIECE, socket.MSG_PEEK) != CONTINUE
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(TIMEOUT)


def _sends(connection: socket.socket, piece: bytes) -> bool:
    try:
        connection.sendall(piece)
    except OSError:
        return False
    return True


def _answer(connection: socket.socket, sent: int) -> RawResponse:
    received = b""
    while not _is_whole(received):
        try:
            more = connection.recv(PIECE)
        except OSError:
            break
        if not more:
            break
        received += more
    top, _blank, body = received.partition(b"\r\n\r\n")
    return RawResponse(int(top.split(b" ")[1]) if top else 0, body, sent, top)


def _is_whole(received: bytes) -> bool:
    top, blank, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in top.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(blank and lengths and len(body) >= int(lengths[0].partition(b":")[2]))
