"""How attachments look on pages: where they are, which part a cropped picture shows, and the colour in its place before it is loaded.

A page may hold no inline style (`headers.POLICY`), so a colour is an attribute of an SVG, and a focal point is a class.
"""

from __future__ import annotations

from gazouillis.media import urls
from gazouillis.media.models import Attachment, MediaFile, Variant

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_BASE83 = {character: value for value, character in enumerate(_DIGITS)}
_AVERAGE = slice(2, 6)
"""Where a blurhash holds the average colour: https://github.com/woltapp/blurhash/blob/master/Algorithm.md"""
_STEPS = 4
"""Steps of a focal point, from one edge to the other."""


def file(attachment: Attachment, *names: str) -> MediaFile | None:
    """The first of these variants that there is: `one|media_file("small", "original")`."""
    return attachment.file(*map(Variant, names))


def url(attachment: Attachment, wanted: MediaFile) -> str:
    """On pages the session decides who may fetch it."""
    return urls.path(attachment, wanted)


def srcset(attachment: Attachment) -> str:
    """The small version of a picture, and the original for screens that show more of it, unless it is heavy: the viewer loads that one."""
    candidates = {file(attachment, "small", "fallback"), file(attachment, "original")}
    light = (one for one in candidates if one and (one.variant is not Variant.ORIGINAL or one.size <= _LIGHT))
    return ", ".join(f"{url(attachment, one)} {one.width}w" for one in sorted(light, key=lambda one: one.width))


def colour(attachment: Attachment) -> str:
    """`#7fb9a8`; grey for a file without a picture."""
    digits = [_BASE83.get(one) for one in attachment.blurhash[_AVERAGE]]
    average = 0
    for digit in digits:
        if digit is None:
            return _GREY
        average = average * 83 + digit
    return f"#{average:06x}" if digits and average < 1 << 24 else _GREY


def focus(attachment: Attachment) -> str:
    """The classes of a focal point: `x1 y2`, counted from the left and from the top."""
    x, y = round((attachment.focus_x + 1) / 2 * _STEPS), round((1 - attachment.focus_y) / 2 * _STEPS)
    return f"x{x} y{y}"


_LIGHT = 300_000
"""Bytes of an original that a page loads by itself."""
_GREY = "#8a9a9c"
