"""Videos: copied when they play everywhere, converted otherwise, always without metadata."""

from __future__ import annotations

import av
import pytest
from av.bitstream import BitStreamFilterContext

from gazouillis.infra.basics.errors import Invalid
from gazouillis.media.processing.models import Kind
from tests.integration.media.conftest import files, near, seen
from tests.support.media_files import BLUE, GREEN, MARK, RED, noise, quarters, video


def codecs(path):
    with av.open(str(path)) as container:
        return [one.codec_context.name for one in container.streams]


def packets(path):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size]


async def test_a_video_that_plays_everywhere_is_copied_without_loss(upload, tmp_path):
    source = video(tmp_path / "film.mp4", options={"x264-params": "sei=0"})

    processed = await upload(source)

    assert (processed.kind, processed.width, processed.height) == (Kind.VIDEO, 320, 240)
    assert (processed.duration, processed.frame_rate) == (pytest.approx(1, abs=0.1), "25/1")
    assert processed.original.content_type == "video/mp4"
    assert packets(processed.original.path)[1:] == packets(source)[1:]
    assert processed.bitrate == pytest.approx(processed.original.size * 8 / processed.duration, rel=0.01)


async def test_it_begins_to_play_before_all_of_it_is_loaded(upload, tmp_path):
    content = (await upload(video(tmp_path / "film.mp4"))).original.path.read_bytes()

    assert content.index(b"moov") < content.index(b"mdat")


CONVERTED = {
    "HEVC of a phone": {"name": "film.mov", "codec": "libx265"},
    "VP9": {"name": "film.webm", "codec": "libvpx-vp9", "sound": "libopus"},
    "ten bits": {"name": "film.mp4", "codec": "libx264", "pixels": "yuv420p10le"},
    "4:4:4": {"name": "film.mp4", "codec": "libx264", "pixels": "yuv444p"},
    "sound without AAC": {"name": "film.mkv", "codec": "libx264", "sound": "flac"},
    "more than 60 frames a second": {"name": "film.mp4", "codec": "libx264", "rate": 100},
}


@pytest.mark.parametrize("film", CONVERTED.values(), ids=CONVERTED.keys())
async def test_other_videos_are_converted(upload, tmp_path, film):
    processed = await upload(video(tmp_path / film.pop("name"), **film))

    assert processed.kind is Kind.VIDEO
    assert sorted(codecs(processed.original.path)) == ["aac", "h264"]
    assert processed.duration == pytest.approx(1, abs=0.1)
    with av.open(str(processed.original.path)) as container:
        pictures = list(container.decode(video=0))
        assert len(pictures) <= 62
        assert pictures[0].format.name == "yuv420p"
        shown = pictures[-1].to_image()
    places = {(80, 60): RED, (240, 60): GREEN, (160, 180): BLUE}
    assert [near(shown.getpixel(place), colour, 25) for place, colour in places.items()] == [True] * 3


@pytest.mark.parametrize("name", ["film.mp4", "film.mov", "film.webm", "film.mkv"])
async def test_no_file_that_is_served_contains_metadata(upload, tmp_path, name):
    options = {"codec": "libvpx-vp9", "sound": "libopus"} if name == "film.webm" else {}
    source = video(tmp_path / name, **options)
    assert MARK.encode() in source.read_bytes()

    processed = await upload(source)

    for path in files(processed):
        assert MARK.encode() not in path.read_bytes()
    with av.open(str(processed.original.path)) as container:
        assert container.metadata.keys() <= {"major_brand", "minor_version", "compatible_brands"}
        assert MARK not in str([one.metadata for one in container.streams])


async def test_notes_within_the_video_track_are_dropped(upload, tmp_path):
    """Cameras and encoders leave them in SEI units; one is added here as they do."""
    plain = video(tmp_path / "plain.mp4")
    source = with_note(plain, tmp_path / "film.mp4", "086f3693b7b34f2c965321492feee5b8+" + MARK)
    assert MARK.encode() in source.read_bytes()

    processed = await upload(source)

    assert codecs(processed.original.path) == ["h264"]
    assert MARK.encode() not in processed.original.path.read_bytes()


async def test_units_of_no_picture_within_the_video_track_are_dropped(upload, tmp_path):
    """A unit of type 31, which no standard describes, is added before each slice."""
    source, path = video(tmp_path / "plain.mp4", sound=""), tmp_path / "film.mp4"
    hidden = bytes((31,)) + MARK.encode()
    with av.open(str(source)) as read, av.open(str(path), "w") as written:
        copy = written.add_stream_from_template(read.streams.video[0])
        for packet in read.demux(video=0):
            if packet.size:
                more = av.Packet(len(hidden).to_bytes(4, "big") + hidden + bytes(packet))
                more.pts, more.dts, more.duration, more.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
                more.is_keyframe, more.stream = packet.is_keyframe, copy
                written.mux(more)
    assert MARK.encode() in path.read_bytes()

    processed = await upload(path)

    assert processed.duration == pytest.approx(1, abs=0.1)
    assert MARK.encode() not in processed.original.path.read_bytes()


