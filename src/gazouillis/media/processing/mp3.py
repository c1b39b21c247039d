"""The frames of an MP3: where each ends, so that nothing between them is copied.

Table of ISO/IEC 11172-3, 2.4.2.3, and of its extension to lower sampling rates, ISO/IEC 13818-3, 2.4.2.3.
"""

from __future__ import annotations

KILOBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KILOBITS_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""Of the lower sampling rates."""
RATES = (44_100, 48_000, 32_000)
VERSION_1, VERSION_2, VERSION_2_5 = 3, 2, 0
LAYER_3 = 1


def frame_of(content: bytes) -> bytes:
    """The frame with which this begins; empty if it begins with none."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0:
        return b""
    version, layer = content[1] >> 3 & 3, content[1] >> 1 & 3
    bitrate, rate = content[2] >> 4, content[2] >> 2 & 3
    if layer != LAYER_3 or version == 1 or bitrate in {0, 15} or rate == 3:
        return b""
    kilobits = (KILOBITS if version == VERSION_1 else KILOBITS_LOW)[bitrate]
    hertz = RATES[rate] >> {VERSION_1: 0, VERSION_2: 1, VERSION_2_5: 2}[version]
    length = (144 if version == VERSION_1 else 72) * kilobits * 1000 // hertz + (content[2] >> 1 & 1)
    return content[:length] if len(content) >= length else b""
