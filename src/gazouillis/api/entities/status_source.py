"""https://docs.joinmastodon.org/entities/StatusSource/"""

from __future__ import annotations

import msgspec

from gazouillis.statuses.models import Status


class StatusSource(msgspec.Struct, frozen=True):
    id: str
    text: str
    spoiler_text: str


def status_source(status: Status) -> StatusSource:
    return StatusSource(str(status.id), status.text, status.spoiler_text)
