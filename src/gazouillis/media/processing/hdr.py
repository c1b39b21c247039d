"""Pictures and videos that are brighter than white (HDR: PQ or HLG, as phones write them) are brought into sRGB, and videos with
primaries of a wider gamut.

The numbers of the formats: https://www.itu.int/rec/T-REC-H.273. The curves: https://www.itu.int/rec/R-REC-BT.2100.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from functools import lru_cache
from typing import Any, BinaryIO

import msgspec
import numpy as np
from PIL import Image

HEAD = 1 << 16
"""Bytes at the beginning of a file in which its colours are declared."""
DECLARATION = b"colrnclx"
"""The box of a HEIC or AVIF file that holds the numbers of primaries and transfer."""
WHITE, PEAK = 203.0, 1000.0
"""Brightness of white paper and of the brightest highlights, in cd/m²: https://www.itu.int/pub/R-REP-BT.2408"""
KNEE = 0.5
"""Up to this share of white, brightness stays as it is. What is brighter is compressed, up to the highlights."""
ROWS = 256
"""That are converted at once: floats take four times the memory of the picture."""
STEPS = 4096

Array = np.ndarray[Any, Any]


class Transfer(IntEnum):
    PQ = 16
    HLG = 18


class Colours(msgspec.Struct, frozen=True):
    primaries: int
    transfer: Transfer | None
    """None: no HDR. Browsers show BT.709, whose curve such videos have, as sRGB."""


BT2020, P3 = 9, 12
TO_709 = {
    BT2020: ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187)),
    P3: ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
}


def declared(file: BinaryIO) -> Colours | None:
    """None for a picture that is no HDR. One with a colour profile has no such declaration."""
    beginning = file.read(HEAD)
    file.seek(0)
    if beginning[4:8] != b"ftyp" or (at := beginning.find(DECLARATION)) < 0:
        return None
    numbers = beginning[at + len(DECLARATION) :][:4]
    if len(numbers) < 4:
        return None
    primaries, transfer = struct.unpack(">HH", numbers)
    return Colours(primaries, Transfer(transfer)) if transfer in set(Transfer) else None


def in_srgb(picture: Image.Image, colours: Colours) -> Image.Image:
    has_alpha = "A" in picture.getbands()
    values = np.asarray(picture.convert("RGB"))
    converted = np.empty_like(values)
    for start in range(0, len(values), ROWS):
        converted[start : start + ROWS] = _strip(values[start : start + ROWS], colours)
    found = Image.fromarray(converted, "RGB")
    if has_alpha:
        found.putalpha(picture.getchannel("A"))
    return found


def table(colours: Colours, side: int) -> Array:
    """A three-dimensional lookup table for videos: what so many signals of red, of green and of blue become in sRGB, from 0 to 1.

    Its axes are blue, green and red, in this order; the last axis holds the three values.
    """
    signal = np.linspace(0, 1, side, dtype=np.float32)
    blue, green, red = np.meshgrid(signal, signal, signal, indexing="ij")
    return _encoded(_shown(_linear(np.stack((red, green, blue), axis=-1), colours.transfer), colours))


def _strip(values: Array, colours: Colours) -> Array:
    shown = _shown(_brightness(colours.transfer)[values], colours)
    encoded: Array = _encoding()[np.rint(np.sqrt(shown) * (STEPS - 1)).astype(np.uint16)]
    return encoded


def _shown(linear: Array, colours: Colours) -> Array:
    """What a screen without HDR shows of it, linear, from 0 to 1."""
    if colours.transfer is Transfer.HLG:
        scene = (linear @ np.array((0.2627, 0.6780, 0.0593), dtype=np.float32))[..., None]
        linear = linear * np.power(np.maximum(scene, 1e-6), 0.2) * np.float32(PEAK / WHITE)
    if colours.primaries in TO_709:
        linear = linear @ np.array(TO_709[colours.primaries], dtype=np.float32).T
    linear = np.maximum(linear, 0)
    if colours.transfer is None:
        return np.minimum(linear, 1)
    brightest = np.maximum(linear.max(axis=-1, keepdims=True), 1e-6)  # one factor for all three keeps the hue
    shown: Array = np.clip(linear * (_compressed(brightest) / brightest), 0, 1)
    return shown


def _compressed(brightness: Array) -> Array:
    beyond, most = (brightness - KNEE) / (1 - KNEE), (PEAK / WHITE - KNEE) / (1 - KNEE)
    return np.where(
        brightness <= KNEE, brightness, KNEE + (1 - KNEE) * np.maximum(beyond, 0) / (1 + np.maximum(beyond, 0)) * (1 + most) / most
    )


@lru_cache(3)
def _brightness(transfer: Transfer | None) -> Array:
    """What each of the 256 values means."""
    return _linear(np.linspace(0, 1, 256), transfer)


def _linear(signal: Array, transfer: Transfer | None) -> Array:
    """What signals from 0 to 1 mean: for PQ with white as 1, for HLG of the scene."""
    if transfer is None:
        return np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4).astype(np.float32)
    if transfer is Transfer.PQ:
        root = signal ** (1 / 78.84375)
        nits = 10_000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
        return (nits / WHITE).astype(np.float32)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12).astype(np.float32)


@lru_cache(1)
def _encoding() -> Array:
    """The values of sRGB for the square roots of linear ones, in equal steps."""
    values: Array = np.rint(255 * _encoded(np.linspace(0, 1, STEPS) ** 2)).astype(np.uint8)
    return values


def _encoded(linear: Array) -> Array:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
