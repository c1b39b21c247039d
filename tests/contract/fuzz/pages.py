"""Every page and form, by a browser that has its key; the fields are those that the pages show."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import msgspec

from gazouillis.web.routes import MODULES
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.values import BODIES, CONTENT_TYPES, Chance
from tests.contract.served import PASSWORD

SHOWN = (
    *("/", "/local", "/mentions", "/notifications", "/search", "/about", "/setup", "/sign-up", "/sign-in", "/password"),
    *("/settings/profile", "/settings/account", "/settings/sessions", "/settings/site", "/@fuzz_one", "/new"),
)
SLOW_FIELDS = {"password", "current_password", "new_password"}
"""Proving a password takes a tenth of a second of a processor, on purpose. A little of that is enough."""
SLOW_PATHS = ("/sign-in", "/sign-up")
RARELY = 0.02
ENOUGH = 300
"""Requests after which one signs in again, in case one was signed out."""


class Known(msgspec.Struct, frozen=True):
    method: str
    path: str


def operations() -> list[Known]:
    return [
        Known(method, path)
        for module in MODULES
        for route in module.routes
        for method in sorted(getattr(route, "http_methods", ()))
        for path in route.paths
        if not path.startswith("/live")
    ]


class PageRequests:
    name = "pages"

    def __init__(self, client: httpx.AsyncClient, chance: Chance, login: str, report: Report) -> None:
        self._client = client
        self._chance = chance
        self._login = login
        self._report = report
        self._operations = operations()
        self._names: list[str] = []
        self._key = ""
        self._asked = 0

    async def ask(self) -> None:
        if self._asked % ENOUGH == 0:
            await self._sign_in()
        self._asked += 1
        await self._report.request(self.name, self._client, self._imagined())

    async def _sign_in(self) -> None:
        self._client.cookies.clear()
        await self._look("/sign-in")
        await self._client.post("/sign-in", data={"_csrf_token": self._key, "login": self._login, "password": PASSWORD})
        for path in SHOWN:
            await self._look(path)
        assert "session" in self._client.cookies

    async def _look(self, path: str) -> None:
        page = (await self._client.get(path, follow_redirects=True)).text
        names = {unescape(name) for name in _NAMES.findall(page)} - {"_csrf_token"}
        self._names = sorted({*self._names, *names})
        if found := _KEY.search(page):
            self._key = found[1]

    def _imagined(self) -> dict[str, Any]:
        chance, one = self._chance, self._chance.choice(self._operations)
        while one.path.startswith(SLOW_PATHS) and not chance.often(RARELY):
            one = chance.choice(self._operations)
        asked: dict[str, Any] = {"method": one.method, "url": chance.path(one.path), "headers": self._headers()}
        if one.method == "GET":
            asked["params"] = self._fields()
        else:
            asked |= self._form()
        return asked

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Language": self._chance.choice(("fr", "en"))}
        if self._chance.often(0.2):
            headers["HX-Request"] = "true"
        return headers

    def _fields(self) -> dict[str, str]:
        few = self._chance.random.sample(self._names, min(len(self._names), self._chance.random.randrange(8)))
        return {name: self._chance.text() for name in few if name not in SLOW_FIELDS or self._chance.often(RARELY)}

    def _form(self) -> dict[str, Any]:
        fields, chance = {"_csrf_token": self._key, **self._fields()}, self._chance
        match chance.random.randrange(10):
            case 0:
                content_type = chance.choice(CONTENT_TYPES)
                return {"content": chance.choice(BODIES), "headers": {"Content-Type": content_type, "X-CSRFToken": self._key}}
            case 1 | 2:
                texts = {name: (None, text.encode("utf-8", "replace")) for name, text in fields.items()}
                return {"files": {**texts, "avatar": ("a.png", b"\x89PNG" * 100, "image/png")}}
            case 3:
                return {"data": {**fields, "_csrf_token": chance.text()}}
            case _:
                return {"data": fields}


_NAMES = re.compile(r'<(?:input|textarea|select|button)[^>]* name="([^"]+)"')
_KEY = re.compile(r'name="_csrf_token" value="([^"]+)"')
