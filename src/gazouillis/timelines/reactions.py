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
    Between,
    CircleChanged,
    ExclusiveListsChanged,
    FollowChanged,
    OnDomain,
)
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.pubsub.channels import Channel, PubSub
from gazouillis.infra.site import Site
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.events import (
    PollEnded,
    RepliesRestricted,
    StatusDeleted,
    StatusEdited,
    StatusNarrowed,
    StatusPublished,
    StatusReblogged,
    StatusReleased,
    ThanksChanged,
)
from gazouillis.statuses.models import LIMITED, Visibility
from gazouillis.timelines import lists
from gazouillis.timelines.home import Homes

HOME = "home"
"""Kind of the pub/sub channels of home timelines, one channel for each account."""
LIST = "list"
"""Topic of the channels of lists of people, one for each list that somebody has open."""
LOCAL = Channel("public:local")
PUBLIC = Channel("public")


def home_channel(account_id: AccountId) -> Channel:
    return Channel(HOME, account_id)


def list_channel(list_id: int) -> Channel:
    return Channel(LIST, list_id)


# Each reaction reads from the database before it publishes: if the database fails it runs again, and no subscriber gets a message twice.


async def on_status_published(site: Site, event: StatusPublished) -> None:
    showing = await _lists_showing(site, event.status_id, event.account_id, event.status_id)
    if event.visibility is Visibility.PUBLIC and event.withheld_by is None:
        await _publish_to_public(site, event.account_id, "update", event.status_id)
    if event.withheld_by is not None:
        owners = site.the(Homes).place_own(event, _streaming(site))
    elif event.visibility not in LIMITED and not site.the(Homes).is_in_lists(event.account_id):
        owners = site.the(Homes).place(event, _streaming(site))
    elif event.visibility not in LIMITED:
        async with site.db.read() as reader:
            owners = await site.the(Homes).place_outside_lists(reader, event, _streaming(site))
    else:
        async with site.db.read() as reader:
            owners = await site.the(Homes).place_limited(reader, event, _streaming(site))
    _send_to(site, owners, "update", event.status_id, showing)


async def on_status_reblogged(site: Site, event: StatusReblogged) -> None:
    showing = await _lists_showing(site, event.status_id, event.account_id, event.original_id)
    async with site.db.read() as reader:
        owners = await site.the(Homes).place_reblog(reader, event, _streaming(site))
    _send_to(site, owners, "update", event.status_id, showing)


async def on_status_deleted(site: Site, event: StatusDeleted) -> None:
    """Sent also to mentioned accounts that do not follow the author, as on Mastodon: a notification showed them the status."""
    streaming = _streaming(site)
    holding = await _lists_holding(site, event.account_id)
    async with site.db.read() as reader:
        owners = await site.the(Homes).remove(reader, event, streaming)
    recipients = {*owners, *(one for one in event.mentioned_ids if one in streaming)}
    site.the(PubSub).publish("delete", event.status_id, [*map(home_channel, recipients), *holding], event)
    if event.visibility is Visibility.PUBLIC and event.original_id is None and event.withheld_by is None:
        await _publish_to_public(site, event.account_id, "delete", event.status_id, event)
    for one in owners:
        await keep_home_loaded(site, one)


async def on_status_narrowed(site: Site, event: StatusNarrowed) -> None:
    """Who can no longer see the status is sent its deletion. The others are sent an update, but not on public streams."""
    holding = await _lists_holding(site, event.account_id)
    async with site.db.read() as reader:
        owners = await site.the(Homes).narrow(reader, event, _streaming(site))
    site.the(PubSub).publish("narrowed", event.status_id, [*map(home_channel, owners), *holding], event)
    if event.before.visibility is Visibility.PUBLIC:
        await _publish_to_public(site, event.account_id, "withdrawn", event.status_id, event)
    for one in owners:
        await keep_home_loaded(site, one)


async def on_status_released(site: Site, event: StatusReleased) -> None:
    async with site.db.read() as reader:
        owners = await site.the(Homes).read_again(reader, event, _streaming(site))
    for one in owners:
        await keep_home_loaded(site, one)


