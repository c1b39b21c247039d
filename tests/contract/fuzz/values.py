"""Unusual texts, numbers and bodies that random requests are made of."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote

TEXTS = (
    *(
        "",
        " ",
        "a",
        "0",
        "-1",
        "1.5",
        "true",
        "null",
        "NaN",
        "1e400",
        "@alice",
        "#lyon",
        "https://example.org/é?x=1#y",
        "@alice@there.test",
    ),
    *(
        "x" * 141,
        "é" * 5000,
        "👩‍👩‍👧‍👦" * 50,
        "\u202e\u0000",
        "\ud7ff\ue000",
        "\x00",
        "\r\n\r\n",
        "%00",
        "' or 1=1 --",
        "<script>",
        "../../etc/passwd",
    ),
    *(
        "RT @alice: hello",
        "@alice >> hello",
        "public",
        "direct",
        "private",
        "accounts",
        "fr",
        "klingon",
        "2030-01-01T00:00:00Z",
        "\u0345" * 300,
    ),
    *("(" * 2000, "#" * 2000, "@" * 2000, "a." * 2000, "http://" * 300, '"' * 999, "ﬁ" * 99, "\U0010ffff"),
)
NUMBERS = (0, 1, -1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 10**30, 1.5, -0.0, 1e308)
CONTENT_TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
    "a/b; c=\x7f",
)
BODIES = (
    b"",
    b"{",
    b"[",
    b'{"a":' * 500,
    b"\xff\xfe",
    b"a=%ff&b",
    b"--x\r\n",
    b'{"status": "\\ud800"}',
    b"&" * 3000,
    b"a[b][c][d][e][f][g]=1",
    b"[]=1&[",
)
DEEP = ("[" * 60_000, '{"a":' * 12_000, "[" * 500 + "]" * 500)


class RandomValues:
    """Random values, the same for the same seed. `ids` exist on the server, so that not every response is a 404."""

    def __init__(self, seed: int, ids: list[str]) -> None:
        self.random = random.Random(seed)
        self.ids = ids

    def probably(self, probability: float) -> bool:
        return self.random.random() < probability

    def choice(self, options: Any) -> Any:
        return self.random.choice(options)

    def segment(self) -> str:
        """A segment of a path."""
        if self.probably(0.6):
            return str(self.choice(self.ids))
        return quote(str(self.scalar())[:200].encode("utf-8", "replace"), safe="")

    def path(self, pattern: str) -> str:
        return "/".join(self.segment() if part.startswith("{") else part for part in pattern.split("/"))

    def text(self) -> str:
        one = self.scalar()
        return one if isinstance(one, str) else json.dumps(one)

    def value(self) -> Any:
        match self.random.randrange(12):
            case 0:
                return [self.scalar() for _ in range(self.choice((0, 1, 3, 300)))]
            case 1:
                return {str(self.scalar())[:50]: self.scalar(), "name": self.scalar(), "last_read_id": self.scalar()}
            case 2:
                return [[[{"a": [self.scalar()]}]]]
            case _:
                return self.scalar()

    def scalar(self) -> Any:
        return self.choice((self.choice(self.ids), self.choice(TEXTS), self.choice(NUMBERS), True, False, None))
