"""Reactions of timelines to events, in every process: fan-out to the home timelines in memory, and messages to open streams."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast

from gazouillis.accounts import queries as accounts
from gazouillis.graph.events import (
    AccountBlocked,
    AccountFollowed,
    AccountMuted,
    AccountUnblocked,
    AccountUnfollowed,
    AccountUnmuted,
    FollowChanged,
)
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub.channels import Channel, PubSub
from gazouillis.infra.site import Site
from gazouillis.statuses.events import StatusDeleted, StatusEdited, StatusPublished, StatusReblogged
from gazouillis.statuses.models import Visibility
from gazouillis.timelines.home import Homes

HOME = "home"
"""Kind of the pub/sub channels of home timelines, one channel for each account."""
LOCAL = Channel("public:local")
PUBLIC = Channel("public")


def home_channel(account_id: AccountId) -> Channel:
    return Channel(HOME, account_id)


# Each reaction reads from the database before it publishes: if the database fails it runs again, and no subscriber gets a message twice.


async def on_status_published(site: Site, event: StatusPublished) -> None:
    if event.visibility is Visibility.PUBLIC:
        await _publish_to_public(site, event.account_id, "update", event.status_id)
    _send_to(site, site.the(Homes).place(event, _streaming(site)), "update", event.status_id)


async def on_status_reblogged(site: Site, event: StatusReblogged) -> None:
    async with site.db.read() as reader:
        readers = await site.the(Homes).place_reblog(reader, event, _streaming(site))
    _send_to(site, readers, "update", event.status_id)


async def on_status_deleted(site: Site, event: StatusDeleted) -> None:
    """Sent also to mentioned accounts that do not follow the author, as on Mastodon: a notification showed them the status."""
    streaming = _streaming(site)
    async with site.db.read() as reader:
        readers = await site.the(Homes).remove(reader, event, streaming)
    recipients = {*readers, *(one for one in event.mentioned_ids if one in streaming)}
    site.the(PubSub).publish("delete", event.status_id, map(home_channel, recipients), event)
    if event.visibility is Visibility.PUBLIC and event.original_id is None:
        await _publish_to_public(site, event.account_id, "delete", event.status_id, event)
    for one in readers:
        await keep_home_loaded(site, one)


async def on_status_edited(site: Site, event: StatusEdited) -> None:
    if event.visibility is Visibility.PUBLIC:
        await _publish_to_public(site, event.account_id, "status.update", event.status_id)
    _send_to(site, site.the(Homes).followers(event.account_id, _streaming(site)), "status.update", event.status_id)


async def on_relation_changed(
    site: Site,
    event: AccountFollowed | AccountUnfollowed | FollowChanged | AccountBlocked | AccountUnblocked | AccountMuted | AccountUnmuted,
) -> None:
    """The home is read again from the database: at once for an account with an open home stream."""
    homes, streaming = site.the(Homes), _streaming(site)
    for one in (event.account_id, event.target_id) if isinstance(event, AccountBlocked | AccountUnblocked) else (event.account_id,):
        homes.invalidate(one)
        if one in streaming:
            async with site.db.read() as reader:
                await homes.load(reader, one)


async def keep_home_loaded(site: Site, account_id: AccountId) -> None:
    """Loads the home of an account with an open stream, if others have taken its ring buffer: the fan-out reaches loaded homes only."""
    homes = site.the(Homes)
    if homes.rings.slot(account_id) is None:
        async with site.db.read() as reader:
            await homes.load(reader, account_id)


def _streaming(site: Site) -> Collection[AccountId]:
    return cast("Collection[AccountId]", site.the(PubSub).subscribed(HOME))


def _send_to(site: Site, readers: Iterable[AccountId], kind: str, identifier: int) -> None:
    site.the(PubSub).publish(kind, identifier, map(home_channel, readers))


async def _publish_to_public(site: Site, author_id: AccountId, kind: str, identifier: int, event: Event | None = None) -> None:
    """For public statuses only: anybody may subscribe to these streams, so nothing else goes there."""
    pubsub = site.the(PubSub)
    if not (pubsub.has_subscribers(LOCAL) or pubsub.has_subscribers(PUBLIC)):
        return
    async with site.db.read() as reader:
        author = await accounts.by_id(reader, author_id)
    pubsub.publish(kind, identifier, [PUBLIC, LOCAL] if author is not None and author.is_local else [PUBLIC], event)
