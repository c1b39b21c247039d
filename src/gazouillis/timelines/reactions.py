"""Timelines follow the facts: in every process, for the readers it serves."""

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
LOCAL = Channel("public:local")
PUBLIC = Channel("public")


def home_channel(account_id: AccountId) -> Channel:
    return Channel(HOME, account_id)


# What is read of the database comes first: a reaction whose database goes away runs again, and nobody is told twice.


async def on_status_published(site: Site, event: StatusPublished) -> None:
    if event.visibility is Visibility.PUBLIC:
        await _tell_public(site, event.account_id, "update", event.status_id)
    _send_to(site, site.the(Homes).place(event, _watching(site)), "update", event.status_id)


async def on_status_reblogged(site: Site, event: StatusReblogged) -> None:
    async with site.db.read() as reader:
        readers = await site.the(Homes).place_reblog(reader, event, _watching(site))
    _send_to(site, readers, "update", event.status_id)


async def on_status_deleted(site: Site, event: StatusDeleted) -> None:
    async with site.db.read() as reader:
        readers = await site.the(Homes).remove(reader, event, _watching(site))
    site.the(PubSub).publish("delete", event.status_id, map(home_channel, readers), event)
    if event.visibility is Visibility.PUBLIC and event.original_id is None:
        await _tell_public(site, event.account_id, "delete", event.status_id, event)
    for one in readers:
        await stay_at_home(site, one)


async def on_status_edited(site: Site, event: StatusEdited) -> None:
    if event.visibility is Visibility.PUBLIC:
        await _tell_public(site, event.account_id, "status.update", event.status_id)
    _send_to(site, site.the(Homes).followers(event.account_id, _watching(site)), "status.update", event.status_id)


async def on_wishes_changed(
    site: Site,
    event: AccountFollowed | AccountUnfollowed | FollowChanged | AccountBlocked | AccountUnblocked | AccountMuted | AccountUnmuted,
) -> None:
    """The page is read afresh: at once when somebody is watching it."""
    homes, watching = site.the(Homes), _watching(site)
    for one in (event.account_id, event.target_id) if isinstance(event, AccountBlocked | AccountUnblocked) else (event.account_id,):
        homes.invalidate(one)
        if one in watching:
            async with site.db.read() as reader:
                await homes.load(reader, one)


async def stay_at_home(site: Site, account_id: AccountId) -> None:
    """For who watches: new statuses are placed for those whose home is in memory, and others may have taken its place there."""
    homes = site.the(Homes)
    if homes.rings.slot(account_id) is None:
        async with site.db.read() as reader:
            await homes.load(reader, account_id)


def _watching(site: Site) -> Collection[AccountId]:
    return cast("Collection[AccountId]", site.the(PubSub).subscribed(HOME))


def _send_to(site: Site, readers: Iterable[AccountId], kind: str, identifier: int) -> None:
    site.the(PubSub).publish(kind, identifier, map(home_channel, readers))


async def _tell_public(site: Site, author_id: AccountId, kind: str, identifier: int, event: Event | None = None) -> None:
    """Only of what is public: these streams are for anybody, and the rest is not for them even where somebody may see it."""
    live = site.the(PubSub)
    if not (live.has_subscribers(LOCAL) or live.has_subscribers(PUBLIC)):
        return
    async with site.db.read() as reader:
        author = await accounts.by_id(reader, author_id)
    live.publish(kind, identifier, [PUBLIC, LOCAL] if author is not None and author.is_local else [PUBLIC], event)
