"""Reactions to events that every process runs for the live pages open in it."""

from __future__ import annotations

from gazouillis.accounts.events import SessionsEnded
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.site import Site
from gazouillis.web.pages.live import session_channel


async def on_sessions_ended(site: Site, event: SessionsEnded) -> None:
    """Closes the streams of these sessions."""
    for one in event.session_ids:
        site.the(PubSub).disconnect(session_channel(one))
