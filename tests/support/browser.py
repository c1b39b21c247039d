"""A person's browser: requests pages, submits forms with the CSRF token, keeps cookies. It returns redirects instead of following them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx

from gazouillis.accounts import sign_in
from tests.support.people import PASSWORD
from tests.support.site import RunningSite

USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Firefox/136.0"
CSRF_TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')


class Browser:
    def __init__(self, running_site: RunningSite, language: str = "en", address: str = "127.0.0.1") -> None:
        self._running_site = running_site
        self.client = running_site.client(address, **{"Accept-Language": language, "User-Agent": USER_AGENT})
        self.csrf_token = ""

    async def reads(self, path: str) -> httpx.Response:
        page = await self.client.get(path)
        if found := CSRF_TOKEN.search(page.text):
            self.csrf_token = found[1]
        return page

    async def sends(self, path: str, *, files: Any = None, **fields: str) -> httpx.Response:
        if not self.csrf_token:
            await self.reads("/about")
        return await self.client.post(path, data={"_csrf_token": self.csrf_token} | fields, files=files)

    async def signs_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.sends("/sign-in", login=name, password=password)

    async def was_signed_in(self, name: str) -> None:
        """The same result as `signs_in`, without checking the password, which takes time."""
        async with self._running_site.site.db.write() as tx:
            user = await sign_in.user_by_login(tx, name, self._running_site.site.settings.authority)
            assert user is not None
            device = sign_in.Browser(USER_AGENT, "127.0.0.1")
            token = await sign_in.sign_in(tx, sign_in.Proof(user.account_id, user.password_hash), device)
        self.client.cookies.set("session", token, domain="localhost.local", path="/")

    @property
    def is_signed_in(self) -> bool:
        return "session" in self.client.cookies


def leads_to(response: httpx.Response) -> str:
    """The target of a redirect; empty when it is none."""
    return response.headers.get("location", "") if response.is_redirect else ""


def text(page: httpx.Response) -> str:
    """The HTML with its entities decoded."""
    return unescape(page.text)
