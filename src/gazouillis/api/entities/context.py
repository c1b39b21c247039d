"""https://docs.joinmastodon.org/entities/Context/"""

from __future__ import annotations

import msgspec

from gazouillis.api.entities.status import Status


class Context(msgspec.Struct, frozen=True):
    ancestors: list[Status]
    descendants: list[Status]
