"""HDR videos are tone-mapped when they are converted: they come out as bright as they look on a phone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av import VideoFrame
from PIL import Image

from gazouillis.media.processing.hdr import TO_709, WHITE, Transfer
from gazouillis.media.processing.models import Kind
from tests.integration.media.conftest import near, seen
from tests.integration.media.test_hdr import BT2020, signal, srgb
from tests.support.media_files import video

COLOURS = [(0.2, 0.1, 0.05), (0.05, 0.3, 0.1), (0.4, 0.4, 0.4), (0.02, 0.02, 0.02)]
"""From the left to the right of each clip, linear, with white as 1: none is so bright that it is compressed."""
WIDTH, HEIGHT, RATE = 64, 48, 25
RED, GREEN, BLUE = 0.2627, 0.6780, 0.0593
"""https://www.itu.int/rec/R-REC-BT.2020, table 4."""


def planes(transfer: Transfer) -> VideoFrame:
    """A frame of ten bits, as a phone writes it."""
    signals = [signal(np.linalg.solve(np.array(TO_709[BT2020]), np.array(one)) * WHITE, transfer) for one in COLOURS]
    wide = np.repeat(np.array(signals), WIDTH // len(COLOURS), axis=0)
    luma = wide @ np.array((RED, GREEN, BLUE))
    blue, red = (wide[:, 2] - luma) / (2 - 2 * BLUE), (wide[:, 0] - luma) / (2 - 2 * RED)
    frame = VideoFrame(WIDTH, HEIGHT, "yuv420p10le")
    for plane, row in zip(frame.planes, (64 + 876 * luma, 512 + 896 * blue[::2], 512 + 896 * red[::2]), strict=True):
        values = np.zeros((plane.height, plane.line_size // 2), np.uint16)
        values[:, : plane.width] = np.rint(row)
        plane.update(values.tobytes())
    return frame


def clip(path: Path, transfer: Transfer, codec: str = "libx265", pixels: str = "yuv420p10le") -> Path:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=RATE, width=WIDTH, height=HEIGHT, options={"crf": "8"})
        stream.pix_fmt = pixels
        stream.colorspace, stream.color_primaries, stream.color_trc, stream.color_range = 9, BT2020, int(transfer), 1
        for number in range(RATE // 2):
            frame = planes(transfer).reformat(format=pixels)
            frame.colorspace, frame.color_primaries, frame.color_trc, frame.color_range = 9, BT2020, int(transfer), 1
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def last_frame(path: Path) -> Any:
    with av.open(str(path)) as container:
        *_, last = container.decode(video=0)
        return last


def luminance(picture: Image.Image) -> tuple[float, float]:
    """Its mean, and how much it varies: a pale picture varies less."""
    values = np.asarray(picture.convert("L"))
    return float(values.mean()), float(values.std())


WANTED = luminance(Image.fromarray(np.array([[srgb(one) for one in COLOURS]], dtype=np.uint8), "RGB"))


@pytest.mark.parametrize("transfer", Transfer)
@pytest.mark.parametrize(("codec", "pixels"), [("libx265", "yuv420p10le"), ("libx264", "yuv420p10le"), ("libx264", "yuv420p")])
async def test_an_hdr_video_is_as_bright_as_it_looks_and_not_pale(upload, tmp_path, transfer, codec, pixels):
    source = clip(tmp_path / "film.mp4", transfer, codec, pixels)

    processed = await upload(source)

    assert processed.kind is Kind.GIFV
    assert processed.poster is not None
    with Image.open(processed.poster.path) as poster:
        assert luminance(poster) == pytest.approx(WANTED, abs=4)
    assert luminance(last_frame(processed.original.path).to_image()) == pytest.approx(WANTED, abs=4)
    untouched = Image.fromarray(last_frame(source).to_ndarray(format="rgb24"))
    assert luminance(untouched)[1] < WANTED[1] * 0.85


@pytest.mark.parametrize("transfer", Transfer)
async def test_an_hdr_video_keeps_its_colours(upload, tmp_path, transfer):
    processed = await upload(clip(tmp_path / "film.mp4", transfer))

    assert processed.poster is not None
    for number, colour in enumerate(COLOURS):
        assert near(seen(processed.poster.path, (number + 0.5) / len(COLOURS)), srgb(colour), 14)


async def test_a_converted_hdr_video_no_longer_says_that_it_is_one(upload, tmp_path):
    shown = last_frame((await upload(clip(tmp_path / "film.mp4", Transfer.PQ))).original.path)

    assert (shown.colorspace, shown.color_primaries, shown.color_trc, shown.format.name) == (1, 1, 1, "yuv420p")


async def test_nothing_but_the_files_of_the_video_is_left(upload, into, tmp_path):
    await upload(clip(tmp_path / "film.mp4", Transfer.HLG))

    assert {one.name for one in into.iterdir()} == {"original.mp4", "poster.jpg", "small.webp", "small.jpg"}


async def test_ten_bits_without_hdr_stay_as_they_are(upload, tmp_path):
    processed = await upload(
        video(tmp_path / "film.mp4", codec="libx265", pixels="yuv420p10le", picture=Image.new("RGB", (64, 48), "teal"))
    )

    assert processed.poster is not None
    assert near(seen(processed.poster.path), (0, 128, 128), 12)
