"""Streams: who may open which, and how each event is rendered for its subscribers. https://docs.joinmastodon.org/methods/streaming/#streams

The connections (server-sent events and WebSockets) are in `streaming.py`, the channels in `infra/pubsub`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import msgspec

from gazouillis.accounts import queries as accounts
from gazouillis.accounts import tokens
from gazouillis.api.caller import Caller, Member, TokenHolder
from gazouillis.api.entities.conversation import conversation
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.notification import notification
from gazouillis.conversations import queries as conversations
from gazouillis.conversations import reactions as conversation_streams
from gazouillis.conversations.reactions import channel as conversations_channel
from gazouillis.graph import lists
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound, Unauthenticated
from gazouillis.infra.basics.ids import AccountId, StatusId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.pubsub.channels import Channel, ChannelMessage, PubSub, Subscriber
from gazouillis.infra.pubsub.server_sent_events import ConnectionWriter, Message, line
from gazouillis.infra.site import Site
from gazouillis.media.urls import SignedAddresses
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.models import OUR_OWN
from gazouillis.notifications.reactions import channel as notifications_channel
from gazouillis.search.tracks import queries as tracks
from gazouillis.search.tracks import reactions as track_streams
from gazouillis.statuses import media_access
from gazouillis.statuses.audience import seen_by, who_could_see, who_lost
from gazouillis.statuses.events import StatusDeleted, StatusNarrowed
from gazouillis.statuses.models import StatusView
from gazouillis.text.blank import unless_blank
from gazouillis.text.entities import hashtag_key
from gazouillis.timelines.reactions import LOCAL, PUBLIC, home_channel, keep_home_loaded, list_channel

# The scope that a token must have for each stream. `user` carries notifications only for tokens that may read them.
STATUSES, NOTIFICATIONS = "read:statuses", "read:notifications"
OWN = {"user": STATUSES, "user:notification": NOTIFICATIONS, "direct": STATUSES, "track": STATUSES, "list": STATUSES}
"""`track`, of our own: the hits of all tracks of the account; `list`: those of one track, or a list of people."""
SHARED = {"public": [PUBLIC], "public:local": [LOCAL], "public:remote": [], "hashtag": [PUBLIC], "hashtag:local": [LOCAL]}

HEARTBEAT = line(":thump\n")
FILTERS_CHANGED = "filters_changed"
"""A message of the stream `user` without payload: the app reads the filters again."""


class RenderedMessage:
    """A stream message, encoded once per kind of connection for all subscribers that get the same content."""

    def __init__(self, event: str, payload: bytes | None = None) -> None:
        self.event = event
        self.payload = payload
        self._on_sockets: dict[tuple[str, ...], Message] = {}

    @cached_property
    def as_event(self) -> Message:
        return line(b"event: %b\ndata: %b\n\n" % (self.event.encode(), self.payload or b""))

    def on_socket(self, name: tuple[str, ...]) -> Message:
        if name not in self._on_sockets:
            payload = {} if self.payload is None else {"payload": self.payload.decode()}
            content = {"stream": name, "event": self.event, **payload}
            self._on_sockets[name] = {"type": "websocket.send", "text": msgspec.json.encode(content).decode()}
        return self._on_sockets[name]


class Choice(msgspec.Struct, frozen=True):
    """What one subscriber asked for: channels, viewer and filter. `tag`: only statuses with this hashtag key."""

    channels: tuple[Channel, ...]
    viewer_id: AccountId | None
    token_id: int | None = None
    tag: str = ""
    is_home: bool = False
    list_id: int = 0
    """Of the stream `list`. Whether it is the viewer's is asked by `check`."""


def choose(name: str, caller: Caller, tag: str = "", list_id: str = "") -> Choice:
    """The stream of this name: `user`, `public:local`, `hashtag`… Raises a `Problem` when there is none or the caller may not open it."""
    own_list = _own_list(list_id, caller) if name == "list" else 0
    if name not in OWN and name not in SHARED:
        raise Invalid(_("There is no such stream"), field="stream", code="ERR_INCLUSION")
    is_tagged = name.startswith("hashtag")
    key = hashtag_key(unless_blank(tag).strip().lstrip("#\uff03")) if is_tagged else ""
    if is_tagged and not key:
        raise Invalid(_("Name a hashtag"), field="tag", code="ERR_BLANK")
    token_id = caller.token_id if isinstance(caller, TokenHolder) else None
    channels = tuple(_channels(name, caller, own_list))
    return Choice(channels, caller.viewer_id, token_id, key, is_home=name == "user", list_id=own_list)


