"""https://www.rfc-editor.org/rfc/rfc4287 – the hits of a track as an Atom feed, at a private address.

Whoever has the address reads the feed, so it goes nowhere else: not into the feed itself, nor to the sites that its links lead to, nor
into search engines. The server writes no access log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as Xml

import regex
from litestar import Response, get
from litestar.params import FromPath
from markupsafe import escape

from gazouillis.accounts.models import User
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Window
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.feeds import owner, secret_of
from gazouillis.search.tracks.models import Track
from gazouillis.statuses.models import StatusView
from gazouillis.web.pagination import parse_id
from gazouillis.web.rendering import excerpt, profile_url, status_url
from gazouillis.web.request_context import AnyRequest, site_of

PATH = "/feeds/tracks"
ENTRIES = 20
NAMESPACE = "http://www.w3.org/2005/Atom"
HEADERS = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


@get(PATH + "/{secret:str}/{track_id:str}")
async def show(request: AnyRequest, secret: FromPath[str], track_id: FromPath[str]) -> Response[Any]:
    site = site_of(request)
    async with site.db.read() as reader:
        try:
            account = await owner(reader, secret)
            track = await queries.own(reader, account.id, parse_id(track_id))
        except NotFound:
            raise NotFound(_("There is nothing here")) from None
        page = await queries.timeline(reader, track, Window(ENTRIES))
        seen = await queries.seen(reader, track, page.items, site.settings.authority)
    content = _feed(track, seen, site.settings.base_url)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if request.headers.get("if-none-match", "") == tag:
        return Response(b"", status_code=304, media_type="application/atom+xml", headers=HEADERS | {"ETag": tag})
    return Response(content, media_type="application/atom+xml", headers=HEADERS | {"ETag": tag})


def feed_url(base_url: str, user: User, track: Track) -> str:
    """Empty when the user has asked for no address."""
    secret = secret_of(user)
    return f"{base_url}{PATH}/{secret}/{track.id}" if secret else ""


def _feed(track: Track, seen: Sequence[StatusView], base_url: str) -> bytes:
    feed = Xml.Element("feed", xmlns=NAMESPACE)
    page = f"{base_url}/tracks/{track.id}"
    _add(feed, "id", page)
    _add(feed, "title", track.query)
    _add(feed, "updated", _moment(max((_changed_at(one) for one in seen), default=track.created_at)))
    _add(feed, "link", rel="alternate", type="text/html", href=page)
    for one in seen:
        _add_entry(feed, one, base_url)
    content: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _add_entry(feed: Xml.Element, one: StatusView, base_url: str) -> None:
    """Behind a content warning, the text is a click away, as on the page."""
    entry, url, status = Xml.SubElement(feed, "entry"), f"{base_url}{status_url(one)}", one.status
    _add(entry, "id", url)
    _add(entry, "title", excerpt(one))
    _add(entry, "link", rel="alternate", type="text/html", href=url)
    _add(entry, "published", _moment(status.created_at))
    _add(entry, "updated", _moment(_changed_at(one)))
    author = Xml.SubElement(entry, "author")
    _add(author, "name", one.account.name)
    _add(author, "uri", f"{base_url}{profile_url(one.account)}")
    if not status.spoiler_text:
        content = {"type": "html"} | ({"xml:lang": status.language} if status.language else {})
        _add(entry, "content", status.content + _options(one), **content)


def _options(one: StatusView) -> str:
    """Those of its poll, as HTML."""
    return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in one.cached.poll.titles)}</ul>" if one.cached.poll else ""


def _changed_at(one: StatusView) -> datetime:
    return one.status.edited_at or one.status.created_at


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = _NOT_IN_XML.sub("", text) or None


_NOT_IN_XML = regex.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""Characters that no XML document may hold: https://www.w3.org/TR/xml/#charsets"""

routes = [show]
