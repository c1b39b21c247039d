"""Pictures that are brighter than white come out as they look: neither pale, nor too dark, nor in other colours."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from gazouillis.media.processing.hdr import DECLARATION, PEAK, TO_709, WHITE, Transfer
from tests.integration.media.conftest import near, seen
from tests.support.media_files import encoded

BT2020, P3 = 9, 12


def signal(nits: np.ndarray, transfer: Transfer) -> np.ndarray:
    """What a phone writes for light of this brightness: https://www.itu.int/rec/R-REC-BT.2100, tables 4 and 5."""
    if transfer is Transfer.PQ:
        power = (np.maximum(nits, 0) / 10_000) ** 0.1593017578125
        return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    shown = np.maximum(nits, 1e-6) / PEAK
    scene = shown * (shown @ np.array((0.2627, 0.6780, 0.0593))) ** (1 / 1.2 - 1)
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-6)) + 0.55991073)


def hdr(kind: str, colour: tuple[float, float, float], primaries: int, transfer: Transfer) -> bytes:
    """A picture of one colour, given as linear sRGB with white as 1: it may be brighter."""
    wide = np.linalg.solve(np.array(TO_709[primaries]), np.array(colour)) * WHITE
    value = tuple(int(one) for one in np.rint(np.clip(signal(wide, transfer), 0, 1) * 255))
    content = encoded(Image.new("RGB", (64, 48), value), kind, quality=95)
    at = content.index(DECLARATION) + len(DECLARATION)
    return content[:at] + struct.pack(">HH", primaries, transfer) + content[at + 4 :]


def srgb(colour: tuple[float, float, float]) -> tuple[int, ...]:
    return tuple(round(255 * (12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055)) for one in colour)


@pytest.mark.parametrize("colour", [(0.2, 0.1, 0.05), (0.05, 0.3, 0.1), (0.4, 0.4, 0.4)], ids=str)
@pytest.mark.parametrize("transfer", Transfer)
@pytest.mark.parametrize(("kind", "primaries"), [("HEIF", BT2020), ("AVIF", P3)])
async def test_what_is_no_brighter_than_half_of_white_keeps_its_colour(upload, kind, primaries, transfer, colour):
    processed = await upload(hdr(kind, colour, primaries, transfer))

    assert near(seen(processed.original.path), srgb(colour), 12)
    assert processed.small is not None
    assert near(seen(processed.small.path), srgb(colour), 12)


@pytest.mark.parametrize("transfer", Transfer)
async def test_white_is_light_and_the_sun_is_lighter(upload, into, transfer):
    found = []
    for brightness in (0.5, 1.0, 2.0, PEAK / WHITE):
        processed = await upload(hdr("HEIF", (brightness,) * 3, BT2020, transfer))
        found.append(seen(processed.original.path)[0])
        for one in into.iterdir():
            one.unlink()

    assert found == sorted(set(found))
    assert 215 <= found[1] <= 240
    assert found[-1] >= 250


async def test_a_picture_without_such_a_declaration_is_left_alone(upload):
    assert near(seen((await upload(encoded(Image.new("RGB", (64, 48), (128, 64, 32)), "HEIF"))).original.path), (128, 64, 32), 6)


async def test_unknown_primaries_are_no_reason_to_refuse_a_picture(upload):
    content = encoded(Image.new("RGB", (64, 48), "teal"), "HEIF")
    at = content.index(DECLARATION) + len(DECLARATION)

    assert (await upload(content[:at] + struct.pack(">HH", 2, 16) + content[at + 4 :])).width == 64
