"""Sound: MP3 and AAC are copied without their metadata, others are converted to AAC. The cover, if there is one, is its poster."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from PIL import Image

from gazouillis.infra.basics.errors import Invalid
from gazouillis.media.processing import containers, errors, mp3, pictures, pixels, video_metadata
from gazouillis.media.processing.errors import WrongDecoder
from gazouillis.media.processing.models import Kind, MediaLimits, Processed, Produced
from gazouillis.media.processing.protocol import Task

MP3_WITHOUT_TAGS = {"id3v2_version": "0", "write_id3v1": "0", **containers.NO_METADATA}


def process(container: InputContainer, task: Task) -> Processed:
    sound = containers.sound(container)
    if sound is None:
        raise errors.no_tracks()
    containers.check_codecs(sound)
    clock = containers.Clock(container, task.limits.audio_seconds)
    original = _write_audio(container, sound, Path(task.into), clock)
    clock.check_end()
    return _with_metadata(original, clock.seconds, _cover(Path(task.source), task.limits))


def _write_audio(container: InputContainer, sound: AudioStream, into: Path, clock: containers.Clock) -> Produced:
    if sound.codec_context.name.startswith("mp3"):
        path, content_type = into / "original.mp3", "audio/mpeg"
        with av.open(str(path), "w", format="mp3", options=MP3_WITHOUT_TAGS) as output:
            _copy_frames(container, sound, output, clock)
    else:
        path, content_type = into / "original.m4a", "audio/mp4"
        with containers.Mp4(path) as mp4:
            if sound.codec_context.name == "aac":
                _copy(container, sound, mp4.container, clock)
            else:
                _convert(container, sound, mp4, clock)
    return Produced(path, content_type, None, None, path.stat().st_size)


def _copy(container: InputContainer, sound: AudioStream, output: OutputContainer, clock: containers.Clock) -> None:
    copy = output.add_stream_from_template(sound)
    for packet in container.demux(sound):
        if not packet.size:  # the end
            continue
        clock.advance(packet)
        packet.stream = copy
        output.mux(packet)


def _copy_frames(container: InputContainer, sound: AudioStream, output: OutputContainer, clock: containers.Clock) -> None:
    """An MP3 is a row of frames without a container: what stands between them is dropped."""
    copy = output.add_stream_from_template(sound)
    for packet in container.demux(sound):
        if not (frame := mp3.frame_of(bytes(packet)) if packet.size else b""):
            continue
        clock.advance(packet)
        bare = av.Packet(frame)
        bare.pts, bare.dts, bare.duration, bare.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
        bare.stream = copy
        output.mux(bare)


def _convert(container: InputContainer, sound: AudioStream, mp4: containers.Mp4, clock: containers.Clock) -> None:
    track = mp4.add_audio(sound)
    for packet in container.demux(sound):
        clock.advance(packet)
        for frame in packet.decode():
            track.write(frame)
    track.finish()


def _cover(source: Path, limits: MediaLimits) -> Image.Image | None:
    """A broken cover is no reason to refuse a sound."""
    with containers.reading(source) as container:
        if (stream := containers.cover(container)) is None:
            return None
        content = next((bytes(packet) for packet in container.demux(stream) if packet.size), b"")
    with suppress(Invalid, WrongDecoder):
        return pictures.still(content, limits)
    return None


def _with_metadata(original: Produced, seconds: float, cover: Image.Image | None) -> Processed:
    bitrate, into = video_metadata.bitrate(original.size, seconds), original.path.parent
    if cover is None:
        return Processed(kind=Kind.AUDIO, original=original, duration=seconds, bitrate=bitrate)
    cover = pixels.on_white(cover)
    small = pixels.Small(cover, into)
    return Processed(
        kind=Kind.AUDIO,
        original=original,
        small=small.modern,
        small_fallback=small.fallback,
        poster=pixels.encode(cover, into / video_metadata.POSTER, "JPEG"),
        blurhash=small.blurhash,
        duration=seconds,
        bitrate=bitrate,
    )
