"""https://docs.joinmastodon.org/entities/List/ – a list of people, or a track, as apps see it."""

from __future__ import annotations

import msgspec

from gazouillis.graph.lists import ListOfPeople
from gazouillis.search.tracks.models import Track


class UserList(msgspec.Struct, frozen=True):
    id: str
    title: str
    replies_policy: str = "list"
    exclusive: bool = False


def list_of_people(one: ListOfPeople) -> UserList:
    return UserList(str(one.id), one.title, one.replies_policy.value, one.is_exclusive)


def list_of_hits(one: Track) -> UserList:
    """Its title is what one types to make it, with the colon of a heading."""
    return UserList(str(one.id), f"track: {one.query}")