def with_note(source, path, note):
    with av.open(str(source)) as read, av.open(str(path), "w") as written:
        stream = read.streams.video[0]
        copy = written.add_stream_from_template(stream)
        noted = BitStreamFilterContext(f"h264_metadata=sei_user_data={note}", stream, copy)
        for packet in read.demux(stream):
            if packet.dts is not None:
                for one in noted.filter(packet):
                    one.stream = copy
                    written.mux(one)
    return path


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("rotation", [90, -90, 180])
async def test_a_video_of_a_turned_phone_is_told_and_shown_upright(upload, tmp_path, codec, rotation):
    """Copied or converted: the frames stay as they are, and the matrix tells players how to turn them."""
    processed = await upload(video(tmp_path / "film.mp4", codec=codec, rotation=rotation))

    assert (processed.width, processed.height) == ((320, 240) if rotation == 180 else (240, 320))
    above_left = {90: GREEN, -90: BLUE, 180: BLUE}[rotation]
    for path in files(processed)[1:]:
        assert near(seen(path, 0.25, 0.25), above_left, 25)
    with av.open(str(processed.original.path)) as container:
        assert abs(next(container.decode(video=0)).rotation) == abs(rotation)


async def test_odd_sides_are_accepted(upload, tmp_path):
    source = video(tmp_path / "film.mp4", picture=quarters(321, 241), pixels="yuv444p")

    processed = await upload(source)

    assert (processed.width, processed.height) == (320, 240)


async def test_pixels_that_are_not_square_become_square(upload, tmp_path):
    source = video(tmp_path / "film.mp4", options={"aspect": "2:1"})
    with av.open(str(source)) as container:
        shape = container.streams.video[0].sample_aspect_ratio
    processed = await upload(source)

    assert processed.width / processed.height == pytest.approx(320 / 240 * float(shape or 1), rel=0.02)


async def test_the_poster_is_not_the_darkness_before_the_film(upload, tmp_path):
    processed = await upload(video(tmp_path / "film.mp4", dark_frames=10))

    assert near(seen(processed.poster.path, 0.25, 0.25), RED, 25)


async def test_a_film_that_is_dark_throughout_has_a_dark_poster(upload, tmp_path):
    processed = await upload(video(tmp_path / "film.mp4", dark_frames=25))

    assert near(seen(processed.poster.path), (0, 0, 0))


async def test_a_short_silent_clip_is_a_loop_and_a_long_one_a_video(upload, tmp_path):
    short = await upload(video(tmp_path / "short.mp4", sound=""))
    for path in files(short):
        path.unlink()
    long = await upload(video(tmp_path / "long.mp4", sound="", seconds=12, rate=5))

    assert (short.kind, long.kind) == (Kind.GIFV, Kind.VIDEO)


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", "film.mkv"])
@pytest.mark.parametrize("share", [0.02, 0.4, 0.8])
async def test_a_truncated_video_is_refused(upload, into, tmp_path, name, share):
    options = (
        {"codec": "libvpx-vp9", "sound": "libopus", "options": {"deadline": "realtime", "cpu-used": "8"}} if name == "film.webm" else {}
    )
    whole = video(tmp_path / name, picture=noise(), seconds=5, **options).read_bytes()

    with pytest.raises(Invalid) as refusal:
        await upload(whole[: int(len(whole) * share)])

    assert refusal.value.field == "file"
    assert not into.exists()


async def test_a_truncated_video_that_begins_with_its_index_is_refused(upload, into, tmp_path):
    whole = (await upload(video(tmp_path / "film.mp4", picture=noise(), seconds=5))).original.path.read_bytes()
    for path in into.iterdir():
        path.unlink()
    into.rmdir()

    with pytest.raises(Invalid):
        await upload(whole[: len(whole) // 2])

    assert not into.exists()


async def test_a_video_of_random_packets_is_refused(upload, into, tmp_path):
    content = bytearray(video(tmp_path / "film.mp4", picture=noise()).read_bytes())
    begin = content.index(b"mdat") + 100
    end = content.index(b"moov") - 100
    content[begin:end] = bytes(end - begin)

    with pytest.raises(Invalid):
        await upload(bytes(content))

    assert not into.exists()


async def test_limits_of_a_video_are_told(upload, tmp_path):
    source = video(tmp_path / "film.mp4", seconds=3)

    for limits, words in (({"video_seconds": 2}, "2 seconds"), ({"video_pixels": 50_000}, "320"), ({"video_bytes": 2_000}, "kB")):
        with pytest.raises(Invalid, match=words) as refusal:
            await upload(source, **limits)
        assert refusal.value.field == "file"


async def test_a_video_longer_than_it_declares_is_refused(upload, into, tmp_path):
    """Matroska without its length, as a live stream is written."""
    source = video(tmp_path / "film.mkv", seconds=4, options={"g": "5"})
    content = source.read_bytes().replace(b"\x44\x89", b"\xec\x89", 1)

    with pytest.raises(Invalid):
        await upload(content, video_seconds=2)

    assert not into.exists()


async def test_a_container_without_tracks_is_refused(upload, tmp_path):
    whole = video(tmp_path / "film.mp4").read_bytes()

    with pytest.raises(Invalid):
        await upload(whole.replace(b"trak", b"free"))


async def test_a_codec_that_is_not_listed_is_refused_by_its_name(upload, tmp_path):
    source = video(tmp_path / "film.mkv", codec="mpeg2video", sound="")

    with pytest.raises(Invalid, match="mpeg2video"):
        await upload(source)


async def test_a_video_cannot_be_turned(upload, tmp_path):
    with pytest.raises(Invalid) as refusal:
        await upload(video(tmp_path / "film.mp4"), turn=90)

    assert refusal.value.field == "turn"
