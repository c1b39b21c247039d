"""https://docs.joinmastodon.org/entities/StatusEdit/"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, UnsetType

from gazouillis.api.entities.media_attachment import MediaAttachment
from gazouillis.api.entities.moments import moment
from gazouillis.api.entities.place import NamedPlace
from gazouillis.api.entities.status import place_of
from gazouillis.statuses import models


class EditedOption(msgspec.Struct, frozen=True):
    title: str


class EditedPoll(msgspec.Struct, frozen=True):
    options: list[EditedOption]


class StatusEdit(msgspec.Struct, frozen=True):
    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Raw
    media_attachments: list[MediaAttachment]
    emojis: tuple[()] = ()
    place: NamedPlace | UnsetType = UNSET
    """Of our own, as that of the status."""
    poll: EditedPoll | UnsetType = UNSET


def status_edit(version: models.StatusEdit, author: Raw, media: list[MediaAttachment]) -> StatusEdit:
    created_at, place = moment(version.created_at), place_of(version.place_id)
    poll = EditedPoll([EditedOption(one) for one in version.options]) if version.options else UNSET
    return StatusEdit(version.content, version.spoiler_text, version.is_sensitive, created_at, author, media, place=place, poll=poll)
