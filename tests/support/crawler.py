"""Finds every URL of the server in its router, and follows the links of its pages. New pages are covered without changing a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import product
from urllib.parse import quote, urlsplit

import httpx
from litestar.handlers import HTTPRouteHandler

from gazouillis.asgi import Application
from gazouillis.infra.pubsub.server_sent_events import EventStream
from tests.support.browser import Browser

Names = Mapping[str, Sequence[str]]
"""The values of each path parameter: `{"status_id": ["1", "2"]}`."""

MOST_ADDRESSES = 2_000

OF_NOTHING: Names = {
    **{
        name: ["1"]
        for name in (
            "notification_id",
            "invitation_id",
            "report_id",
            "group_key",
            "circle_id",
            "conversation_id",
            "attachment_id",
            "request_id",
            "extract_id",
            "card_id",
            "track_id",
            "stay_id",
            "place_id",
            "list_id",
            "meeting_id",
            "poll_id",
            "filter_id",
            "keyword_id",
            "filter_status_id",
            "scheduled_id",
        )
    },
    **{name: ["spoiled"] for name in ("tag", "hashtag")},
    "token": ["none"],
    "secret": ["none"],
    "domain": ["elsewhere.example"],
    "key": ["none.webp"],
    "path": ["app.css"],
    "name": ["spoiled", "alice.svg"],
    "action": ["reblog", "unreblog", "favourite", "unfavourite", "bookmark", "unbookmark", "follow", "unfollow"],
    "answer": ["accept"],
    "kind": ["stranger"],
}
"""Values for the parameters that a test says nothing of."""


def addresses(app: Application, method: str, named: Names, *, under: tuple[str, ...] = ("",)) -> Iterator[str]:
    """The paths of all routes for this method, but for event streams, with every value of their parameters."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if method in handler.http_methods and route.path.startswith(under) and not _is_open_ended(handler):
                yield from _filled(route.path_components, named)


class Crawler:
    """Follows every link of every page."""

    def __init__(self, browser: Browser, app: Application, named: Names) -> None:
        self._browser, self._app, self._named = browser, app, named

    async def pages(self, *, as_scripts: bool = True) -> list[httpx.Response]:
        """Each page whole and, `as_scripts`, once more as the script of a page asks for it."""
        seen: list[httpx.Response] = []
        waiting = [one for one in addresses(self._app, "GET", self._named) if not one.startswith(("/api", "/oauth", "/source"))]
        known = set(waiting)
        while waiting:
            address = waiting.pop()
            for headers in ({}, {"X-Fragment": "true"}) if as_scripts else ({},):
                page = await self._browser.client.get(address, headers=headers)
                seen.append(page)
                found = [one for one in _leads_to(page) if one not in known]
                waiting += found
                known.update(found)
            assert len(known) < MOST_ADDRESSES, "the links of the pages never end"
        return seen

    async def forms(self, name: str, **typed: str) -> list[httpx.Response]:
        """The responses to every form, sent with the fields that are given only. Forms about statuses come first."""
        order = sorted(set(addresses(self._app, "POST", self._named)), key=lambda one: (not one.startswith("/statuses"), one))
        responses = []
        for address in [one for one in order if not one.startswith(("/api", "/oauth"))]:
            await self._browser.was_signed_in(name)
            await self._browser.reads("/about")
            self._browser.client.headers["X-Fragment"] = "true"
            responses.append(await self._browser.sends(address, **typed))
            del self._browser.client.headers["X-Fragment"]
        return responses


class PageText(HTMLParser):
    """The text and attributes of a page. `visible`: outside closed `<details>` elements. `hidden`: inside them.

    The text area in which people edit their own status is in neither.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.visible = self.hidden = ""
        self._details: list[bool] = []
        self._is_summary = self._is_edit = self._is_typed = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._add(" ".join(filter(None, given.values())))
        match tag:
            case "details":
                self._details.append("open" in given)
            case "summary":
                self._is_summary = True
            case "form":
                self._is_edit = (given.get("action") or "").endswith("/edit")
            case "textarea":
                self._is_typed = self._is_edit

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "details":
                self._details.pop()
            case "summary":
                self._is_summary = False
            case "form":
                self._is_edit = False
            case "textarea":
                self._is_typed = False

    def handle_data(self, data: str) -> None:
        if not self._is_typed:
            self._add(data)

    def handle_comment(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        around = self._details[:-1] if self._is_summary else self._details
        if all(around):
            self.visible += text + "\n"
        else:
            self.hidden += text + "\n"


def _is_open_ended(handler: HTTPRouteHandler) -> bool:
    return handler.parsed_fn_signature.return_type.annotation is EventStream


def _filled(components: Sequence[object], named: Names) -> Iterator[str]:
    parameters = [getattr(one, "name", None) for one in components]
    for name in filter(None, parameters):
        assert name in named, f"no values are given for {{{name}}}"
    choices = [named[name] if name else [str(one)] for name, one in zip(parameters, components, strict=True)]
    for parts in product(*choices):
        yield "/" + "/".join(quote(part, safe="/@") for part in parts)


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (href := dict(attrs).get("href")):
            self.found.append(href)


def _leads_to(page: httpx.Response) -> list[str]:
    """The paths on this server that a page links or redirects to."""
    found = [page.headers["location"]] if page.is_redirect else []
    if page.headers.get("content-type", "").startswith("text/html"):
        found += _Links(page.text).found
    here = [urlsplit(one) for one in found]
    within = [one for one in here if not one.netloc and one.path.startswith("/") and not one.path.startswith("/source")]
    return list(dict.fromkeys(one._replace(fragment="").geturl() for one in within))
