"""Reads the HTML of a page: its statuses, the links to more, and the values of its forms."""

from __future__ import annotations

import re
from html import unescape

import httpx

from gazouillis.text.cleaning import plain

_ENTRY = re.compile(r'<article class="status( deleted)?" id="s(\d+)".*?</article>', re.DOTALL)
_BODY = re.compile(r'<div class="body"[^>]*>(.*?)</div>', re.DOTALL)
_LINK = re.compile(r'<a class="quiet button" rel="(next|prev)" href="([^"]+)">')


def read(page: httpx.Response) -> list[str]:
    """The texts of its statuses, in order; a deleted one is `"…"`."""
    return [_words(entry[0], entry[1]) for entry in _ENTRY.finditer(page.text)]


def links(page: httpx.Response) -> dict[str, str]:
    """`next` leads to older entries, `prev` to newer ones."""
    return {rel: unescape(href) for rel, href in _LINK.findall(page.text)}


def value_of(page: httpx.Response, name: str) -> str:
    """The value of a field of its form."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page.text, re.DOTALL) or re.search(
        rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text
    )
    assert found is not None, f"there is no field {name}"
    return unescape(found[1])


def chosen(page: httpx.Response, name: str) -> str:
    """The value of the selected option of a menu."""
    menu = re.search(rf'<select[^>]*name="{name}".*?</select>', page.text, re.DOTALL)
    assert menu is not None, f"there is no menu {name}"
    selected = re.search(r'<option value="([^"]*)"[^>]* selected', menu[0])
    return selected[1] if selected else ""


def _words(entry: str, is_gone: str | None) -> str:
    body = _BODY.search(entry)
    return "…" if is_gone or body is None else plain(body[1])
