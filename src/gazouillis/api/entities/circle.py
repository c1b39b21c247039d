"""A circle, an entity of our own. It has the shape of a list: https://docs.joinmastodon.org/entities/List/"""

from __future__ import annotations

import msgspec

from gazouillis.graph import circles


class Circle(msgspec.Struct, frozen=True):
    id: str
    title: str


def circle(one: circles.Circle) -> Circle:
    return Circle(str(one.id), one.name)
