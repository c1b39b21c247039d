"""Bytes that no client would send: heads, chunked and multipart bodies, requests that are broken off or come at once."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from urllib.parse import urlsplit

from tests.contract.fuzz.report import Report
from tests.contract.fuzz.values import Chance
from tests.support.raw_http import LAST_CHUNK, chunk

PATIENCE = 5.0
"""Seconds: a request that is whole or refused has its answer long before; one that is neither is left alone."""

PATHS = ("/", "/about", "/sign-in", "/settings/profile", "/api/v1/statuses", "/api/v1/accounts/update_credentials", "/oauth/token", "/no")
METHODS = ("GET", "POST", "PATCH", "HEAD", "OPTIONS", "PUT", "BREW", "get", "", "CONNECT", "TRACE", "PRI")
NAMES = ("x", "cookie", "authorization", "accept-language", "accept-encoding", "content-type", "content-length", "transfer-encoding")
OTHER_NAMES = ("host", "connection", "upgrade", "expect", "x-forwarded-for", "range", "if-none-match", "hx-request", "forwarded", "te")
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

    def __init__(self, url: str, chance: Chance, tokens: list[str], report: Report) -> None:
        self._port = urlsplit(url).port
        self._chance = chance
        self._tokens = tokens
        self._report = report

    async def ask(self) -> None:
        sent = self._imagined()
        shown = f"{len(sent)} bytes: {sent[:300]!r}"
        reading, writing = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writing.write(sent)
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(writing.drain(), PATIENCE)
            began = time.monotonic()
            status = await self._status(reading)
            self._report.answer(self.name, status, time.monotonic() - began if status else 0.0, shown)
        finally:
            writing.close()
            with suppress(OSError):
                await writing.wait_closed()

    async def _status(self, reading: asyncio.StreamReader) -> int:
        """0 when the connection was closed, or when the server waits for the rest."""
        try:
            line = await asyncio.wait_for(reading.readline(), PATIENCE if self._is_whole else 0.2)
        except (OSError, TimeoutError, ValueError):
            return 0
        words = line.split(b" ")
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0

    def _imagined(self) -> bytes:
        chance = self._chance
        self._is_whole = True
        match chance.random.randrange(8):
            case 0:
                return self._random_bytes()
            case 1:
                return self._head(self._headers()) * chance.choice((2, 20, 60, 500))
            case 2:
                return self._chunked()
            case 3 | 4:
                return self._multipart()
            case 5:
                self._is_whole = False
                whole = self._head(self._headers(), "POST")
                return whole[: chance.random.randrange(1, len(whole) + 1)]
            case _:
                return self._head(self._headers())

    def _random_bytes(self) -> bytes:
        self._is_whole = False
        return self._chance.random.randbytes(self._chance.choice((1, 50, 3000, 200_000)))

    def _head(self, headers: list[tuple[str, str]], method: str = "") -> bytes:
        chance = self._chance
        path = chance.choice(PATHS) + chance.choice(("", "", "?a=b", "?" + "a=&" * 900, "/" * 300, "?%ff", "#x", "%00", "?" + "a" * 9000))
        line = f"{method or chance.choice(METHODS)} {path} HTTP/{chance.choice(('1.1', '1.1', '1.1', '1.0', '2.0', '9'))}"
        lines = [line, "Host: localhost", *(f"{name}: {value}" for name, value in headers)]
        return chance.choice(("\r\n", "\r\n", "\r\n", "\n")).join([*lines, "", ""]).encode("latin-1", "replace")

    def _headers(self) -> list[tuple[str, str]]:
        chance = self._chance
        names, values = NAMES + OTHER_NAMES, VALUES * 3 + ODD
        few = [(chance.choice(names), chance.choice(values)) for _ in range(chance.choice((0, 1, 2, 5)))]
        many = [("x", "")] * chance.choice((100, 2000, 50_000)) if chance.often(0.1) else []
        return [*few, *many, *self._authorization()]

    def _authorization(self) -> list[tuple[str, str]]:
        return [("Authorization", f"Bearer {self._chance.choice(self._tokens)}")] if self._chance.often(0.5) else []

    def _chunked(self) -> bytes:
        chance = self._chance
        pieces = [
            chunk(chance.text().encode("utf-8", "replace")[: chance.choice((1, 100, 70_000))] or b"x")
            for _ in range(chance.choice((1, 3, 300)))
        ]
        spoilt = (
            b"zz\r\n",
            b"-1\r\n",
            b"5;" + b"x" * 90_000,
            b"1\r\nab",
            LAST_CHUNK[:3] + b"x: y\r\n" * 500 + b"\r\n",
            b"f" * 20 + b"\r\n",
        )
        end = LAST_CHUNK if chance.often(0.7) else chance.choice(spoilt)
        typed = (
            "Content-Type",
            chance.choice(("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")),
        )
        self._is_whole = end is LAST_CHUNK
        return self._head([("Transfer-Encoding", "chunked"), typed, *self._authorization()], "POST") + b"".join(pieces) + end

    def _multipart(self) -> bytes:
        chance = self._chance
        boundary = chance.choice(("x", "x", "x", "x" * 70, "x" * 71, "\xff", ""))
        parts = [self._part(boundary) for _ in range(chance.choice((0, 1, 3, 30, 1100)))]
        end = chance.choice((f"--{boundary}--\r\n", f"--{boundary}--\r\n", f"--{boundary}\r\n", "", "x" * 1000)).encode("latin-1")
        body = b"".join(parts) + end
        typed = [("Content-Type", f"multipart/form-data; boundary={boundary}"), ("Content-Length", str(len(body)))]
        method, path = chance.choice(
            (("POST", "/api/v1/statuses"), ("PATCH", PATHS[5]), ("POST", "/settings/profile"), ("POST", "/sign-in"))
        )
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in [*typed, *self._authorization()])]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def _part(self, boundary: str) -> bytes:
        chance = self._chance
        head = f"--{boundary}\r\nContent-Disposition: {chance.choice(DISPOSITIONS)}\r\n"
        if chance.often(0.3):
            head += f"Content-Type: text/plain; charset={chance.choice(('utf-8', 'punycode', 'idna', 'klingon', 'utf-16'))}\r\n"
        if chance.often(0.05):
            head += "x: y\r\n" * chance.choice((5, 20)) + "y" * 5000 + "\r\n"
        return head.encode("latin-1", "replace") + b"\r\n" + chance.text().encode("utf-8", "replace") + b"\r\n"
