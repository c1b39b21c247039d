"""Pictures people upload: decoded with care, turned, cropped, and written anew without what they told of place and camera."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.thread_pools import Pool

AVATAR = (400, 400)
HEADER = (1500, 500)

LARGEST_PICTURE = 50_000_000
"""In pixels: a small file may unfold into gigabytes."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
QUALITY = 85


async def avatar(content: bytes) -> bytes:
    """A square WebP."""
    return await _aside(content, AVATAR, "avatar")


async def header(content: bytes) -> bytes:
    """A wide WebP."""
    return await _aside(content, HEADER, "header")


async def _aside(content: bytes, size: tuple[int, int], field: str) -> bytes:
    if len(content) > request_sizes.FILE:
        raise Invalid(_("A picture has at most {most} MB", most=request_sizes.FILE // 1024**2), field=field, code="ERR_TOO_LONG")
    return await _pool.run(_cropped, content, size, field)


def _cropped(content: bytes, size: tuple[int, int], field: str) -> bytes:
    try:
        picture = _opened(_ended(content, size), size)
        return _encoded(ImageOps.fit(_in_srgb(ImageOps.exif_transpose(picture)), size, Image.Resampling.LANCZOS))
    except _TooLarge as fault:
        raise _too_large(field) from fault
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as fault:
        raise _too_large(field) from fault
    except _UNREADABLE as fault:
        raise Invalid(_("This is not a picture we can read"), field=field) from fault


def _opened(content: bytes, size: tuple[int, int]) -> Image.Image:
    """Its first frame, decoded no larger than needed."""
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > LARGEST_PICTURE:
            raise _TooLarge
        picture.draft("RGB", (size[0] * 2, size[1] * 2))
        picture.load()
        return picture.copy()


def _ended(content: bytes, size: tuple[int, int]) -> bytes:
    """A JPEG that lacks nothing but its end marker gets one. Whatever stands in the place of the rest, its picture is the same."""
    if not content.startswith(_JPEG) or _END in content[-_TRAILER:]:
        return content
    ended, other = (_opened(content + filler * _TRAILER + _END, size) for filler in (b"", b"\x55"))
    return content + _END if ended.tobytes() == other.tobytes() else content


def _in_srgb(picture: Image.Image) -> Image.Image:
    """In the colours that a browser takes a picture without a profile to have: https://www.w3.org/TR/css-color-4/#untagged"""
    if picture.mode == "I" or picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda grey: grey / 256).convert("RGB")  # Pillow would cut at 255
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
    """A profile that cannot be read, or is of other colours, says nothing."""
    try:
        read = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, read, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        converted = None
    return converted or picture.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    written = BytesIO()
    bare.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()


def _too_large(field: str) -> Invalid:
    return Invalid(_("This picture is too large"), field=field, code="ERR_TOO_LONG")


class _TooLarge(Exception):
    pass


_PROFILED = {"RGB", "RGBA", "L", "LA", "CMYK"}
_JPEG, _END = b"\xff\xd8", b"\xff\xd9"
_TRAILER = 4096
"""Cameras and programs write a little behind the end."""

# What Pillow's decoders raise on files that are broken, cut, or made to break them.
_UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, OverflowError, ArithmeticError)

# One at a time: a large picture takes hundreds of megabytes while it is open. Those that wait take up to 8 MB each.
_pool = Pool("images", threads=1, waiting=8)

Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE
warnings.simplefilter("error", Image.DecompressionBombWarning)
