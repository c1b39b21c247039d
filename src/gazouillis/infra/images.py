"""Pictures people upload: decoded with care, turned, cropped, and written anew without what they told of place and camera."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps

from gazouillis.infra import sizes
from gazouillis.infra.errors import Invalid
from gazouillis.infra.messages import _
from gazouillis.infra.pools import Pool

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
    if len(content) > sizes.FILE:
        raise Invalid(_("A picture has at most {most} MB", most=sizes.FILE // 1024**2), field=field, code="ERR_TOO_LONG")
    return await _pool.run(_cropped, content, size, field)


def _cropped(content: bytes, size: tuple[int, int], field: str) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > LARGEST_PICTURE:
                raise _too_large(field)
            picture.draft("RGB", (size[0] * 2, size[1] * 2))
            return _encoded(ImageOps.fit(_upright(picture), size, Image.Resampling.LANCZOS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as fault:
        raise _too_large(field) from fault
    except _UNREADABLE as fault:
        raise Invalid(_("This is not a picture we can read"), field=field) from fault


def _upright(picture: Image.Image) -> Image.Image:
    """The first frame, as the camera was held."""
    turned = ImageOps.exif_transpose(picture)
    return turned.convert("RGBA" if turned.has_transparency_data else "RGB")


def _encoded(picture: Image.Image) -> bytes:
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    written = BytesIO()
    bare.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()


def _too_large(field: str) -> Invalid:
    return Invalid(_("This picture is too large"), field=field, code="ERR_TOO_LONG")


# What Pillow's decoders raise on files that are broken, cut, or made to break them.
_UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, OverflowError, ArithmeticError)

# One at a time: a large picture takes hundreds of megabytes while it is open. Those that wait take up to 8 MB each.
_pool = Pool("images", threads=1, waiting=8)

Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE
warnings.simplefilter("error", Image.DecompressionBombWarning)
