"""Publishing new notifications to the streams of their account (pub/sub)."""

from __future__ import annotations

from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub.channels import Channel, PubSub
from gazouillis.infra.site import Site
from gazouillis.notifications.events import NotificationCreated


def channel(account_id: AccountId) -> Channel:
    """The channel on which the ids of new notifications of this account are published."""
    return Channel("notifications", account_id)


async def on_notification_created(site: Site, event: NotificationCreated) -> None:
    site.the(PubSub).publish("notification", event.notification_id, [channel(event.account_id)])
