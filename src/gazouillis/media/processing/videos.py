"""Videos: copied without their metadata when every browser plays them as they are, converted to H.264 and AAC otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from av import Packet, VideoFrame
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer
from av.video.stream import VideoStream

from gazouillis.media.processing import colour_conversion, containers, errors, pixels, sounds, video_metadata
from gazouillis.media.processing.models import Kind, MediaLimits, Processed
from gazouillis.media.processing.protocol import Task

CONVERTED_PIXELS = 1920 * 1080
USUAL_RATE = 25
PLAYABLE_FORMATS = {"yuv420p", "yuvj420p"}
SILENT_LOOP_SECONDS = 10
"""A silent video this short is repeated, without controls. A longer one may be sign language, or a recorded screen: it needs controls."""
ONLY_PICTURES = "filter_units=pass_types=1-5|7|8"
"""The filter that keeps slices and their parameters (https://www.itu.int/rec/T-REC-H.264, table 7-1).

It drops SEI units, in which cameras and encoders leave notes, filler, and units of unknown kinds."""


def process(task: Task) -> Processed:
    """Raises `WrongDecoder` for what is neither video nor sound."""
    source = Path(task.source)
    with containers.reading(source) as container:
        if task.adjustment.changes_something:
            raise errors.no_turning()
        if (size := source.stat().st_size) > task.limits.video_bytes:
            raise errors.too_many_bytes(size, task.limits.video_bytes)
        video = containers.moving_picture(container)
        if video is None:
            return sounds.process(container, task)
        path = Path(task.into) / "original.mp4"
        audio = containers.sound(container)
        _check(video, audio, task.limits)
        clock = containers.Clock(container, task.limits.video_seconds)
        first = _first_frame(source)
        if _is_playable(video, audio) and colour_conversion.colours(first) is None:
            _copy(container, video, audio, path, clock)
        else:
            _convert(first, container, video, audio, path, clock)
    clock.check_end()
    is_loop = audio is None and clock.seconds <= SILENT_LOOP_SECONDS
    return video_metadata.of_file(path, Kind.GIFV if is_loop else Kind.VIDEO)


def _check(video: VideoStream, audio: AudioStream | None, limits: MediaLimits) -> None:
    containers.check_codecs(video, audio)
    width, height = video.codec_context.width, video.codec_context.height
    if not width or not height:
        raise errors.damaged()
    if width * height > limits.video_pixels:
        raise errors.too_many_pixels(width, height, limits.video_pixels)


def _is_playable(video: VideoStream, audio: AudioStream | None) -> bool:
    context = video.codec_context
    return (
        context.name == "h264"
        and context.pix_fmt in PLAYABLE_FORMATS
        and (video.sample_aspect_ratio or 1) == 1
        and (video.average_rate or 0) <= containers.HIGHEST_RATE
        and (audio is None or audio.codec_context.name == "aac")
    )


def _copy(container: InputContainer, video: VideoStream, audio: AudioStream | None, path: Path, clock: containers.Clock) -> None:
    """The packets as they are, in a new file: nothing is lost, and it takes no time."""
    with containers.Mp4(path) as mp4:
        copy_of_video = mp4.container.add_stream_from_template(video)
        copy_of_audio = mp4.container.add_stream_from_template(audio) if audio is not None else None
        notes = BitStreamFilterContext(ONLY_PICTURES, video, copy_of_video)
        for packet in _packets(container, video, audio):
            if not packet.size:  # the end of a track
                continue
            clock.advance(packet)
            if packet.stream is video:
                for one in notes.filter(packet):
                    one.stream = copy_of_video
                    mp4.container.mux(one)
            elif copy_of_audio is not None:
                packet.stream = copy_of_audio
                mp4.container.mux(packet)


def _convert(
    first: VideoFrame, container: InputContainer, video: VideoStream, audio: AudioStream | None, path: Path, clock: containers.Clock
) -> None:
    base, rate = video.time_base or Fraction(1, 1000), Fraction(video.average_rate or USUAL_RATE)
    video.codec_context.thread_count = containers.THREADS
    size, colours = _size(video), colour_conversion.colours(first)
    with containers.Mp4(path) as mp4:
        pictures = mp4.add_video(*size, base, min(rate, containers.HIGHEST_RATE), round(first.rotation))
        if colours is not None:
            pictures.prepare = colour_conversion.ColourConversion(first, colours, size, path.parent)
        sound = mp4.add_audio(audio) if audio is not None else None
        for packet in _packets(container, video, audio):
            clock.advance(packet)
            for frame in _decoded(packet):
                if isinstance(frame, VideoFrame):
                    pictures.write(frame)
                elif sound is not None:
                    sound.write(frame)
        pictures.finish()
        if sound is not None:
            sound.finish()


def _packets(container: InputContainer, video: VideoStream, audio: AudioStream | None) -> Iterator[Packet[Any]]:
    return container.demux(*(one for one in (video, audio) if one is not None))


def _decoded(packet: Packet[Any]) -> list[Any]:
    return list(packet.decode())


def _first_frame(source: Path) -> VideoFrame:
    """Only decoded frames tell their rotation and their colours, and both are needed before the first one is written."""
    with containers.reading(source) as container:
        video = containers.moving_picture(container)
        if video is not None:
            for frame in container.decode(video):
                return frame
    raise errors.damaged()


def _size(video: VideoStream) -> tuple[int, int]:
    """With square pixels."""
    shape = Fraction(video.sample_aspect_ratio or 1) or Fraction(1)
    width, height = round(video.codec_context.width * shape), video.codec_context.height
    return pixels.even(*pixels.size_within(width, height, CONVERTED_PIXELS))
