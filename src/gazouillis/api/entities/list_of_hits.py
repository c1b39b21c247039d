"""https://docs.joinmastodon.org/entities/List/ – a track, as apps see it."""

from __future__ import annotations

import msgspec

from gazouillis.search.tracks.models import Track


class ListOfHits(msgspec.Struct, frozen=True):
    id: str
    title: str
    replies_policy: str = "list"
    exclusive: bool = False


def list_of_hits(one: Track) -> ListOfHits:
    """Its title is what one types to make it, with the colon of a heading."""
    return ListOfHits(str(one.id), f"track: {one.query}")
