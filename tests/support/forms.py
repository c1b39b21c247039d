"""The forms of a page: what somebody may type into them, and how a browser sends them."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx
import msgspec

TYPED = {"text", "email", "number", "search", "tel", "url"}
"""Types of `<input>` into which one types. Passwords are apart."""


class FormOnPage(msgspec.Struct):
    """`values` are sent as they are; into `typed` and `passwords` somebody types. `is_multipart`: it is sent as forms with files are."""

    action: str
    is_multipart: bool = False
    values: dict[str, str] = {}
    typed: dict[str, str] = {}
    """The type of each field, by its name; `contents` is what it holds."""
    contents: dict[str, str] = {}
    passwords: set[str] = set()

    @property
    def fields(self) -> dict[str, str]:
        """All that is sent when nothing more is typed."""
        return self.values | self.contents


def forms(page: httpx.Response) -> list[FormOnPage]:
    """The forms that are sent by POST."""
    return _Forms(page).found


class _Forms(HTMLParser):
    def __init__(self, page: httpx.Response) -> None:
        super().__init__()
        self.found: list[FormOnPage] = []
        self._path = page.request.url.raw_path.decode()
        self._form: FormOnPage | None = None
        self._area = self._menu = ""
        self._templates = 0
        """How many `<template>` are open: what is in them is part of no form."""
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._templates += tag == "template"
        if self._templates:
            return
        given = {name: value or "" for name, value in attrs}
        name, kind = "" if "disabled" in given else given.get("name", ""), given.get("type", "text")
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = FormOnPage(given.get("action") or self._path, given.get("enctype") == "multipart/form-data")
            self.found.append(self._form)
        elif self._form is None:
            return
        elif tag == "textarea" and name:
            self._area = name
            self._form.typed[name], self._form.contents[name] = "textarea", ""
        elif tag == "select":
            self._menu = name
        elif tag == "option" and self._menu and ("selected" in given or self._menu not in self._form.values):
            self._form.values[self._menu] = given.get("value", "")
        elif tag == "input" and name and "readonly" not in given:
            self._add_input(name, kind, given)

    def _add_input(self, name: str, kind: str, given: dict[str, str]) -> None:
        assert self._form is not None
        if kind == "password":
            self._form.passwords.add(name)
        elif kind in TYPED:
            self._form.typed[name], self._form.contents[name] = kind, given.get("value", "")
        elif kind == "hidden" or (kind in {"checkbox", "radio"} and "checked" in given):
            self._form.values[name] = given.get("value", "on")

    def handle_endtag(self, tag: str) -> None:
        if self._templates:
            self._templates -= tag == "template"
            return
        match tag:
            case "form":
                self._form = None
            case "textarea":
                self._area = ""
            case "select":
                self._menu = ""

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area and not self._templates:
            self._form.contents[self._area] += data.removeprefix("\n") if not self._form.contents[self._area] else data
