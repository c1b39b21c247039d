"""https://docs.joinmastodon.org/entities/Search/"""

from __future__ import annotations

import msgspec

from gazouillis.api.entities.account import Account
from gazouillis.api.entities.status import Status
from gazouillis.api.entities.tag import Tag


class Search(msgspec.Struct, frozen=True):
    accounts: list[Account] = []
    statuses: list[Status] = []
    hashtags: list[Tag] = []