async def on_circle_changed(site: Site, event: CircleChanged) -> None:
    """The homes of those who joined or left are read again from the database."""
    for one in event.member_ids:
        await _read_again(site, one)


async def on_status_edited(site: Site, event: StatusEdited | RepliesRestricted | ThanksChanged | PollEnded) -> None:
    holding = await _lists_holding(site, event.account_id)
    if event.visibility is Visibility.PUBLIC and event.withheld_by is None:
        await _publish_to_public(site, event.account_id, "status.update", event.status_id)
    _send_to(site, site.the(Homes).followers(event.account_id, _streaming(site)), "status.update", event.status_id, holding)
    for one in site.the(Homes).read_lists_again(event.account_id, _streaming(site)):
        await keep_home_loaded(site, one)


async def on_relation_changed(
    site: Site,
    event: AccountFollowed | AccountUnfollowed | FollowChanged | AccountBlocked | AccountUnblocked | AccountMuted | AccountUnmuted,
) -> None:
    """The home is read again from the database."""
    await _read_again(site, event.account_id)
    if isinstance(event, AccountBlocked | AccountUnblocked) or await _changes_mutuals(site, event):
        await _read_again(site, event.target_id)


async def on_domain_blocks_changed(site: Site, event: OnDomain) -> None:
    await _read_again(site, event.account_id)


async def on_exclusive_lists_changed(site: Site, event: ExclusiveListsChanged) -> None:
    await _read_again(site, event.account_id)


async def _changes_mutuals(site: Site, event: Between) -> bool:
    """Whether `target_id` may see other statuses now, because `account_id` follows them, or no longer does, and writes to mutuals."""
    if not isinstance(event, AccountFollowed | AccountUnfollowed) or site.the(Homes).rings.slot(event.target_id) is None:
        return False
    async with site.db.read() as reader:
        return await statuses.writes_to_mutuals(reader, event.account_id)


async def _read_again(site: Site, account_id: AccountId) -> None:
    """Drops the home from memory; for an account with an open home stream, it is loaded again at once."""
    homes = site.the(Homes)
    homes.invalidate(account_id)
    if account_id in _streaming(site):
        async with site.db.read() as reader:
            await homes.load(reader, account_id)


async def keep_home_loaded(site: Site, account_id: AccountId) -> None:
    """Loads the home of an account with an open stream, if others have taken its ring buffer: the fan-out reaches loaded homes only."""
    homes = site.the(Homes)
    if homes.rings.slot(account_id) is None:
        async with site.db.read() as reader:
            await homes.load(reader, account_id)


def _streaming(site: Site) -> Collection[AccountId]:
    return cast("Collection[AccountId]", site.the(PubSub).subscribed(HOME))


def _send_to(site: Site, owners: Iterable[AccountId], kind: str, identifier: int, more: Iterable[Channel]) -> None:
    site.the(PubSub).publish(kind, identifier, [*map(home_channel, owners), *more])


async def _lists_showing(site: Site, status_id: StatusId, author_id: AccountId, subject_id: StatusId) -> list[Channel]:
    """The channels of the lists that show a status, among those that somebody has open."""
    if not (subscribed := site.the(PubSub).subscribed(LIST)):
        return []
    async with site.db.read() as reader:
        return [list_channel(one) for one in await lists.showing(reader, subscribed, status_id, author_id, subject_id)]


async def _lists_holding(site: Site, member_id: AccountId) -> list[Channel]:
    if not (subscribed := site.the(PubSub).subscribed(LIST)):
        return []
    async with site.db.read() as reader:
        return [list_channel(one) for one in await lists.holding(reader, subscribed, member_id)]


async def _publish_to_public(site: Site, author_id: AccountId, kind: str, identifier: int, event: Event | None = None) -> None:
    """For public statuses only: anybody may subscribe to these streams, so nothing else goes there."""
    pubsub = site.the(PubSub)
    if not (pubsub.has_subscribers(LOCAL) or pubsub.has_subscribers(PUBLIC)):
        return
    async with site.db.read() as reader:
        author = await accounts.by_id(reader, author_id)
    pubsub.publish(kind, identifier, [PUBLIC, LOCAL] if author is not None and author.is_local else [PUBLIC], event)
