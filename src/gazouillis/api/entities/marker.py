"""https://docs.joinmastodon.org/entities/Marker/"""

from __future__ import annotations

import msgspec

from gazouillis.api.entities.moments import moment
from gazouillis.notifications.queries import ReadMark


class Marker(msgspec.Struct, frozen=True):
    last_read_id: str
    version: int
    updated_at: str


def marker(mark: ReadMark) -> Marker:
    return Marker(str(mark.last_read_id), mark.version, moment(mark.updated_at))
