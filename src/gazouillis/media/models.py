"""Attachments: a picture, video or sound that somebody uploaded, and its files. Values only, no behaviour."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from gazouillis.infra.basics.ids import AccountId, AttachmentId, StatusId
from gazouillis.media.processing.models import Kind


class State(IntEnum):
    """Where an uploaded file is on its way to be shown."""

    PROCESSING = 0
    READY = 1
    FAILED = 2


class Variant(StrEnum):
    """The files of one attachment. The name is the last part of its address: `/media/12/small.webp`."""

    ORIGINAL = "original"
    SMALL = "small"
    FALLBACK = "fallback"
    """The small version in a format that every browser and app reads."""
    POSTER = "poster"
    """A still picture of a video, or the cover of a sound."""


class MediaFile(msgspec.Struct, frozen=True, gc=False):
    """One stored file. `key` is its name in the file store, a hash of its content; `width` and `height` are 0 for sound."""

    variant: Variant
    key: str
    content_type: str
    width: int
    height: int
    size: int


class Attachment(msgspec.Struct, frozen=True, gc=False):
    """`status_id` is None until a status has it, also one that is scheduled. `position` is None when only an earlier version of the status
    had it.
    """

    id: AttachmentId
    account_id: AccountId
    status_id: StatusId | None
    position: int | None
    kind: Kind
    state: State
    description: str
    focus_x: float
    focus_y: float
    blurhash: str
    duration: float
    frame_rate: str
    bitrate: int
    upload: str
    """Name of the file as it was sent, as long as it waits to be processed; empty after that."""
    created_at: datetime
    detached_at: datetime | None
    """Since when no status has it: the time of the upload, or of the deletion of its status."""
    files: tuple[MediaFile, ...] = ()

    def file(self, *variants: Variant) -> MediaFile | None:
        """The first of these variants that there is."""
        return next((one for variant in variants for one in self.files if one.variant is variant), None)

    @property
    def is_ready(self) -> bool:
        return self.state is State.READY


class Description(msgspec.Struct, frozen=True):
    """What somebody says about a file. None keeps what was said before."""

    text: str | None = None
    focus: tuple[float, float] | None = None
    """The point of interest, each coordinate from -1 (left, bottom) to 1. https://docs.joinmastodon.org/api/guidelines/#focal-points"""
