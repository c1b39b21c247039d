"""Animated GIF, WebP, PNG and AVIF become a silent loop: an MP4, which is a fraction of their size and plays everywhere."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from av import VideoFrame
from PIL import Image

from gazouillis.media.processing import containers, errors, pixels, video_metadata
from gazouillis.media.processing.models import Kind, Processed
from gazouillis.media.processing.protocol import Task

MOST_FRAMES = 3_000
MOST_PIXELS = 1_500_000_000
"""Of all frames together, each of which is decoded whole."""
LOOP_PIXELS = 1280 * 720
SHORTEST_MS, INSTEAD_MS = 10, 100
"""A frame that lasts no longer than the first is shown for the second: so do all browsers, and old GIFs count on it."""
MILLISECOND = Fraction(1, 1000)
USUAL_RATE = Fraction(25)
"""Frames a second, which the encoder wants to know beforehand; each frame has its own time."""


def process(picture: Image.Image, orientation: int, task: Task) -> Processed:
    if task.adjustment.changes_something:
        raise errors.no_turning()
    count: int = getattr(picture, "n_frames", 1)
    if count > MOST_FRAMES or count * picture.width * picture.height > MOST_PIXELS:
        raise errors.too_many_frames(min(MOST_FRAMES, MOST_PIXELS // (picture.width * picture.height)))
    path, most_seconds = Path(task.into) / "original.mp4", task.limits.video_seconds
    size = pixels.even(*pixels.size_within(*_frame(picture, 0, orientation).size, LOOP_PIXELS))
    elapsed = 0
    with containers.Mp4(path) as mp4:
        video = mp4.add_video(*size, MILLISECOND, USUAL_RATE)
        for number in range(count):
            frame: VideoFrame = VideoFrame.from_image(_frame(picture, number, orientation))
            lasts = _milliseconds(picture)
            frame.pts = elapsed
            video.write(frame, lasts)
            elapsed += lasts
            if elapsed > most_seconds * 1000:
                raise errors.too_long(most_seconds)
        video.finish()
    return video_metadata.of_file(path, Kind.GIFV)


def _frame(picture: Image.Image, number: int, orientation: int) -> Image.Image:
    """On white, as a loop has no transparent pixels: pages are white, and apps show a GIF on it."""
    picture.seek(number)
    picture.load()
    return pixels.on_white(pixels.oriented(picture.convert("RGBA"), orientation))


def _milliseconds(picture: Image.Image) -> int:
    lasts = round(picture.info.get("duration", 0))
    return INSTEAD_MS if lasts <= SHORTEST_MS else lasts
