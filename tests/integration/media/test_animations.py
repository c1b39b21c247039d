"""Animated pictures become silent loops."""

from __future__ import annotations

import av
import pytest
from PIL import Image

from gazouillis.infra.basics.errors import Invalid
from gazouillis.media.processing.models import Kind
from tests.integration.media.conftest import files, near, seen
from tests.support.media_files import BLUE, GREEN, MARK, RED, animation, encoded, gif_of_many_frames, noise


def frames_of(path):
    """(seconds, colour in the middle) of each frame."""
    with av.open(str(path)) as container:
        pictures = [(frame.time, frame.to_image()) for frame in container.decode(video=0)]
    return [(seconds, picture.getpixel((picture.width // 2, picture.height // 2))) for seconds, picture in pictures]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
async def test_an_animation_of_each_format_becomes_a_silent_loop(upload, kind):
    processed = await upload(animation(kind))

    assert processed.kind is Kind.GIFV
    assert (processed.original.content_type, processed.width, processed.height) == ("video/mp4", 64, 48)
    assert processed.duration == pytest.approx(0.3, abs=0.05)
    assert [
        near(colour, wanted, 25) for (_at, colour), wanted in zip(frames_of(processed.original.path), (RED, GREEN, BLUE), strict=True)
    ] == [True] * 3
    assert processed.poster is not None
    assert processed.small.content_type == "image/webp"
    with av.open(str(processed.original.path)) as container:
        assert not container.streams.audio
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"


@pytest.mark.parametrize("kind", ["GIF", "PNG"])
async def test_transparent_pixels_are_white_in_the_loop_and_in_its_poster(upload, kind):
    """Only the left half of each frame is drawn."""
    frames = [Image.new("RGBA", (64, 48), (0, 0, 0, 0)) for _ in range(3)]
    for frame, colour in zip(frames, (RED, GREEN, BLUE), strict=True):
        frame.paste(colour, (0, 0, 32, 48))
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, disposal=2 if kind == "GIF" else 0)

    processed = await upload(content)

    with av.open(str(processed.original.path)) as container:
        shown = [frame.to_image() for frame in container.decode(video=0)]
    assert [near(one.getpixel((8, 24)), colour, 25) for one, colour in zip(shown, (RED, GREEN, BLUE), strict=True)] == [True] * 3
    assert [near(one.getpixel((56, 24)), (255, 255, 255)) for one in shown] == [True] * 3
    for path in files(processed)[1:]:
        assert near(seen(path, 0.9), (255, 255, 255))


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
async def test_frames_that_are_wholly_transparent_are_white(upload, kind):
    processed = await upload(animation(kind, [(*RED, 255), (0, 0, 0, 0), (*BLUE, 0)]))

    first, *others = [colour for _at, colour in frames_of(processed.original.path)]
    assert near(first, RED, 25)
    assert [near(one, (255, 255, 255)) for one in others] == [True] * len(others)


@pytest.mark.parametrize("ms", [0, 10])
async def test_frames_without_a_time_last_a_tenth_of_a_second(upload, ms):
    processed = await upload(animation("GIF", ms=ms))

    assert processed.kind is Kind.GIFV
    assert processed.duration == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_a_gif_of_one_frame_is_a_still_picture(upload, kind):
    assert (await upload(animation(kind, [RED]))).kind is Kind.IMAGE


async def test_odd_sides_lose_their_last_row_and_column(upload):
    processed = await upload(animation("GIF", size=(101, 77)))

    assert (processed.width, processed.height) == (100, 76)


async def test_a_loop_of_one_pixel_is_playable(upload):
    assert (await upload(animation("GIF", size=(1, 1)))).kind is Kind.GIFV


async def test_a_large_loop_is_scaled_down(upload):
    processed = await upload(animation("WEBP", size=(2000, 1500)))

    assert processed.width * processed.height <= 1280 * 720


async def test_a_comment_in_a_gif_is_in_no_file(upload):
    content = animation("GIF")
    at = content.index(b"\x21\xff")
    comment = b"\x21\xfe" + bytes((len(MARK),)) + MARK.encode() + b"\x00"

    processed = await upload(content[:at] + comment + content[at:])

    assert all(MARK.encode() not in path.read_bytes() for path in files(processed))


@pytest.mark.parametrize(
    "content", [lambda: gif_of_many_frames(10_000), lambda: animation("WEBP", [RED, BLUE], ms=400_000)], ids=["many", "long"]
)
async def test_an_animation_of_too_many_frames_or_minutes_is_refused(upload, into, content):
    with pytest.raises(Invalid) as refusal:
        await upload(content())

    assert refusal.value.field == "file"
    assert not into.exists()


async def test_many_frames_within_the_limit_are_accepted(upload):
    assert (await upload(gif_of_many_frames(300))).duration == pytest.approx(15, abs=0.2)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
async def test_a_truncated_animation_is_refused(upload, into, kind):
    frames = [noise(200, 150) for _ in range(4)]
    whole = _encoded(frames, kind)

    with pytest.raises(Invalid):
        await upload(whole[: len(whole) * 6 // 10])

    assert not into.exists()


async def test_a_loop_cannot_be_turned(upload):
    with pytest.raises(Invalid) as refusal:
        await upload(animation("GIF"), turn=90)

    assert refusal.value.field == "turn"


def _encoded(frames, kind):
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
