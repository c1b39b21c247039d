"""https://docs.joinmastodon.org/entities/Tag/"""

from __future__ import annotations

import msgspec

from gazouillis.statuses import urls


class Tag(msgspec.Struct, frozen=True):
    id: str
    name: str
    url: str
    history: tuple[()] = ()
    following: bool = False
    featuring: bool = False


def tag(base_url: str, name: str) -> Tag:
    """A hashtag has no number here: its name says all."""
    return Tag(name, name, urls.tag(base_url, name))
