"""Measures photos by CPU second: `process` does what an upload does (`media/processing`); `decode`, its limit, only decodes them."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from PIL import Image

from gazouillis.infra.settings import Settings
from gazouillis.media.processing import pictures
from gazouillis.media.processing.models import MediaLimits
from gazouillis.media.processing.protocol import Task

LEAST_PHOTOS = 3
QUALITY = 92
"""As phones store their photos."""


class Taken(msgspec.Struct, frozen=True):
    photos: int
    cpu: float


def main(kind: str, width: int, height: int, seconds: float) -> Taken:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        photo, into = Path(name) / "photo.jpg", Path(name) / "into"
        into.mkdir()
        _draw(width, height).save(photo, quality=QUALITY)
        return _timed(_process(photo, into) if kind == "process" else lambda: _decode(photo), seconds)


def _draw(width: int, height: int) -> Image.Image:
    """Gradients with some noise: about as many bytes as a photo of that size."""
    noise = Image.effect_noise((width, height), 25).convert("RGB")
    gradient = Image.linear_gradient("L").resize((width, height))
    return Image.blend(noise, Image.merge("RGB", (gradient, gradient.rotate(180), gradient)), 0.7)


def _process(photo: Path, into: Path) -> Callable[[], object]:
    task = Task(source=str(photo), into=str(into), limits=MediaLimits.of(Settings()))
    return lambda: pictures.process(task)


def _decode(photo: Path) -> object:
    with Image.open(photo) as picture:
        return picture.load()


def _timed(once: Callable[[], object], seconds: float) -> Taken:
    once()
    photos, begun = 0, time.process_time()
    while photos < LEAST_PHOTOS or time.process_time() - begun < seconds:
        once()
        photos += 1
    return Taken(photos, time.process_time() - begun)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))))
