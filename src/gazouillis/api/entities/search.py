"""https://docs.joinmastodon.org/entities/Search/"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from gazouillis.api.entities.tag import Tag


class Search(msgspec.Struct, frozen=True):
    accounts: list[Raw] = []
    statuses: list[Raw] = []
    hashtags: list[Tag] = []
