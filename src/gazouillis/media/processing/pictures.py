"""Still pictures: decoded within limits and written again, so that nothing else that was in the file is kept."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pillow_heif
from PIL import Image, UnidentifiedImageError

from gazouillis.infra.files import images
from gazouillis.media.processing import animations, errors, hdr, pixels
from gazouillis.media.processing.errors import WrongDecoder
from gazouillis.media.processing.hdr import Colours
from gazouillis.media.processing.models import Kind, MediaLimits, Processed
from gazouillis.media.processing.protocol import Task

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
ANIMATED_FORMATS = {"PNG", "WEBP", "GIF", "AVIF"}
"""The several pictures of a JPEG (MPO) or HEIC file are no animation: a gain map, a depth map, the other eye."""
WRITTEN_AS = {"PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
"""Others become JPEG, or WebP when they are transparent."""
ORIENTATION = 0x0112
"""The tag of EXIF."""
ORIGINAL = "original"
ROOM_TO_CROP = 2
"""A picture that is turned or cropped is first scaled down to so many times the pixels that are kept: turning takes time and memory."""


def process(task: Task) -> Processed:
    """Raises `WrongDecoder` for what is no picture."""
    source, limits = Path(task.source), task.limits
    with _reading(limits), source.open("rb") as file:
        with Image.open(file, formats=FORMATS) as picture:
            if (size := source.stat().st_size) > limits.image_bytes:
                raise errors.too_many_bytes(size, limits.image_bytes)
            _check_pixels(picture, limits)
            if picture.format in ANIMATED_FORMATS and getattr(picture, "n_frames", 1) > 1:
                return animations.process(picture, _orientation(picture), task)
        return _still(_complete(file), task)


def still(content: bytes, limits: MediaLimits) -> Image.Image:
    """A picture that was inside another file, such as the cover of a sound; upright, in sRGB."""
    with _reading(limits), Image.open(BytesIO(content), formats=FORMATS) as picture:
        _check_pixels(picture, limits)
        return _upright(picture, limits.kept_pixels)


def _still(file: BinaryIO, task: Task) -> Processed:
    into, most = Path(task.into), task.limits.kept_pixels
    colours = hdr.declared(file)
    with Image.open(file, formats=FORMATS) as picture:
        if task.adjustment.changes_something:
            kept = pixels.scaled(_adjusted(picture, task, colours), most)
        elif _may_keep_its_palette(picture, most):
            picture.load()
            kept = picture.copy()
        else:
            kept = _upright(picture, most, colours)
        written_as = WRITTEN_AS.get(picture.format or "", "JPEG" if kept.mode == "RGB" else "WEBP")
    original = pixels.encode(kept, into / ORIGINAL, written_as)
    small = pixels.Small(pixels.in_srgb(kept), into)
    return Processed(
        kind=Kind.IMAGE,
        original=original,
        small=small.modern,
        small_fallback=small.fallback,
        blurhash=small.blurhash,
        width=original.width,
        height=original.height,
    )


def _upright(picture: Image.Image, most_pixels: int, colours: Colours | None = None) -> Image.Image:
    """Scaled first, since everything else then has less to do: a JPEG is even decoded at a smaller size."""
    orientation = _orientation(picture)
    picture.draft(None, pixels.size_within(*picture.size, most_pixels))
    scaled = pixels.scaled(picture, most_pixels)
    return pixels.oriented(pixels.in_srgb(hdr.in_srgb(scaled, colours) if colours else scaled), orientation)


def _adjusted(picture: Image.Image, task: Task, colours: Colours | None) -> Image.Image:
    whole = pixels.turned(_upright(picture, task.limits.kept_pixels * ROOM_TO_CROP, colours), task.adjustment.turn)
    return whole if task.adjustment.crop is None else pixels.cropped(whole, task.adjustment.crop)


def _may_keep_its_palette(picture: Image.Image, most_pixels: int) -> bool:
    """A screenshot with a palette would become several times as large without."""
    return (
        picture.mode == "P"
        and picture.format in {"PNG", "GIF"}
        and "icc_profile" not in picture.info
        and _orientation(picture) == pixels.UPRIGHT
        and pixels.size_within(*picture.size, most_pixels) == picture.size
    )


def _orientation(picture: Image.Image) -> int:
    """Of EXIF, or else of XMP. Broken metadata is no reason to refuse a picture."""
    with suppress(*images.UNREADABLE):
        value = picture.getexif().get(ORIENTATION)
        return value if isinstance(value, int) else pixels.UPRIGHT
    return pixels.UPRIGHT


def _complete(file: BinaryIO) -> BinaryIO:
    """A JPEG that lacks nothing but its end marker gets one."""
    file.seek(0)
    beginning = file.read(images.TRAILER)
    file.seek(max(file.seek(0, 2) - images.TRAILER, 0))
    lacks = images.lacks_end_marker(beginning, file.read())
    file.seek(0)
    return BytesIO(images.with_end_marker(file.read(), _decoded)) if lacks else file


def _decoded(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        picture.load()
        return picture.copy()


def _check_pixels(picture: Image.Image, limits: MediaLimits) -> None:
    if picture.width * picture.height > limits.image_pixels:
        raise errors.too_many_pixels(*picture.size, limits.image_pixels)


@contextmanager
def _reading(limits: MediaLimits) -> Iterator[None]:
    Image.MAX_IMAGE_PIXELS = limits.image_pixels
    try:
        yield
    except UnidentifiedImageError as fault:
        raise WrongDecoder from fault
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise errors.too_large() from fault
    except images.UNREADABLE as fault:
        raise errors.explained(fault) from fault


pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
warnings.simplefilter("error", Image.DecompressionBombWarning)
