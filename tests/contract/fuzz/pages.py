"""Random requests to every page and form, with a session and its CSRF token, and the field names found on the pages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import msgspec

from gazouillis.web.routes import MODULES
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.values import BODIES, CONTENT_TYPES, RandomValues
from tests.contract.server_process import PASSWORD

FORM_PAGES = (
    *("/", "/local", "/mentions", "/notifications", "/search", "/about", "/setup", "/sign-up", "/sign-in", "/password"),
    *(
        "/settings/profile",
        "/settings/account",
        "/settings/sessions",
        "/settings/site",
        "/settings/site/sign-ups",
        "/invite",
        "/@fuzz_one",
        "/new",
    ),
)
SLOW_FIELDS = {"password", "current_password", "new_password"}
"""Hashing a password takes a tenth of a second of CPU time, on purpose. A few such requests are enough."""
SLOW_PATHS = ("/sign-in", "/sign-up")
RARE = 0.02
SIGN_IN_EVERY = 300
"""Requests after which the client signs in again, since a request may have signed it out."""


class Operation(msgspec.Struct, frozen=True):
    method: str
    path: str


def operations() -> list[Operation]:
    return [
        Operation(method, path)
        for module in MODULES
        for route in module.routes
        for method in sorted(getattr(route, "http_methods", ()))
        for path in route.paths
        if not path.startswith("/live")
    ]


class PageRequests:
    name = "pages"

    def __init__(self, client: httpx.AsyncClient, values: RandomValues, login: str, report: Report) -> None:
        self._client = client
        self._values = values
        self._login = login
        self._report = report
        self._operations = operations()
        self._names: list[str] = []
        self._csrf_token = ""
        self._sent = 0

    async def send(self) -> None:
        if self._sent % SIGN_IN_EVERY == 0:
            await self._sign_in()
        self._sent += 1
        await self._report.request(self.name, self._client, self._random_request())

    async def _sign_in(self) -> None:
        self._client.cookies.clear()
        await self._read_page("/sign-in")
        await self._client.post("/sign-in", data={"_csrf_token": self._csrf_token, "login": self._login, "password": PASSWORD})
        for path in FORM_PAGES:
            await self._read_page(path)
        assert "session" in self._client.cookies

    async def _read_page(self, path: str) -> None:
        page = (await self._client.get(path, follow_redirects=True)).text
        names = {unescape(name) for name in _NAMES.findall(page)} - {"_csrf_token"}
        self._names = sorted({*self._names, *names})
        if found := _KEY.search(page):
            self._csrf_token = found[1]

    def _random_request(self) -> dict[str, Any]:
        values, one = self._values, self._values.choice(self._operations)
        while one.path.startswith(SLOW_PATHS) and not values.probably(RARE):
            one = values.choice(self._operations)
        request: dict[str, Any] = {"method": one.method, "url": values.path(one.path), "headers": self._headers()}
        if one.method == "GET":
            request["params"] = self._fields()
        else:
            request |= self._form()
        return request

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Language": self._values.choice(("fr", "en"))}
        if self._values.probably(0.2):
            headers["X-Fragment"] = "true"
        return headers

    def _fields(self) -> dict[str, str]:
        names = self._values.random.sample(self._names, min(len(self._names), self._values.random.randrange(8)))
        return {name: self._values.text() for name in names if name not in SLOW_FIELDS or self._values.probably(RARE)}

    def _form(self) -> dict[str, Any]:
        fields, values = {"_csrf_token": self._csrf_token, **self._fields()}, self._values
        match values.random.randrange(10):
            case 0:
                content_type = values.choice(CONTENT_TYPES)
                return {"content": values.choice(BODIES), "headers": {"Content-Type": content_type, "X-CSRFToken": self._csrf_token}}
            case 1 | 2:
                texts = {name: (None, text.encode("utf-8", "replace")) for name, text in fields.items()}
                return {"files": {**texts, "avatar": ("a.png", b"\x89PNG" * 100, "image/png")}}
            case 3:
                return {"data": {**fields, "_csrf_token": values.text()}}
            case _:
                return {"data": fields}


_NAMES = re.compile(r'<(?:input|textarea|select|button)[^>]* name="([^"]+)"')
_KEY = re.compile(r'name="_csrf_token" value="([^"]+)"')
