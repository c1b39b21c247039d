"""Random requests to every path of the API, with the field names that its module reads."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from gazouillis.api.routes import MODULES
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.values import BODIES, CONTENT_TYPES, RandomValues

METHODS = ("GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


class Operation(msgspec.Struct, frozen=True):
    path: str
    methods: tuple[str, ...]
    names: tuple[str, ...]


def operations() -> list[Operation]:
    """All operations but the streams."""
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

    def __init__(self, client: httpx.AsyncClient, values: RandomValues, tokens: list[str], report: Report) -> None:
        self._client = client
        self._values = values
        self._tokens = tokens
        self._report = report
        self._operations = operations()

    async def send(self) -> None:
        await self._report.request(self.name, self._client, self._random_request())

    def _random_request(self) -> dict[str, Any]:
        values, one = self._values, self._values.choice(self._operations)
        method = values.choice(one.methods) if values.probably(0.95) else values.choice(METHODS)
        request: dict[str, Any] = {"method": method, "url": values.path(one.path), "headers": self._headers()}
        fields = {name: values.value() for name in one.names if values.probably(0.4)}
        if method in {"GET", "HEAD"} or values.probably(0.1):
            request["url"] += f"?{self._query(fields)}"
        else:
            request |= self._body(fields)
        return request

    def _headers(self) -> dict[str, str]:
        values = self._values
        headers = {"Accept-Language": values.choice(("fr", "en-GB,fr;q=0.5", "*", ";;q=x", "x" * 500))}
        token = values.choice([*self._tokens * 5, "", "wrong", "a" * 3000])
        if token:
            headers["Authorization"] = f"Bearer {token}" if values.probably(0.97) else f"Basic {token}"
        if values.probably(0.2):
            headers["Idempotency-Key"] = values.choice(("k", "x" * 5000, "%00"))
        return headers

    def _query(self, fields: dict[str, Any]) -> str:
        brackets = self._values.choice(("", "", "[]", "[x]", "[0][name]"))
        pairs = [(name + brackets, one if isinstance(one, str | int | float) else json.dumps(one)) for name, one in fields.items()]
        return "&".join(f"{quote(name)}={quote(str(one).encode('utf-8', 'replace'))}" for name, one in pairs)

    def _body(self, fields: dict[str, Any]) -> dict[str, Any]:
        match self._values.random.randrange(10):
            case 0:
                return {"content": self._values.choice(BODIES), "headers": self._with_content_type(self._values.choice(CONTENT_TYPES))}
            case 1 | 2:
                return {"content": self._query(fields).encode(), "headers": self._with_content_type("application/x-www-form-urlencoded")}
            case 3:
                files = {name: (f"{name}.png", str(one).encode("utf-8", "replace")[:9999], "image/png") for name, one in fields.items()}
                return {"files": files}
            case _:
                return {"content": json.dumps(fields).encode("utf-8", "replace"), "headers": self._with_content_type("application/json")}

    def _with_content_type(self, content_type: str) -> dict[str, str]:
        return {**self._headers(), "Content-Type": content_type}
