"""Timelines follow the facts: in every process, for the readers it serves."""

from __future__ import annotations

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
from gazouillis.infra.ids import AccountId
from gazouillis.infra.live import Live
from gazouillis.infra.site import Site
from gazouillis.statuses.events import StatusDeleted, StatusEdited, StatusPublished, StatusReblogged
from gazouillis.statuses.models import Visibility
from gazouillis.timelines.home import Homes

LOCAL = "public:local"
PUBLIC = "public"


def home_channel(account_id: AccountId) -> str:
    return f"home:{account_id}"


async def on_status_published(site: Site, event: StatusPublished) -> None:
    live = site.the(Live)
    _tell(live, site.the(Homes).place(event), "update", event.status_id)
    if event.visibility is Visibility.PUBLIC:
        await _tell_public(site, event.account_id, "update", event.status_id)


async def on_status_reblogged(site: Site, event: StatusReblogged) -> None:
    async with site.db.read() as reader:
        readers = await site.the(Homes).place_reblog(reader, event)
    _tell(site.the(Live), readers, "update", event.status_id)


async def on_status_deleted(site: Site, event: StatusDeleted) -> None:
    async with site.db.read() as reader:
        readers = await site.the(Homes).remove(reader, event)
    _tell(site.the(Live), readers, "delete", event.status_id)
    await _tell_public(site, event.account_id, "delete", event.status_id)


async def on_status_edited(site: Site, event: StatusEdited) -> None:
    homes = site.the(Homes)
    _tell(site.the(Live), homes.rings.owners(homes.hearing(event.account_id)), "status.update", event.status_id)
    await _tell_public(site, event.account_id, "status.update", event.status_id)


async def on_wishes_changed(
    site: Site,
    event: AccountFollowed | AccountUnfollowed | FollowChanged | AccountBlocked | AccountUnblocked | AccountMuted | AccountUnmuted,
) -> None:
    """The page is read afresh: at once when somebody is watching it."""
    homes, live = site.the(Homes), site.the(Live)
    for one in (event.account_id, event.target_id) if isinstance(event, AccountBlocked | AccountUnblocked) else (event.account_id,):
        homes.forget(one)
        if live.has_listeners(home_channel(one)):
            async with site.db.read() as reader:
                await homes.load(reader, one)


def _tell(live: Live, readers: list[AccountId], kind: str, identifier: int) -> None:
    for one in readers:
        live.tell(home_channel(one), kind, identifier)


async def _tell_public(site: Site, author_id: AccountId, kind: str, identifier: int) -> None:
    live = site.the(Live)
    if not (live.has_listeners(LOCAL) or live.has_listeners(PUBLIC)):
        return
    async with site.db.read() as reader:
        author = await accounts.by_id(reader, author_id)
    live.tell(PUBLIC, kind, identifier)
    if author is not None and author.is_local:
        live.tell(LOCAL, kind, identifier)
