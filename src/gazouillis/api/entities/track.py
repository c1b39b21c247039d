from __future__ import annotations

import msgspec

from gazouillis.api.entities.moments import moment
from gazouillis.search.tracks import models


class Track(msgspec.Struct, frozen=True):
    """Of our own."""

    id: str
    query: str
    delivery: str
    active: bool
    created_at: str


def track(one: models.Track) -> Track:
    return Track(str(one.id), one.query, one.delivery.value, one.is_on, moment(one.created_at))
