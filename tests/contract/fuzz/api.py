"""Every path of the API, with the names that its module reads."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from gazouillis.api.routes import MODULES
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.values import BODIES, CONTENT_TYPES, Chance

METHODS = ("GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


class Operation(msgspec.Struct, frozen=True):
    path: str
    methods: tuple[str, ...]
    names: tuple[str, ...]


def operations() -> list[Operation]:
    """All but the streams."""
    found = []
    for module in MODULES:
        forms = [kind for name, kind in vars(module).items() if name.endswith("Form") and issubclass(kind, msgspec.Struct)]
        names = tuple(sorted({field for form in forms for field in form.__struct_fields__}))
        for route in module.routes:
            methods = tuple(sorted(getattr(route, "http_methods", ())))
            found += [Operation(path, methods, names) for path in route.paths if methods and "/streaming" not in path]
    return found


class ApiRequests:
    name = "api"

    def __init__(self, client: httpx.AsyncClient, chance: Chance, tokens: list[str], report: Report) -> None:
        self._client = client
        self._chance = chance
        self._tokens = tokens
        self._report = report
        self._operations = operations()

    async def ask(self) -> None:
        await self._report.request(self.name, self._client, self._imagined())

    def _imagined(self) -> dict[str, Any]:
        chance, one = self._chance, self._chance.choice(self._operations)
        method = chance.choice(one.methods) if chance.often(0.95) else chance.choice(METHODS)
        asked: dict[str, Any] = {"method": method, "url": chance.path(one.path), "headers": self._headers()}
        given = {name: chance.value() for name in one.names if chance.often(0.4)}
        if method in {"GET", "HEAD"} or chance.often(0.1):
            asked["url"] += f"?{self._query(given)}"
        else:
            asked |= self._body(given)
        return asked

    def _headers(self) -> dict[str, str]:
        chance = self._chance
        headers = {"Accept-Language": chance.choice(("fr", "en-GB,fr;q=0.5", "*", ";;q=x", "x" * 500))}
        token = chance.choice([*self._tokens * 5, "", "wrong", "a" * 3000])
        if token:
            headers["Authorization"] = f"Bearer {token}" if chance.often(0.97) else f"Basic {token}"
        if chance.often(0.2):
            headers["Idempotency-Key"] = chance.choice(("k", "x" * 5000, "%00"))
        return headers

    def _query(self, given: dict[str, Any]) -> str:
        brackets = self._chance.choice(("", "", "[]", "[x]", "[0][name]"))
        pairs = [(name + brackets, one if isinstance(one, str | int | float) else json.dumps(one)) for name, one in given.items()]
        return "&".join(f"{quote(name)}={quote(str(one).encode('utf-8', 'replace'))}" for name, one in pairs)

    def _body(self, given: dict[str, Any]) -> dict[str, Any]:
        match self._chance.random.randrange(10):
            case 0:
                return {"content": self._chance.choice(BODIES), "headers": self._typed(self._chance.choice(CONTENT_TYPES))}
            case 1 | 2:
                return {"content": self._query(given).encode(), "headers": self._typed("application/x-www-form-urlencoded")}
            case 3:
                files = {name: (f"{name}.png", str(one).encode("utf-8", "replace")[:9999], "image/png") for name, one in given.items()}
                return {"files": files}
            case _:
                return {"content": json.dumps(given).encode("utf-8", "replace"), "headers": self._typed("application/json")}

    def _typed(self, content_type: str) -> dict[str, str]:
        return {**self._headers(), "Content-Type": content_type}