async def check(site: Site, choice: Choice) -> None:
    """Raises NotFound when the stream is that of a list which the viewer does not have."""
    if choice.list_id and choice.viewer_id is not None:
        async with site.db.read() as reader:
            if await lists.own_or_none(reader, choice.viewer_id, choice.list_id) is None:
                await tracks.own(reader, choice.viewer_id, choice.list_id)


async def prepare(site: Site, choice: Choice) -> None:
    """To be awaited before the client hears that the stream is open: no post that it sees from then on is missed."""
    if choice.is_home and choice.viewer_id is not None:
        await keep_home_loaded(site, choice.viewer_id)


def only_token(caller: Caller) -> Choice:
    """For a connection without streams: it ends when its token is revoked."""
    return Choice((token_channel(caller.token_id),), None, caller.token_id) if isinstance(caller, TokenHolder) else Choice((), None)


class OpenStream(Subscriber):
    """One subscription of one connection.

    `name` is set on WebSockets, where several streams share a connection and each message names its stream.
    """

    __slots__ = ("_choice", "_name", "_writer")
    broadcaster: Streams

    def __init__(self, streams: Streams, choice: Choice, writer: ConnectionWriter, name: tuple[str, ...] = ()) -> None:
        super().__init__(streams, choice.channels)
        self._choice = choice
        self._writer = writer
        self._name = name

    @property
    def viewer_id(self) -> AccountId | None:
        return self._choice.viewer_id

    def wants(self, tags: Iterable[str]) -> bool:
        """Whether statuses with these hashtag keys belong to the stream."""
        return not self._choice.tag or self._choice.tag in tags

    async def open(self) -> None:
        """Subscribes. Ends at once when the token was revoked before the subscription, since no message would tell."""
        self.broadcaster.site.the(PubSub).subscribe(self)
        async with self.broadcaster.site.db.read() as reader:
            is_valid = self._choice.token_id is None or await tokens.is_valid(reader, self._choice.token_id)
        if is_valid:
            await prepare(self.broadcaster.site, self._choice)
        else:
            self.broadcaster.site.the(PubSub).unsubscribe(self)
            self.end()

    def send(self, message: RenderedMessage) -> None:
        self._writer.send(message.on_socket(self._name) if self._name else message.as_event)

    async def heartbeat(self) -> None:
        """Sends a comment on server-sent events; the HTTP server pings WebSockets itself."""
        if not self._name:
            self._writer.send(HEARTBEAT)
        await prepare(self.broadcaster.site, self._choice)

    def end(self) -> None:
        self._writer.end()


