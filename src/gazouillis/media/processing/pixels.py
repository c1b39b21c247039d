"""What is done with decoded pictures: turned, cropped, scaled, converted to sRGB, written without metadata."""

from __future__ import annotations

from math import cos, radians, sin
from pathlib import Path

import numpy as np
from blurhash import encode as blurhash_of
from PIL import Image

from gazouillis.infra.files import images
from gazouillis.media.processing.models import Crop, Produced

SMALL_PIXELS = 480_000
"""Of the small version: 800 × 600."""
SEAM = 2
"""Pixels by which a turned picture is cut smaller, since those at its edge are mixed with what is outside."""
SHARP_PIXELS = 2_000_000
"""A larger picture is scaled with a filter that is a little softer and takes half the time."""
BLURHASH_SIDE = 32
BLURHASH_COMPONENTS = (4, 4)

CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 85},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 85, "method": 3},
}
SMALL_OPTIONS: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 80, "progressive": True},
    "PNG": {},
    "WEBP": {"quality": 78, "method": 4},
}

TRANSPOSED = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
"""By degrees clockwise; Pillow counts anticlockwise."""
UPRIGHT = 1
ORIENTED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its orientation: https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf, page 36."""
LONGEST_SIDE = 16_383
"""Of a WebP."""


class Small:
    """The small versions of a picture, and its blurhash."""

    def __init__(self, picture: Image.Image, into: Path) -> None:
        small = scaled(picture, SMALL_PIXELS)
        self.modern = encode(small, into / "small", "WEBP", SMALL_OPTIONS)
        self.fallback = encode(small, into / "small", "JPEG" if small.mode == "RGB" else "PNG", SMALL_OPTIONS)
        self.blurhash = blurhash(small)


def oriented(picture: Image.Image, orientation: int) -> Image.Image:
    return picture.transpose(ORIENTED[orientation]) if orientation in ORIENTED else picture


def in_srgb(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA if anything in it is transparent."""
    coloured = images.in_srgb(picture)
    coloured.info.pop("icc_profile", None)
    if coloured.mode == "RGBA" and coloured.getchannel("A").getextrema() == (255, 255):
        return coloured.convert("RGB")
    return coloured


def turned(picture: Image.Image, clockwise: float) -> Image.Image:
    """Cut to the largest upright rectangle within the turned picture."""
    quarters = round(clockwise / 90)
    if (quarter := quarters * 90 % 360) in TRANSPOSED:
        picture = picture.transpose(TRANSPOSED[quarter])
    rest = clockwise - quarters * 90
    if not rest:
        return picture
    width, height = largest_rectangle(picture.width, picture.height, rest)
    whole = picture.rotate(-rest, Image.Resampling.BICUBIC, expand=True)
    left, top = (whole.width - width) / 2, (whole.height - height) / 2
    return whole.crop((round(left), round(top), round(left) + width, round(top) + height))


def largest_rectangle(width: int, height: int, angle: float) -> tuple[int, int]:
    """Of the largest area among those with upright sides within a rectangle turned by this many degrees, at most 45 either way.

    In a narrow picture, two of its corners lie on the long sides, the other two are free; otherwise all four lie on a side.
    """
    turn = abs(radians(angle))
    long, short = max(width, height), min(width, height)
    if short <= 2 * sin(turn) * cos(turn) * long:
        half = short / 2
        along, across = half / sin(turn), half / cos(turn)
        found = (along, across) if width >= height else (across, along)
    else:
        scale = cos(2 * turn)
        found = (width * cos(turn) - height * sin(turn)) / scale, (height * cos(turn) - width * sin(turn)) / scale
    return max(int(found[0]) - SEAM, 1), max(int(found[1]) - SEAM, 1)


def cropped(picture: Image.Image, crop: Crop) -> Image.Image:
    left, top = round(crop.left * picture.width), round(crop.top * picture.height)
    right, bottom = round((crop.left + crop.width) * picture.width), round((crop.top + crop.height) * picture.height)
    left, top = min(left, picture.width - 1), min(top, picture.height - 1)
    return picture.crop((left, top, min(max(right, left + 1), picture.width), min(max(bottom, top + 1), picture.height)))


def size_within(width: int, height: int, pixels: int) -> tuple[int, int]:
    """The same shape with at most so many pixels, and sides that every format can have."""
    factor = min(1.0, (pixels / (width * height)) ** 0.5, LONGEST_SIDE / max(width, height))
    return max(int(width * factor), 1), max(int(height * factor), 1)


def scaled(picture: Image.Image, pixels: int) -> Image.Image:
    """Down to so many pixels; smaller ones stay as they are."""
    size = size_within(picture.width, picture.height, pixels)
    if size == picture.size:
        return picture
    if picture.mode not in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        picture = in_srgb(picture)
    return picture.resize(size, Image.Resampling.HAMMING if pixels > SHARP_PIXELS else Image.Resampling.LANCZOS, reducing_gap=2.0)


def even(width: int, height: int) -> tuple[int, int]:
    """H.264 stores colours for squares of four pixels: an odd last row or column is cut off."""
    return max(width // 2 * 2, 2), max(height // 2 * 2, 2)


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def blurhash(picture: Image.Image) -> str:
    """https://blurha.sh: a few letters from which a blurred picture is drawn while the real one is loading."""
    tiny = on_white(picture.resize((BLURHASH_SIDE, BLURHASH_SIDE), Image.Resampling.BOX))
    return str(blurhash_of(np.asarray(tiny), *BLURHASH_COMPONENTS))


def encode(picture: Image.Image, path: Path, kind: str, options: dict[str, dict[str, object]] = OPTIONS) -> Produced:
    """Without metadata: the encoders write what `info` holds."""
    bare = picture.copy()
    bare.info = {name: value for name, value in picture.info.items() if name == "transparency" and picture.mode == "P"}
    file = path.with_suffix(SUFFIXES[kind])
    bare.save(file, kind, **options[kind])
    return Produced(file, CONTENT_TYPES[kind], picture.width, picture.height, file.stat().st_size)
