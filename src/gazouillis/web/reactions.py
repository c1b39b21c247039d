"""Reactions to events that every process runs for the live pages open in it."""

from __future__ import annotations

from gazouillis.accounts.events import SessionsEnded
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.site import Site
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.events import (
    PollEnded,
    RepliesRestricted,
    StatusDeleted,
    StatusEdited,
    StatusNarrowed,
    StatusPublished,
    StatusReleased,
    ThanksChanged,
)
from gazouillis.statuses.models import Visibility
from gazouillis.web.pages.live import THREAD, session_channel, thread_channel


async def on_sessions_ended(site: Site, event: SessionsEnded) -> None:
    """Closes the streams of these sessions."""
    for one in event.session_ids:
        site.the(PubSub).disconnect(session_channel(one))


async def on_status_published(site: Site, event: StatusPublished) -> None:
    if event.in_reply_to_id is not None:
        await _tell_thread(site, event, "update")


async def on_status_edited(site: Site, event: StatusEdited | RepliesRestricted | ThanksChanged | PollEnded) -> None:
    await _tell_thread(site, event, "status.update")


async def on_status_narrowed(site: Site, event: StatusNarrowed) -> None:
    await _tell_thread(site, event, "narrowed")


async def on_status_released(site: Site, event: StatusReleased) -> None:
    await _tell_thread(site, event, "update")


async def on_status_deleted(site: Site, event: StatusDeleted) -> None:
    if event.original_id is None:
        await _tell_thread(site, event, "delete")


async def _tell_thread(
    site: Site,
    event: StatusPublished | StatusReleased | StatusEdited | RepliesRestricted | ThanksChanged | PollEnded | StatusNarrowed | StatusDeleted,
    kind: str,
) -> None:
    """Tells the pages on which the thread of a status is open. Without any such page in this process, it reads nothing."""
    open_threads = site.the(PubSub).subscribed(THREAD)
    if not open_threads:
        return
    async with site.db.read() as reader:
        status = await statuses.by_id(reader, event.status_id)
    if status is None or (status.visibility is Visibility.DIRECT and kind in {"update", "status.update"}):
        return  # private messages are not in the thread that they answer
    if status.conversation_id in open_threads:
        site.the(PubSub).publish(kind, event.status_id, [thread_channel(status.conversation_id)], event)
