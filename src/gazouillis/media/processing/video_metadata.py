"""Metadata of a video that was written: size, length, frame rate, poster. They are read from the new file, which proves that it plays."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from av import VideoFrame
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from gazouillis.media.processing import containers, errors, pixels
from gazouillis.media.processing.models import Kind, Processed, Produced

POSTER = "poster"
POSTER_FRAMES = 60
BRIGHT_ENOUGH = 40
"""Of 255. A film that begins dark shows as its poster the first frame that is brighter, if one comes soon."""
TURNED = {90: Image.Transpose.ROTATE_90, -90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, -180: Image.Transpose.ROTATE_180}
"""By degrees anticlockwise, as frames tell them. The frames themselves are not turned: players do it."""


def of_file(path: Path, kind: Kind) -> Processed:
    with containers.reading(path) as container:
        video = containers.moving_picture(container)
        if video is None:
            raise errors.damaged()
        seconds, rate = length(container), Fraction(video.average_rate or 0)
        poster = _poster(container, video)
    small = pixels.Small(poster, path.parent)
    size = path.stat().st_size
    return Processed(
        kind=kind,
        original=Produced(path, "video/mp4", poster.width, poster.height, size),
        small=small.modern,
        small_fallback=small.fallback,
        poster=pixels.encode(poster, path.parent / POSTER, "JPEG"),
        blurhash=small.blurhash,
        width=poster.width,
        height=poster.height,
        duration=seconds,
        frame_rate=f"{rate.numerator}/{rate.denominator}" if rate else None,
        bitrate=bitrate(size, seconds),
    )


def length(container: InputContainer) -> float:
    """In seconds."""
    return (container.duration or 0) / containers.MICROSECONDS


def bitrate(size: int, seconds: float) -> int | None:
    return round(size * 8 / seconds) if seconds else None


def _poster(container: InputContainer, video: VideoStream) -> Image.Image:
    first: VideoFrame | None = None
    for number, frame in enumerate(container.decode(video)):
        first = first or frame
        if _brightness(frame) >= BRIGHT_ENOUGH:
            return _picture(frame)
        if number >= POSTER_FRAMES:
            break
    if first is None:
        raise errors.damaged()
    return _picture(first)


def _brightness(frame: VideoFrame) -> float:
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return float(rows[::8, : plane.width : 8].mean())


def _picture(frame: VideoFrame) -> Image.Image:
    picture: Image.Image = frame.to_image()
    quarter = round(frame.rotation / 90) * 90
    return picture.transpose(TURNED[quarter]) if quarter in TURNED else picture
