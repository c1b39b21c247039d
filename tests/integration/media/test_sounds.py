"""Sound: MP3 and AAC are copied, others converted; a cover is the poster, without one there is none."""

from __future__ import annotations

import struct

import av
import pytest

from gazouillis.infra.basics.errors import Invalid
from gazouillis.media.processing.models import Kind
from tests.integration.media.conftest import files, near, seen
from tests.support.media_files import MARK, RED, quarters, tone

SOUNDS = {
    "a voice memo of a phone": ("memo.m4a", "aac", "audio/mp4", "aac"),
    "MP3": ("song.mp3", "libmp3lame", "audio/mpeg", "mp3float"),
    "FLAC": ("song.flac", "flac", "audio/mp4", "aac"),
    "WAV": ("song.wav", "pcm_s16le", "audio/mp4", "aac"),
    "Ogg Opus": ("song.ogg", "libopus", "audio/mp4", "aac"),
    "AAC without a container": ("song.aac", "aac", "audio/mp4", "aac"),
    "WebM of a browser's recorder": ("memo.webm", "libopus", "audio/mp4", "aac"),
}


@pytest.mark.parametrize(("name", "codec", "content_type", "kept"), SOUNDS.values(), ids=SOUNDS.keys())
async def test_sound_is_kept_or_converted_and_has_no_pictures(upload, tmp_path, name, codec, content_type, kept):
    processed = await upload(tone(tmp_path / name, codec, seconds=2).rename(tmp_path / "upload"))

    assert (processed.kind, processed.original.content_type) == (Kind.AUDIO, content_type)
    assert processed.duration == pytest.approx(2, abs=0.1)
    assert processed.bitrate is not None
    assert (processed.small, processed.small_fallback, processed.poster, processed.blurhash) == (None,) * 4
    with av.open(str(processed.original.path)) as container:
        assert [one.codec_context.name for one in container.streams] == [kept]
        loudest = max(abs(frame.to_ndarray()).max() for frame in container.decode(audio=0))
        assert 0.1 < loudest < 0.6


@pytest.mark.parametrize(("name", "codec"), [("song.m4a", "aac"), ("song.mp3", "libmp3lame"), ("song.flac", "flac")])
async def test_a_cover_is_the_poster_and_nothing_else_of_the_tags_is_kept(upload, tmp_path, name, codec):
    source = tone(tmp_path / name, codec, kind="mp4" if name.endswith("m4a") else None, cover=quarters(100, 80))
    assert MARK.encode() in source.read_bytes() or MARK.encode("utf-16-le") in source.read_bytes()

    processed = await upload(source)

    assert processed.kind is Kind.AUDIO
    assert (processed.width, processed.poster.width, processed.poster.height) == (None, 100, 80)
    assert [near(seen(path, 0.25, 0.25), RED, 40) for path in files(processed)[1:]] == [True] * 3
    for path in files(processed):
        assert MARK.encode() not in path.read_bytes()
        assert MARK.encode("utf-16-le") not in path.read_bytes()
    with av.open(str(processed.original.path)) as container:
        assert len(container.streams) == 1


def ape_tag() -> bytes:
    """https://wiki.hydrogenaud.io/index.php?title=APEv2_specification"""
    item = struct.pack("<II", len(MARK), 0) + b"Title\0" + MARK.encode()
    header, footer = (b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, flags) + bytes(8) for flags in (0xA0000000, 0x80000000))
    return header + item + footer


@pytest.mark.parametrize("rate", [48_000, 44_100, 24_000, 22_050])
@pytest.mark.parametrize("place", ["behind", "between the frames", "in a tag at the end"])
async def test_nothing_between_the_frames_of_an_mp3_is_kept(upload, tmp_path, rate, place):
    source = tone(tmp_path / "song.mp3", "libmp3lame", seconds=2, rate=rate)
    with av.open(str(source)) as container:
        places = [packet.pos for packet in container.demux(audio=0) if packet.size]
    whole = source.read_bytes()
    middle = places[len(places) // 2] if place == "between the frames" else len(whole)
    more = ape_tag() if place == "in a tag at the end" else MARK.encode() * 100

    processed = await upload(whole[:middle] + more + whole[middle:])

    assert processed.original.content_type == "audio/mpeg"
    assert MARK.encode() not in processed.original.path.read_bytes()
    assert processed.duration == pytest.approx(2, abs=0.15)
    with av.open(str(processed.original.path)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) / rate == pytest.approx(2, abs=0.15)


async def test_a_broken_cover_does_not_spoil_the_sound(upload, tmp_path):
    content = bytearray(tone(tmp_path / "song.mp3", "libmp3lame", cover=quarters(100, 80)).read_bytes())
    at = content.index(b"\xff\xd8\xff")
    content[at + 4 : at + 300] = bytes(296)

    processed = await upload(bytes(content))

    assert (processed.kind, processed.poster) == (Kind.AUDIO, None)


@pytest.mark.parametrize(("name", "codec"), [("song.m4a", "aac"), ("song.flac", "flac")])
async def test_a_truncated_sound_is_refused(upload, into, tmp_path, name, codec):
    whole = tone(tmp_path / name, codec, seconds=10).read_bytes()

    with pytest.raises(Invalid):
        await upload(whole[: len(whole) // 2])

    assert not into.exists()


async def test_a_sound_that_lasts_too_long_is_refused(upload, into, tmp_path):
    with pytest.raises(Invalid, match="2 seconds"):
        await upload(tone(tmp_path / "song.mp3", "libmp3lame", seconds=5), audio_seconds=2)

    assert not into.exists()
