"""https://docs.joinmastodon.org/methods/streaming/#streams – who may listen to what, and how what happens is told to each listener."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from gazouillis.accounts import scopes
from gazouillis.accounts.models import Account
from gazouillis.accounts.tokens import Bearer
from gazouillis.api.entities.notification import notification
from gazouillis.api.entities.written import Written
from gazouillis.infra.errors import Forbidden, NotFound, Unauthenticated
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.infra.live import Listener, Live, News
from gazouillis.infra.messages import _
from gazouillis.infra.site import Site
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.reactions import channel as notifications_channel
from gazouillis.statuses import views
from gazouillis.text.entities import hashtag_key
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import LOCAL, PUBLIC, home_channel

HEARTBEAT = 15.0
"""Seconds of silence after which something is sent, so that a dead connection is noticed."""

REVOKED = "revoked"
MOST_REMEMBERED = 256

# Of the streams that are somebody's own: what the token must allow.
OWN = {"user": "read:statuses", "user:notification": "read:notifications"}
SHARED = {"public": PUBLIC, "public:local": LOCAL, "public:remote": "", "hashtag": PUBLIC, "hashtag:local": LOCAL}


class Told(msgspec.Struct, frozen=True):
    """One thing that happened, as it is sent; no event: only a sign of life."""

    event: str
    payload: str = ""


class Shown(msgspec.Struct, frozen=True):
    payload: str
    tags: frozenset[str]


class Remembered:
    """New statuses as strangers read them: rendered once for all who listen."""

    def __init__(self) -> None:
        self._shown: dict[StatusId, Shown | None] = {}
        self._one_at_a_time = asyncio.Lock()

    async def shown(self, site: Site, status_id: StatusId) -> Shown | None:
        async with self._one_at_a_time:
            if status_id not in self._shown:
                self._shown[status_id] = await _shown(site, status_id, None)
                if len(self._shown) > MOST_REMEMBERED:
                    del self._shown[next(iter(self._shown))]
            return self._shown[status_id]


class OpenStream:
    """One listener on one stream, by its name: `user`, `public:local`, `hashtag`…"""

    def __init__(self, site: Site, remembered: Remembered, name: str, bearer: Bearer | None, tag: str = "") -> None:
        self._site = site
        self._remembered = remembered
        self._tag = hashtag_key(tag)
        self._viewer = bearer.account if bearer else None
        self._home_of = self._viewer.id if name == "user" and self._viewer else None
        self._channels = _channels(name, bearer)

    async def told(self) -> AsyncIterator[Told]:
        """Until the listener leaves, the token is taken back or the server stops."""
        live = self._site.the(Live)
        listener = live.listen(*self._channels)
        try:
            await self._stay_at_home()
            yield Told("")
            while (news := await _next(listener)) is not None and news.kind != REVOKED:
                if told := await self._tell(news):
                    yield told
        finally:
            live.leave(listener)

    async def _tell(self, news: News) -> Told | None:
        match news.kind:
            case "":
                await self._stay_at_home()
                return Told("")
            case "delete":
                return Told("delete", str(news.id))
            case "notification":
                payload = await self._notification(news.id)
            case _:
                payload = await self._status(news)
        return Told(news.kind, payload) if payload else None

    async def _status(self, news: News) -> str:
        status_id = StatusId(news.id)
        if self._viewer is None and news.kind == "update":
            shown = await self._remembered.shown(self._site, status_id)
        else:
            shown = await _shown(self._site, status_id, self._viewer)
        is_wanted = shown is not None and (not self._tag or self._tag in shown.tags)
        return shown.payload if shown and is_wanted else ""

    async def _notification(self, notification_id: int) -> str:
        viewer_id = self._viewer.id if self._viewer else AccountId(0)
        async with self._site.db.read() as reader:
            one = await notifications.by_id(reader, viewer_id, notification_id)
            seen = await notifications.notification_views(reader, [one], viewer_id) if one else []
            written = Written(self._site.settings.base_url, reader.memory)
        return msgspec.json.encode(notification(written, seen[0])).decode() if seen else ""

    async def _stay_at_home(self) -> None:
        """New statuses are placed for those whose home is in memory; others may have taken its place there."""
        homes = self._site.the(Homes)
        if self._home_of is not None and homes.rings.slot(self._home_of) is None:
            async with self._site.db.read() as reader:
                await homes.load(reader, self._home_of)


def token_channel(token_id: int) -> str:
    return f"token:{token_id}"


def _channels(name: str, bearer: Bearer | None) -> list[str]:
    revocation = [token_channel(bearer.token.id)] if bearer else []
    if name in SHARED:
        return [*filter(None, [SHARED[name]]), *revocation]
    if name not in OWN:
        raise NotFound(_("There is no such stream"))
    account = _owner(bearer, OWN[name])
    home = [home_channel(account.id)] if name == "user" else []
    return [*home, notifications_channel(account.id), *revocation]


def _owner(bearer: Bearer | None, scope: str) -> Account:
    if bearer is None or bearer.account is None:
        raise Unauthenticated(_("The access token is invalid"))
    if not scopes.covers(bearer.token.scopes, scope):
        raise Forbidden(_("This action is outside the authorized scopes"))
    return bearer.account


async def _shown(site: Site, status_id: StatusId, viewer: Account | None) -> Shown | None:
    viewer_id = viewer.id if viewer else None
    async with site.db.read() as reader:
        seen = await views.views(reader, [status_id], viewer_id, hides_muted=True)
        if not seen:
            return None
        tags = frozenset(hashtag_key(name) for name in seen[0].shown.tags)
        return Shown(bytes(Written(site.settings.base_url, reader.memory).status(seen[0], viewer_id)).decode(), tags)


async def _next(listener: Listener) -> News | None:
    try:
        async with asyncio.timeout(HEARTBEAT):
            return await listener.next()
    except TimeoutError:
        return News("", "", 0)
