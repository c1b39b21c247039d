"""What goes into the processing of an uploaded file, and what comes out of it."""

from __future__ import annotations

from enum import IntEnum
from math import isfinite
from pathlib import Path

import msgspec

from gazouillis.infra.basics.errors import MEGABYTE, Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.settings import Settings

MILLION = 1_000_000
FULL_TURN = 360


class Kind(IntEnum):
    """The types of https://docs.joinmastodon.org/entities/MediaAttachment/#type"""

    IMAGE = 0
    GIFV = 1
    """A short silent video that is repeated: what GIFs become."""
    VIDEO = 2
    AUDIO = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class MediaLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What is accepted. Bytes and pixels are those of the file that was sent, not of what it becomes."""

    image_bytes: int
    image_pixels: int
    kept_pixels: int
    """A picture with more pixels is accepted and scaled down to so many."""
    video_bytes: int
    """Of sound too."""
    video_pixels: int
    """Of one frame."""
    video_seconds: int
    audio_seconds: int

    @classmethod
    def of(cls, settings: Settings) -> MediaLimits:
        return cls(
            image_bytes=settings.image_megabytes * MEGABYTE,
            image_pixels=settings.image_megapixels * MILLION,
            kept_pixels=settings.kept_megapixels * MILLION,
            video_bytes=settings.video_megabytes * MEGABYTE,
            video_pixels=settings.video_megapixels * MILLION,
            video_seconds=settings.video_seconds,
            audio_seconds=settings.audio_seconds,
        )

    @property
    def largest_bytes(self) -> int:
        return max(self.image_bytes, self.video_bytes)


class Crop(msgspec.Struct, frozen=True):
    """The part of a picture that is kept, as shares of its width and height: (0, 0, 1, 1) is all of it. (0, 0) is the upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def check(self) -> None:
        """Raises `Invalid` for a part that is empty, or partly outside."""
        edges = (self.left, self.top, self.width, self.height)
        is_inside = all(map(isfinite, edges)) and self.left >= 0 and self.top >= 0 and self.width > 0 and self.height > 0
        if not is_inside or self.left + self.width > 1 + ROUNDING or self.top + self.height > 1 + ROUNDING:
            raise Invalid(_("The part of the picture to keep must lie within it"), field="crop")


ROUNDING = 1e-6
"""Shares that a browser computed may add up to slightly more than 1."""


class Adjustment(msgspec.Struct, frozen=True):
    """How a still picture is straightened and cropped. `turn`: degrees, clockwise.

    Unless they are a multiple of 90, the largest upright rectangle is cut out. `crop`: the part that is kept of the turned picture.
    """

    turn: float = 0.0
    crop: Crop | None = None

    @property
    def changes_something(self) -> bool:
        return bool(self.turn or self.crop)

    def check(self) -> None:
        """Raises `Invalid`."""
        if not isfinite(self.turn) or abs(self.turn) > FULL_TURN:
            raise Invalid(_("A picture can be turned by at most {most} degrees", most=FULL_TURN), field="turn")
        if self.crop is not None:
            self.crop.check()


AS_IT_IS = Adjustment()


class Produced(msgspec.Struct, frozen=True):
    """A file that was written, in the folder that was named. It has no metadata but what decoding needs."""

    path: Path
    content_type: str
    width: int | None
    height: int | None
    size: int
    """In bytes."""


class Processed(msgspec.Struct, frozen=True, kw_only=True):
    kind: Kind
    original: Produced
    """The full version. Never the bytes that were sent: those are not kept."""
    small: Produced | None = None
    """A small picture in a modern format (WebP); of videos, of the poster. None for sound without a cover."""
    small_fallback: Produced | None = None
    """The same as JPEG, or as PNG when it is transparent, for apps that read nothing newer."""
    poster: Produced | None = None
    """JPEG in the size of the video: what is shown before it plays. For sound, its cover. None for pictures."""
    blurhash: str | None = None
    """https://blurha.sh. None for sound without a cover."""
    width: int | None = None
    """As shown, upright."""
    height: int | None = None
    duration: float | None = None
    """Seconds."""
    frame_rate: str | None = None
    """Frames a second as a fraction, such as `30000/1001`."""
    bitrate: int | None = None
    """Bits a second of the full version, all tracks together."""
