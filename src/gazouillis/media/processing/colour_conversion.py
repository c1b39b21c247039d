"""Conversion to BT.709, which every screen shows: tone mapping of HDR videos (PQ or HLG), which would be pale, and of videos with a wider
gamut (BT.2020, Display P3), whose colours would be dull.

FFmpeg's `lut3d` looks each colour up in a table that is made by the same formulas as for pictures (`hdr.py`). Its `tonemap` would need
`zscale` before it, which PyAV's wheels do not contain.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
from av import VideoFrame
from av.filter import Graph

from gazouillis.media.processing import hdr
from gazouillis.media.processing.hdr import P3, Colours, Transfer

SIDE = 33
"""Of the table: 36,000 colours. Those between them are interpolated."""
BETWEEN = "gbrpf32le"
"""The pixels that are looked up: eight bits would show bands in the sky, and for floats FFmpeg has code that is three times as fast."""


MATRICES = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020"}
"""How brightness and colours were made of red, green and blue, by numbers of https://www.itu.int/rec/T-REC-H.273, as FFmpeg names them."""
FULL_RANGE = 2


def colours(frame: VideoFrame) -> Colours | None:
    """None for a video that every screen shows as it is."""
    primaries, transfer = int(frame.color_primaries), int(frame.color_trc)
    if transfer in set(Transfer):
        return Colours(primaries, Transfer(transfer))
    return Colours(primaries, None) if primaries in hdr.TO_709 else None


class ColourConversion:
    """Converts the frames of one video, of which `frame` is the first, to 8-bit BT.709 of this size."""

    def __init__(self, frame: VideoFrame, found: Colours, size: tuple[int, int], folder: Path) -> None:
        """`folder`: for the table, which is deleted as soon as it has been read."""
        matrix = MATRICES.get(int(frame.colorspace), "bt709" if found.primaries == P3 else "bt2020")
        range_ = "full" if int(frame.color_range) == FULL_RANGE else "limited"
        self._graph = Graph()
        source = self._graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or Fraction(1, 1000)
        )
        with NamedTemporaryFile("w", dir=folder, suffix=".cube") as table:
            _write(table.name, found)
            steps = [
                self._graph.add("scale", w=str(size[0]), h=str(size[1]), flags="bicubic", in_color_matrix=matrix, in_range=range_),
                self._graph.add("format", BETWEEN),
                self._graph.add("lut3d", file=table.name, interp="tetrahedral"),
                self._graph.add("scale", out_color_matrix="bt709", out_range="limited"),
                self._graph.add("format", "yuv420p"),
                self._graph.add("buffersink"),
            ]
            for one, following in zip((source, *steps), steps, strict=False):
                one.link_to(following)
            self._graph.configure()

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        self._graph.vpush(frame)
        converted: VideoFrame = self._graph.vpull()
        return converted


def _write(path: str, found: Colours) -> None:
    """In Adobe's format: https://kono.phpage.fr/images/a/a1/Adobe-cube-lut-specification-1.0.pdf"""
    rows = hdr.table(found, SIDE).reshape(-1, 3)
    np.savetxt(path, rows, "%.6f", header=f"LUT_3D_SIZE {SIDE}", comments="")
