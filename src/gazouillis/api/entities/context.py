"""https://docs.joinmastodon.org/entities/Context/"""

from __future__ import annotations

import msgspec
from msgspec import Raw


class Context(msgspec.Struct, frozen=True):
    ancestors: list[Raw]
    descendants: list[Raw]
