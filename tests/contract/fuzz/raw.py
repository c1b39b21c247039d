"""Malformed bytes over TCP: heads, chunked and multipart bodies, incomplete and pipelined requests."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from urllib.parse import urlsplit

from tests.contract.fuzz.report import Report
from tests.contract.fuzz.values import RandomValues
from tests.support.raw_http import LAST_CHUNK, chunk

TIMEOUT = 5.0
"""Seconds to wait for a response. None comes while the server waits for the rest of an incomplete request."""

PATHS = ("/", "/about", "/sign-in", "/settings/profile", "/api/v1/statuses", "/api/v1/accounts/update_credentials", "/oauth/token", "/no")
METHODS = ("GET", "POST", "PATCH", "HEAD", "OPTIONS", "PUT", "BREW", "get", "", "CONNECT", "TRACE", "PRI")
NAMES = ("x", "cookie", "authorization", "accept-language", "accept-encoding", "content-type", "content-length", "transfer-encoding")
OTHER_NAMES = ("host", "connection", "upgrade", "expect", "x-forwarded-for", "range", "if-none-match", "x-fragment", "forwarded", "te")
VALUES = (
    "",
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "chunked",
    "gzip, chunked",
    "websocket",
    "100-continue",
    "close",
    "*",
    "csrf=x",
    "a;b;c",
)
ODD = ("\xff" * 20, "x\x0by", " folded\r\n line", "\x00", "a" * 5000, "a" * 70_000, "a=b; " * 2000, "é", '"' * 500, "=?utf-8?q?x?=")
DISPOSITIONS = (
    *('form-data; name="status"', 'form-data; name="avatar"; filename="a.png"', 'form-data; name="a[b][c][d][e][f][g]"', "form-data"),
    *('form-data; name="_csrf_token"', "attachment", 'form-data; name="' + '\\"' * 1000 + '"', "form-data; name=" + "a" * 3000, ""),
    *('form-data; name="avatar"; filename="../../x\x00"', "form-data; name*=utf-8''%ff; filename*=x"),
)


class RawRequests:
    name = "raw"

    def __init__(self, url: str, values: RandomValues, tokens: list[str], report: Report) -> None:
        self._port = urlsplit(url).port
        self._values = values
        self._tokens = tokens
        self._report = report

    async def send(self) -> None:
        request = self._random_request()
        description = f"{len(request)} bytes: {request[:300]!r}"
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.drain(), TIMEOUT)
            began = time.monotonic()
            status = await self._status(reader)
            self._report.answer(self.name, status, time.monotonic() - began if status else 0.0, description)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _status(self, reader: asyncio.StreamReader) -> int:
        """The status of the response; 0 when the server closed the connection or waits for the rest of the request."""
        try:
            line = await asyncio.wait_for(reader.readline(), TIMEOUT if self._is_complete else 0.2)
        except (OSError, TimeoutError, ValueError):
            return 0
        words = line.split(b" ")
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0

    def _random_request(self) -> bytes:
        values = self._values
        self._is_complete = True
        match values.random.randrange(8):
            case 0:
                return self._random_bytes()
            case 1:
                return self._head(self._headers()) * values.choice((2, 20, 60, 500))
            case 2:
                return self._chunked()
            case 3 | 4:
                return self._multipart()
            case 5:
                self._is_complete = False
                complete = self._head(self._headers(), "POST")
                return complete[: values.random.randrange(1, len(complete) + 1)]
            case _:
                return self._head(self._headers())

    def _random_bytes(self) -> bytes:
        self._is_complete = False
        return self._values.random.randbytes(self._values.choice((1, 50, 3000, 200_000)))

    def _head(self, headers: list[tuple[str, str]], method: str = "") -> bytes:
        values = self._values
        path = values.choice(PATHS) + values.choice(("", "", "?a=b", "?" + "a=&" * 900, "/" * 300, "?%ff", "#x", "%00", "?" + "a" * 9000))
        line = f"{method or values.choice(METHODS)} {path} HTTP/{values.choice(('1.1', '1.1', '1.1', '1.0', '2.0', '9'))}"
        lines = [line, "Host: localhost", *(f"{name}: {value}" for name, value in headers)]
        return values.choice(("\r\n", "\r\n", "\r\n", "\n")).join([*lines, "", ""]).encode("latin-1", "replace")

    def _headers(self) -> list[tuple[str, str]]:
        values = self._values
        names, texts = NAMES + OTHER_NAMES, VALUES * 3 + ODD
        few = [(values.choice(names), values.choice(texts)) for _ in range(values.choice((0, 1, 2, 5)))]
        many = [("x", "")] * values.choice((100, 2000, 50_000)) if values.probably(0.1) else []
        return [*few, *many, *self._authorization()]

    def _authorization(self) -> list[tuple[str, str]]:
        return [("Authorization", f"Bearer {self._values.choice(self._tokens)}")] if self._values.probably(0.5) else []

    def _chunked(self) -> bytes:
        values = self._values
        pieces = [
            chunk(values.text().encode("utf-8", "replace")[: values.choice((1, 100, 70_000))] or b"x")
            for _ in range(values.choice((1, 3, 300)))
        ]
        spoilt = (
            b"zz\r\n",
            b"-1\r\n",
            b"5;" + b"x" * 90_000,
            b"1\r\nab",
            LAST_CHUNK[:3] + b"x: y\r\n" * 500 + b"\r\n",
            b"f" * 20 + b"\r\n",
        )
        end = LAST_CHUNK if values.probably(0.7) else values.choice(spoilt)
        typed = (
            "Content-Type",
            values.choice(("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")),
        )
        self._is_complete = end is LAST_CHUNK
        return self._head([("Transfer-Encoding", "chunked"), typed, *self._authorization()], "POST") + b"".join(pieces) + end

    def _multipart(self) -> bytes:
        values = self._values
        boundary = values.choice(("x", "x", "x", "x" * 70, "x" * 71, "\xff", ""))
        parts = [self._part(boundary) for _ in range(values.choice((0, 1, 3, 30, 1100)))]
        end = values.choice((f"--{boundary}--\r\n", f"--{boundary}--\r\n", f"--{boundary}\r\n", "", "x" * 1000)).encode("latin-1")
        body = b"".join(parts) + end
        typed = [("Content-Type", f"multipart/form-data; boundary={boundary}"), ("Content-Length", str(len(body)))]
        method, path = values.choice(
            (("POST", "/api/v1/statuses"), ("PATCH", PATHS[5]), ("POST", "/settings/profile"), ("POST", "/sign-in"))
        )
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in [*typed, *self._authorization()])]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def _part(self, boundary: str) -> bytes:
        values = self._values
        head = f"--{boundary}\r\nContent-Disposition: {values.choice(DISPOSITIONS)}\r\n"
        if values.probably(0.3):
            head += f"Content-Type: text/plain; charset={values.choice(('utf-8', 'punycode', 'idna', 'klingon', 'utf-16'))}\r\n"
        if values.probably(0.05):
            head += "x: y\r\n" * values.choice((5, 20)) + "y" * 5000 + "\r\n"
        return head.encode("latin-1", "replace") + b"\r\n" + values.text().encode("utf-8", "replace") + b"\r\n"