class Streams:
    """Renders each message of a channel for its subscribers; what several of them see alike is rendered once."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def broadcast(self, message: ChannelMessage, subscribers: Sequence[OpenStream]) -> None:
        match message.kind:
            case "delete" if isinstance(message.event, StatusDeleted):
                await self._send_deletion(message, message.event, subscribers)
            case "narrowed" | "withdrawn" if isinstance(message.event, StatusNarrowed):
                await self._send_narrowing(message, message.event, subscribers)
            case "notification":
                await self._send_notification(message, subscribers)
            case conversation_streams.ARRIVED:
                await self._send_conversation(message, subscribers)
            case conversation_streams.CHANGED:
                pass
            case kind if kind == FILTERS_CHANGED:
                for one in subscribers:
                    one.send(RenderedMessage(FILTERS_CHANGED))
            case track_streams.HIT:
                await self._send_hit("update", message.id, subscribers)
            case track_streams.EDITED:
                await self._send_hit("status.update", message.id, subscribers)
            case track_streams.UNTRACKED:
                rendered = RenderedMessage("delete", b"%d" % message.id)
                for one in subscribers:
                    one.send(rendered)
            case _:
                await self._send_status(message, subscribers)

    async def _send_narrowing(self, message: ChannelMessage, narrowed: StatusNarrowed, subscribers: Sequence[OpenStream]) -> None:
        async with self.site.db.read() as reader:
            lost = await who_lost(reader, narrowed, {one.viewer_id for one in subscribers})
        if message.kind == "narrowed":
            await self._send_status(ChannelMessage("status.update", message.id), subscribers)
        rendered = RenderedMessage("delete", b"%d" % message.id)
        for one in subscribers:
            if one.viewer_id in lost and one.wants(narrowed.tags):
                one.send(rendered)

    async def _send_status(self, message: ChannelMessage, subscribers: Sequence[OpenStream]) -> None:
        async with self.site.db.read() as reader:
            seen = await seen_by(reader, StatusId(message.id), {one.viewer_id for one in subscribers})
            json_cache = JsonCache(self.site.the(SignedAddresses), reader.cache)
        rendered = dict[tuple[object, ...], RenderedMessage]()
        for one in subscribers:
            view = seen.get(one.viewer_id)
            if view is None or not one.wants(map(hashtag_key, view.shown.tags)):
                continue
            variant = (id(view), *_variant(view, one.viewer_id))
            if variant not in rendered:
                rendered[variant] = RenderedMessage(message.kind, bytes(json_cache.status(view, one.viewer_id)))
            one.send(rendered[variant])

    async def _send_hit(self, kind: str, status_id: int, subscribers: Sequence[OpenStream]) -> None:
        owners = {one.viewer_id for one in subscribers if one.viewer_id is not None}
        async with self.site.db.read() as reader:
            told = await tracks.who_may_hear(reader, StatusId(status_id), owners)
        await self._send_status(ChannelMessage(kind, status_id), [one for one in subscribers if one.viewer_id in told])

    async def _send_deletion(self, message: ChannelMessage, deleted: StatusDeleted, subscribers: Sequence[OpenStream]) -> None:
        async with self.site.db.read() as reader:
            seeing = await who_could_see(reader, deleted, {one.viewer_id for one in subscribers})
        rendered = RenderedMessage(message.kind, b"%d" % message.id)
        for one in subscribers:
            if one.viewer_id in seeing and one.wants(deleted.tags):
                one.send(rendered)

    async def _send_notification(self, message: ChannelMessage, subscribers: Sequence[OpenStream]) -> None:
        """All subscribers of this channel are the same account."""
        viewer_id = subscribers[0].viewer_id or AccountId(0)
        async with self.site.db.read() as reader:
            found = await notifications.by_id(reader, viewer_id, message.id)
            seen = await notifications.notification_views(reader, [found], viewer_id) if found else []
            json_cache = JsonCache(self.site.the(SignedAddresses), reader.cache)
        for view in (one for one in seen if one.notification.kind not in OUR_OWN):
            rendered = RenderedMessage(message.kind, msgspec.json.encode(notification(json_cache, view)))
            for one in subscribers:
                one.send(rendered)

    async def _send_conversation(self, message: ChannelMessage, subscribers: Sequence[OpenStream]) -> None:
        """All subscribers of this channel are the same account. Conversations that it does not list are not sent."""
        viewer_id = subscribers[0].viewer_id or AccountId(0)
        async with self.site.db.read() as reader:
            viewer = await accounts.by_id(reader, viewer_id)
            views = await conversations.listed_views(reader, [message.id], viewer_id) if viewer else []
            json_cache = JsonCache(self.site.the(SignedAddresses), reader.cache)
        for view in views:
            assert viewer is not None
            rendered = RenderedMessage("conversation", msgspec.json.encode(conversation(json_cache, view, viewer)))
            for one in subscribers:
                one.send(rendered)


def token_channel(token_id: int) -> Channel:
    return Channel("token", token_id)


def _variant(view: StatusView, viewer_id: AccountId | None) -> tuple[Any, ...]:
    """What changes the JSON for viewers of the same view: whether they signed in, and which of the statuses are their own.

    Sealed media has addresses of its own for each viewer.
    """
    own_addresses = viewer_id if media_access.is_sealed(view.shown.cached) else None
    return viewer_id is None, view.account.id == viewer_id, view.shown.account.id == viewer_id, own_addresses


def _channels(name: str, caller: Caller, list_id: int) -> list[Channel]:
    """The channels of this stream, with that of the token. Raises when the caller may not open it."""
    if name in OWN and not isinstance(caller, Member):
        raise Unauthenticated(_("The access token is invalid"))
    if isinstance(caller, TokenHolder) and not caller.may(OWN.get(name, STATUSES)):
        raise Forbidden(_("This action is outside the authorized scopes"))
    channels = _own_channels(name, caller, list_id) if name in OWN and isinstance(caller, Member) else SHARED[name]
    return [*channels, token_channel(caller.token_id)] if isinstance(caller, TokenHolder) else channels


def _own_channels(name: str, member: Member, list_id: int) -> list[Channel]:
    if name == "list":
        return [track_streams.track_channel(list_id), list_channel(list_id)]  # ids of tracks and of lists are distinct
    if name == "direct":
        return [conversations_channel(member.viewer_id)]
    if name == "track":
        return [track_streams.tracks_channel(member.viewer_id)]
    home = [home_channel(member.viewer_id)] if name == "user" else []
    return [*home, notifications_channel(member.viewer_id)] if member.may(NOTIFICATIONS) else home


def _own_list(list_id: str, caller: Caller) -> int:
    """Visitors have no lists."""
    if not list_id:
        raise Invalid(_("Name a list"), field="list", code="ERR_BLANK")
    number = id_or_none(list_id)
    if not number or not isinstance(caller, Member):
        raise NotFound(_("There is no such list"))
    return number
