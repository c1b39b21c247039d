"""Publishing new notifications, and changes of their number, to the streams of their account (pub/sub)."""

from __future__ import annotations

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.quiet_hours import is_quiet
from gazouillis.graph.events import Between, OnDomain
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub.channels import Channel, PubSub
from gazouillis.infra.site import Site
from gazouillis.notifications.events import NotificationCreated, UnreadChanged

TOPIC = "notifications"


def channel(account_id: AccountId) -> Channel:
    """The channel on which the ids of new notifications of this account are published."""
    return Channel(TOPIC, account_id)


def unread_channel(account_id: AccountId) -> Channel:
    """The channel that tells when the number of unread notifications of this account may have changed, other than by a new one."""
    return Channel("unread", account_id)


async def on_notification_created(site: Site, event: NotificationCreated) -> None:
    """In the quiet hours of the account, its streams are not told."""
    pubsub = site.the(PubSub)
    if event.account_id not in pubsub.subscribed(TOPIC):
        return
    async with site.db.read() as reader:
        account = await accounts.by_id(reader, event.account_id)
    if account is None or not is_quiet(account.boundaries.quiet, site.db.clock()):
        pubsub.publish("notification", event.notification_id, [channel(event.account_id)])


async def on_unread_changed(site: Site, event: UnreadChanged) -> None:
    site.the(PubSub).publish("unread", 0, [unread_channel(event.account_id)])


async def on_blocks_or_mutes_changed(site: Site, event: Between | OnDomain) -> None:
    """Notifications of blocked and muted accounts are not counted. Only who blocks or mutes is told: the other must not notice."""
    site.the(PubSub).publish("unread", 0, [unread_channel(event.account_id)])
