"""Requests nobody would send, to every path of the API: `python -m tests.contract.fuzz --minutes 10`.

Any answer is good but one of the 500s, or none.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import httpx
import msgspec

from gazouillis.api.routes import MODULES
from tests.contract.served import Place, served

AT_ONCE = 8
PATIENCE = 60.0

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
METHODS = ("GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


class Operation(msgspec.Struct, frozen=True):
    path: str
    methods: tuple[str, ...]
    names: tuple[str, ...]


def operations() -> list[Operation]:
    """Every path we answer but the streams, with the names its module reads."""
    found = []
    for module in MODULES:
        forms = [kind for name, kind in vars(module).items() if name.endswith("Form") and issubclass(kind, msgspec.Struct)]
        names = tuple(sorted({field for form in forms for field in form.__struct_fields__}))
        for route in module.routes:
            methods = tuple(sorted(getattr(route, "http_methods", ())))
            found += [Operation(path, methods, names) for path in route.paths if methods and "/streaming" not in path]
    return found


class Imagination:
    """Where requests come from; the same seed imagines the same."""

    def __init__(self, seed: int, ids: list[str], tokens: list[str]) -> None:
        self._random = random.Random(seed)
        self._ids = ids
        self._tokens = tokens
        self._operations = operations()

    def request(self) -> dict[str, Any]:
        chance, one = self._random, self._random.choice(self._operations)
        method = chance.choice(one.methods) if chance.random() < 0.95 else chance.choice(METHODS)
        path = "/".join(self._segment() if part.startswith("{") else part for part in one.path.split("/"))
        asked: dict[str, Any] = {"method": method, "url": path, "headers": self._headers()}
        given = {name: self._value() for name in one.names if chance.random() < 0.4}
        if method in {"GET", "HEAD"} or chance.random() < 0.1:
            asked["url"] += f"?{self._query(given)}"
        else:
            asked |= self._body(given)
        return asked

    def _segment(self) -> str:
        if self._random.random() < 0.6:
            return self._random.choice(self._ids)
        return quote(str(self._scalar())[:200].encode("utf-8", "replace"), safe="")

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Language": self._random.choice(("fr", "en-GB,fr;q=0.5", "*", ";;q=x", "x" * 500))}
        token = self._random.choice([*self._tokens * 5, "", "wrong", "a" * 3000])
        if token:
            headers["Authorization"] = f"Bearer {token}" if self._random.random() < 0.97 else f"Basic {token}"
        if self._random.random() < 0.2:
            headers["Idempotency-Key"] = self._random.choice(("k", "x" * 5000, "%00"))
        return headers

    def _query(self, given: dict[str, Any]) -> str:
        brackets = self._random.choice(("", "", "[]", "[x]", "[0][name]"))
        pairs = [(name + brackets, one if isinstance(one, str | int | float) else json.dumps(one)) for name, one in given.items()]
        return "&".join(f"{quote(name)}={quote(str(one).encode('utf-8', 'replace'))}" for name, one in pairs)

    def _body(self, given: dict[str, Any]) -> dict[str, Any]:
        match self._random.randrange(10):
            case 0:
                return {"content": self._random.choice(BODIES), "headers": self._typed(self._random.choice(CONTENT_TYPES))}
            case 1 | 2:
                return {"content": self._query(given).encode(), "headers": self._typed("application/x-www-form-urlencoded")}
            case 3:
                return {
                    "files": {name: (f"{name}.png", str(one).encode("utf-8", "replace")[:9999], "image/png") for name, one in given.items()}
                }
            case _:
                return {"content": json.dumps(given).encode("utf-8", "replace"), "headers": self._typed("application/json")}

    def _typed(self, content_type: str) -> dict[str, str]:
        return {**self._headers(), "Content-Type": content_type}

    def _value(self) -> Any:
        match self._random.randrange(12):
            case 0:
                return [self._scalar() for _ in range(self._random.choice((0, 1, 3, 300)))]
            case 1:
                return {str(self._scalar())[:50]: self._scalar(), "name": self._scalar(), "last_read_id": self._scalar()}
            case 2:
                return [[[{"a": [self._scalar()]}]]]
            case _:
                return self._scalar()

    def _scalar(self) -> Any:
        return self._random.choice(
            (self._random.choice(self._ids), self._random.choice(TEXTS), self._random.choice(NUMBERS), True, False, None)
        )


class Report(msgspec.Struct):
    answers: Counter[int] = msgspec.field(default_factory=Counter)
    faults: list[str] = []

    def __str__(self) -> str:
        counted = ", ".join(f"{status}: {count}" for status, count in sorted(self.answers.items()))
        return "\n".join([f"{self.answers.total()} requests ({counted})", f"{len(self.faults)} faults", *self.faults[:20]])


async def fuzz(place: Place, seconds: float, seed: int) -> Report:
    tokens = [place.person(name) for name in ("fuzz_one", "fuzz_two")]
    report, end = Report(), time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=place.url, timeout=PATIENCE) as client:
        imagination = Imagination(seed, await _ids(client, tokens), tokens)
        await asyncio.gather(*(_ask(client, imagination, report, end) for _ in range(AT_ONCE)))
    return report


async def _ask(client: httpx.AsyncClient, imagination: Imagination, report: Report, end: float) -> None:
    while time.monotonic() < end:
        asked = imagination.request()
        try:
            answer = await client.request(**asked)
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError, ValueError):
            continue
        except httpx.TransportError as fault:
            report.faults.append(f"no answer ({fault!r}): {str(asked)[:600]}")
            continue
        report.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            report.faults.append(f"{answer.status_code} {answer.text[:200]}: {str(asked)[:600]}")


async def _ids(client: httpx.AsyncClient, tokens: list[str]) -> list[str]:
    """Of things that exist, so that more than 404 is answered."""
    found = []
    for token in tokens:
        headers = {"Authorization": f"Bearer {token}"}
        own = (await client.get("/api/v1/accounts/verify_credentials", headers=headers)).json()
        found.append(own["id"])
        for text in ("hello", "@fuzz_one #lyon", "RT @fuzz_one: hello"):
            found.append((await client.post("/api/v1/statuses", json={"status": text}, headers=headers)).json()["id"])
    return found


@click.command()
@click.option("--minutes", type=float, default=10.0, show_default=True)
@click.option("--seed", type=int, default=None, help="Imagine again what was imagined before.")
def main(minutes: float, seed: int | None) -> None:
    """Ten minutes of requests nobody would send, looking for a 5xx."""
    chosen = random.randrange(2**32) if seed is None else seed
    click.echo(f"seed {chosen}")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data") as place:
        report = asyncio.run(fuzz(place, minutes * 60, chosen))
        log = (Path(folder) / "serve.log").read_text(encoding="utf-8")
    click.echo(str(report))
    if report.faults:
        click.echo(log[-4000:])
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
