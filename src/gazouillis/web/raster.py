"""Renders our SVG drawings as PNG and ICO by resvg, for apps and systems that read no SVG (decision 0048).

https://github.com/linebender/resvg
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import resvg_py
from PIL import Image

from gazouillis.web import avatars
from gazouillis.web.static_files import FILES

AVATAR_WIDTH = 240
HEADER_WIDTH = 900
"""Pixels; the height follows from the drawing."""


def avatar(handle: str) -> bytes:
    return render(avatars.default_avatar(handle), AVATAR_WIDTH)


def header(handle: str) -> bytes:
    return render(avatars.default_header(handle), HEADER_WIDTH)


@lru_cache(maxsize=8)
def icon(size: int, share: float) -> bytes:
    """PNG of the logo in the middle of a square of `size` pixels. `share`: which part of its width the logo takes."""
    logo = _image(_logo(), round(size * share))
    picture = Image.new("RGBA", (size, size), avatars.SKY)
    margin = (size - logo.width) // 2
    picture.alpha_composite(logo, (margin, margin))
    return _png(picture)


@lru_cache(maxsize=1)
def favicon() -> bytes:
    """ICO in three sizes."""
    content = BytesIO()
    _image(_logo(), 64).save(content, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return content.getvalue()


def render(svg: str, width: int) -> bytes:
    """PNG. Our drawings have no text, so fonts are not loaded."""
    return resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True)


def _image(svg: str, width: int) -> Image.Image:
    return Image.open(BytesIO(render(svg, width))).convert("RGBA")


def _png(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.convert("RGB").save(content, "PNG")
    return content.getvalue()


def _logo() -> str:
    return FILES["favicon.svg"].content.decode()
