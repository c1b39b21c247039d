"""Uploaded pictures: decoded within limits, rotated by their EXIF orientation, cropped, and re-encoded without metadata."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from functools import partial
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Invalid, TooLarge
from gazouillis.infra.basics.messages import _
from gazouillis.infra.thread_pools import Pool

AVATAR = (400, 400)
HEADER = (1500, 500)

LARGEST_PICTURE = 50_000_000
"""In pixels: a small file may decode to gigabytes (a decompression bomb)."""

TRAILER = 4096
"""Bytes that cameras and programs may append after the end marker of a JPEG."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
QUALITY = 85


async def avatar(content: bytes) -> bytes:
    """A square WebP. Raises `Invalid`, or `Unavailable` when too many pictures wait."""
    return await _in_thread(content, AVATAR, "avatar")


async def header(content: bytes) -> bytes:
    """A wide WebP. Raises as `avatar`."""
    return await _in_thread(content, HEADER, "header")


async def _in_thread(content: bytes, size: tuple[int, int], field: str) -> bytes:
    if len(content) > request_sizes.FILE:
        raise Invalid(TooLarge.by(len(content), request_sizes.FILE).public, field=field, code="ERR_TOO_LONG")
    return await _pool.run(_cropped, content, size, field)


def _cropped(content: bytes, size: tuple[int, int], field: str) -> bytes:
    try:
        picture = _opened(with_end_marker(content, partial(_opened, size=size)), size)
        return _encoded(ImageOps.fit(in_srgb(ImageOps.exif_transpose(picture)), size, Image.Resampling.LANCZOS))
    except _TooLarge as fault:
        raise _too_large(field) from fault
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as fault:
        raise _too_large(field) from fault
    except UNREADABLE as fault:
        raise Invalid(_("This is not a picture we can read"), field=field) from fault


def _opened(content: bytes, size: tuple[int, int]) -> Image.Image:
    """The first frame, decoded no larger than needed."""
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > LARGEST_PICTURE:
            raise _TooLarge
        picture.draft("RGB", (size[0] * 2, size[1] * 2))
        picture.load()
        return picture.copy()


def with_end_marker(content: bytes, decode: Callable[[bytes], Image.Image]) -> bytes:
    """Appends the end marker to a JPEG that lacks only that. It lacks more if different padding before the marker changes the picture."""
    if not lacks_end_marker(content[:2], content[-TRAILER:]):
        return content
    padded, other = (decode(content + filler * TRAILER + _END) for filler in (b"", b"\x55"))
    return content + _END if padded.tobytes() == other.tobytes() else content


def lacks_end_marker(beginning: bytes, end: bytes) -> bool:
    """Whether it is a JPEG without its end marker. `end`: its last bytes, `TRAILER` of them if it has so many."""
    return beginning.startswith(_JPEG) and _END not in end


def in_srgb(picture: Image.Image) -> Image.Image:
    """Converted to sRGB, which browsers assume for a picture without a colour profile: https://www.w3.org/TR/css-color-4/#untagged"""
    if picture.mode == "I" or picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda grey: grey / 256).convert("RGB")  # Pillow would clip at 255
    alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    if picture.mode not in _PROFILED:
        picture, profile = picture.convert("RGB"), picture.info.get("icc_profile")
    elif picture.mode in {"RGBA", "LA"}:
        picture, profile = picture.convert(picture.mode[:-1]), picture.info.get("icc_profile")
    else:
        profile = picture.info.get("icc_profile")
    coloured = _by_profile(picture, profile) if profile else picture.convert("RGB")
    if alpha is not None:
        coloured.putalpha(alpha)
    return coloured


def _by_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    """An unreadable profile, or one for another colour mode, is ignored."""
    try:
        read = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, read, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        converted = None
    return converted or picture.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    output = BytesIO()
    bare.save(output, "WEBP", quality=QUALITY)
    return output.getvalue()


def _too_large(field: str) -> Invalid:
    return Invalid(_("This picture is too large"), field=field, code="ERR_TOO_LONG")


class _TooLarge(Exception):
    pass


_PROFILED = {"RGB", "RGBA", "L", "LA", "CMYK"}
_JPEG, _END = b"\xff\xd8", b"\xff\xd9"

# Exceptions that Pillow's decoders raise on broken, truncated or malicious files.
UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, OverflowError, ArithmeticError, struct.error)

# One at a time: a large picture takes hundreds of megabytes while it is decoded. Waiting ones take up to 8 MB each.
_pool = Pool("images", threads=1, waiting=8)

Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE
warnings.simplefilter("error", Image.DecompressionBombWarning)
