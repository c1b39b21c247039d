"""The meetings of somebody as a calendar at a private address, for calendars, which have no session."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import User
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.places.meetings import lists
from gazouillis.places.meetings.feeds import owner, secret_of
from gazouillis.places.meetings.lists import MeetingsWindow
from gazouillis.web import i18n
from gazouillis.web.calendars import HEADERS, MEDIA_TYPE, calendar
from gazouillis.web.request_context import AnyRequest, site_of

PATH = "/feeds/meetings"
MOST = 200
"""Meetings in a calendar: the next ones."""


@get(PATH + "/{secret:str}")
async def show(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    site = site_of(request)
    async with site.db.read() as reader:
        try:
            account = await owner(reader, secret)
        except NotFound:
            raise NotFound(_("There is nothing here")) from None
        user = await accounts.user(reader, account.id)
        meetings = (await lists.own(reader, account.id, MeetingsWindow(MOST))).meetings
    language = i18n.choose_language(user.language if user else "", request.headers.get("accept-language", ""), "en")
    content = calendar(meetings, site.settings.base_url, language)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if request.headers.get("if-none-match", "") == tag:
        return Response(b"", status_code=304, media_type=MEDIA_TYPE, headers=HEADERS | {"ETag": tag})
    return Response(content, media_type=MEDIA_TYPE, headers=HEADERS | {"ETag": tag})


def feed_url(base_url: str, user: User) -> str:
    """Empty when the user has asked for no address."""
    secret = secret_of(user)
    return f"{base_url}{PATH}/{secret}" if secret else ""


routes = [show]
