"""Videos with the primaries of BT.2020 or Display P3, without HDR, come out with the colours that they had, in BT.709."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av import VideoFrame

from gazouillis.media.processing.hdr import BT2020, P3, TO_709
from tests.integration.media.conftest import near, seen
from tests.integration.media.test_hdr import srgb
from tests.integration.media.test_hdr_videos import last_frame

COLOURS = [(0.6, 0.15, 0.05), (0.05, 0.3, 0.1), (0.4, 0.4, 0.4), (0.15, 0.2, 0.6)]
"""From the left to the right of each clip, linear sRGB."""
OF_MATRIX = {9: (0.2627, 0.6780, 0.0593), 1: (0.2126, 0.7152, 0.0722), 6: (0.299, 0.587, 0.114)}
WIDTH, HEIGHT, RATE = 64, 48, 25


def signals(primaries: int) -> np.ndarray:
    """The values of red, green and blue with which a camera of these primaries writes the colours, from 0 to 1."""
    wide = [np.clip(np.linalg.solve(np.array(TO_709[primaries]), np.array(one)), 0, 1) for one in COLOURS]
    return np.array([srgb(tuple(one)) for one in wide]) / 255


def frame(values: np.ndarray, matrix: int, pixels: str, *, is_full: bool) -> VideoFrame:
    red, _green, blue = OF_MATRIX[matrix]
    row = np.repeat(values, WIDTH // len(values), axis=0)
    luma = row @ np.array(OF_MATRIX[matrix])
    planes = luma, (row[::2, 2] - luma[::2]) / (2 - 2 * blue), (row[::2, 0] - luma[::2]) / (2 - 2 * red)
    depth, kind = (4, np.uint16) if "10" in pixels else (1, np.uint8)
    scales = ((0, 255), (128, 255), (128, 255)) if is_full else ((16, 219), (128, 224), (128, 224))
    made = VideoFrame(WIDTH, HEIGHT, pixels)
    for plane, samples, (start, span) in zip(made.planes, planes, scales, strict=True):
        filled = np.zeros((plane.height, plane.line_size // np.dtype(kind).itemsize), kind)
        filled[:, : plane.width] = np.clip(np.rint((start + span * samples) * depth), 0, 256 * depth - 1)
        plane.update(filled.tobytes())
    return made


def clip(path: Path, primaries: int, matrix: int, codec: str, pixels: str, *, is_full: bool = False, transfer: int = 1) -> Path:
    told = matrix, primaries, transfer, 2 if is_full else 1
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=RATE, width=WIDTH, height=HEIGHT, options={"crf": "8"})
        stream.pix_fmt = pixels
        stream.colorspace, stream.color_primaries, stream.color_trc, stream.color_range = told
        for number in range(RATE // 2):
            one = frame(signals(primaries), matrix, pixels, is_full=is_full)
            one.colorspace, one.color_primaries, one.color_trc, one.color_range = told
            one.pts, one.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(one))
        container.mux(stream.encode(None))
    return path


def shown(path: Path) -> list[tuple[int, ...]]:
    """The colours of the last frame, as a browser shows them that does not look at the primaries."""
    rows = last_frame(path).to_image()
    places = [int((number + 0.5) / len(COLOURS) * rows.width) for number in range(len(COLOURS))]
    return [tuple(rows.getpixel((across, rows.height // 2))) for across in places]


@pytest.mark.parametrize(
    ("primaries", "matrix", "codec", "pixels", "is_full"),
    [
        pytest.param(P3, 1, "libx264", "yuv420p", False, id="H.264 of a phone in Display P3"),
        pytest.param(P3, 6, "libx264", "yuv420p", True, id="Display P3 in full range"),
        pytest.param(P3, 1, "libx265", "yuv420p10le", False, id="HEVC of a phone in Display P3"),
        pytest.param(BT2020, 9, "libx265", "yuv420p10le", False, id="BT.2020 of a camera"),
    ],
)
async def test_the_video_and_its_poster_have_the_colours_that_were_filmed(upload, tmp_path, primaries, matrix, codec, pixels, is_full):
    source = clip(tmp_path / "film.mp4", primaries, matrix, codec, pixels, is_full=is_full)
    wanted = [srgb(one) for one in COLOURS]

    processed = await upload(source)

    assert processed.poster is not None
    posters = [seen(processed.poster.path, (number + 0.5) / len(COLOURS)) for number in range(len(COLOURS))]
    found = shown(processed.original.path)
    assert [(one, other) for one, other in zip([*posters, *found], wanted * 2, strict=True) if not near(one, other, 8)] == []
    assert not all(near(one, other, 20) for one, other in zip(shown(source), wanted, strict=True)), "the clip needs no conversion"
    last = last_frame(processed.original.path)
    assert (last.colorspace, last.color_primaries, last.color_trc, last.color_range) == (1, 1, 1, 1)


async def test_colours_that_no_usual_screen_shows_become_the_nearest_that_it_does(upload, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.integration.media.test_wide_gamut_videos.signals", lambda _primaries: np.eye(4, 3))
    processed = await upload(clip(tmp_path / "film.mp4", BT2020, 9, "libx265", "yuv420p10le"))

    for one, pure in zip(shown(processed.original.path), ((255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0)), strict=True):
        assert near(one, pure, 10)
