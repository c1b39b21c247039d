"""Publishing hits to open streams (pub/sub): one channel for all tracks of an account, one for each track that somebody has open."""

from __future__ import annotations

from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub.channels import Channel, PubSub
from gazouillis.infra.site import Site
from gazouillis.search.tracks.events import Hit, HitEdited, StatusTracked, StatusUntracked

HIT, EDITED = "hit", "hit edited"
"""Kinds of the messages about a status that meets a track. Streams ask again who may be told of it (`queries.who_may_hear`)."""
UNTRACKED = "untracked"
"""Kind of the message that takes a status out of a stream of hits. Its subscribers may see the status all the same."""
TRACK = "track"
"""Topic of the channels of single tracks."""


def tracks_channel(account_id: AccountId) -> Channel:
    return Channel("tracks", account_id)


def track_channel(track_id: int) -> Channel:
    return Channel(TRACK, track_id)


async def on_status_tracked(site: Site, event: StatusTracked) -> None:
    """Who has the status by another track already has it on the common stream."""
    known = {tracks_channel(one) for one in event.known_to}
    site.the(PubSub).publish(HIT, event.status_id, [one for one in _channels(event.hits) if one not in known])


async def on_hit_edited(site: Site, event: HitEdited) -> None:
    site.the(PubSub).publish(EDITED, event.status_id, _channels(event.hits))


async def on_status_untracked(site: Site, event: StatusUntracked) -> None:
    told = tuple(one for one in event.hits if one[1] not in event.hidden_from)
    kept = {tracks_channel(one) for one in event.kept_by}
    site.the(PubSub).publish(UNTRACKED, event.status_id, [one for one in _channels(told) if one not in kept])


def _channels(hits: tuple[Hit, ...]) -> list[Channel]:
    """Each once, though an account may have several tracks that the status meets."""
    return list(dict.fromkeys(channel for track_id, owner in hits for channel in (track_channel(track_id), tracks_channel(owner))))
