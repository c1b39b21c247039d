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
    """Hashtags have no id here: `id` is the name."""
    return Tag(name, name, urls.tag(base_url, name))
