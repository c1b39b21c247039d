"""Why a file is refused, in words for the person who sent it. The field is always `file`."""

from __future__ import annotations

import errno

from gazouillis.infra.basics.errors import Invalid, TooLarge
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.files import disk_errors

MILLION = 1_000_000


class WrongDecoder(Exception):
    """The file is not a picture, or neither a video nor a sound: another decoder process may be able to read it."""


def explained(fault: Exception) -> Exception:
    """What a decoder's or encoder's error means: mostly that the file is damaged."""
    if isinstance(fault, OSError) and fault.errno == errno.EFBIG:
        return too_large()
    return fault if disk_errors.is_of_the_disk(fault) else damaged()


def damaged() -> Invalid:
    return Invalid(_("This file cannot be read: it may be damaged"), field="file")


def too_large() -> Invalid:
    return Invalid(_("This picture is too large"), field="file", code="ERR_TOO_LONG")


def too_many_bytes(size: int, most: int) -> Invalid:
    return Invalid(TooLarge.by(size, most).public, field="file", code="ERR_TOO_LONG")


def too_many_pixels(width: int, height: int, most: int) -> Invalid:
    sentence = _(
        "This has {width} × {height} pixels: at most {most} million are accepted", width=width, height=height, most=most // MILLION
    )
    return Invalid(sentence, field="file", code="ERR_TOO_LONG")


def too_long(most_seconds: int) -> Invalid:
    if most_seconds >= 120:
        sentence = counted("At most one minute is accepted", "At most {count} minutes are accepted", most_seconds // 60)
    else:
        sentence = counted("At most one second is accepted", "At most {count} seconds are accepted", most_seconds)
    return Invalid(sentence, field="file", code="ERR_TOO_LONG")


def too_many_frames(most: int) -> Invalid:
    return Invalid(_("This animation has too many pictures: at most {most} are accepted", most=most), field="file", code="ERR_TOO_LONG")


def no_turning() -> Invalid:
    return Invalid(_("Only still pictures can be turned or cropped"), field="turn")


def unknown_codec(name: str) -> Invalid:
    return Invalid(_("Videos and sounds encoded as {codec} cannot be read", codec=name), field="file")


def no_tracks() -> Invalid:
    return Invalid(_("This file has neither pictures nor sound"), field="file")
