"""Publishing changes of conversations to the streams and open pages of their participants (pub/sub)."""

from __future__ import annotations

from gazouillis.conversations.events import ConversationChanged, MessageArrived, RequestAccepted
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub.channels import Channel, PubSub
from gazouillis.infra.site import Site

ARRIVED, CHANGED = "conversation", "conversation.changed"
"""Kinds of messages of the channel. Streams of apps send the first only, as on Mastodon."""


def channel(account_id: AccountId) -> Channel:
    """The channel of all conversations of this account. Its messages carry the id of a conversation."""
    return Channel("conversations", account_id)


async def on_message_arrived(site: Site, event: MessageArrived) -> None:
    site.the(PubSub).publish(ARRIVED, event.conversation_id, [channel(event.account_id)])


async def on_request_accepted(site: Site, event: RequestAccepted) -> None:
    """For apps, it is as if its last message had just arrived."""
    site.the(PubSub).publish(ARRIVED, event.conversation_id, [channel(event.account_id)])


async def on_conversation_changed(site: Site, event: ConversationChanged) -> None:
    site.the(PubSub).publish(CHANGED, event.conversation_id, [channel(event.account_id)])
