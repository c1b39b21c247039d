"""Somebody in front of a page: reads it, sends the forms it shows, keeps cookies. Redirections are answers, not followed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx

from tests.support.people import PASSWORD
from tests.support.site import Town

KEY = re.compile(r'name="_csrf_token" value="([^"]+)"')


class Browser:
    def __init__(self, town: Town, language: str = "en") -> None:
        self.client = town.client(**{"Accept-Language": language, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Firefox/136.0"})
        self.key = ""

    async def reads(self, path: str) -> httpx.Response:
        page = await self.client.get(path)
        if found := KEY.search(page.text):
            self.key = found[1]
        return page

    async def sends(self, path: str, *, files: Any = None, **fields: str) -> httpx.Response:
        if not self.key:
            await self.reads("/about")
        return await self.client.post(path, data={"_csrf_token": self.key} | fields, files=files)

    async def signs_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.sends("/sign-in", login=name, password=password)

    @property
    def is_signed_in(self) -> bool:
        return "session" in self.client.cookies


def leads_to(answer: httpx.Response) -> str:
    """Where the browser is sent; empty when it is not."""
    return answer.headers.get("location", "") if answer.is_redirect else ""


def text(page: httpx.Response) -> str:
    return unescape(page.text)
