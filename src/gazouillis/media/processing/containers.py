"""Opens video and sound files with FFmpeg's demuxers, and writes MP4 with H.264 and AAC, which every browser and app plays.

FFmpeg knows hundreds of formats, some of which read other files or the network (playlists): only those listed here are opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
from av import AudioFrame, Packet, VideoFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from gazouillis.infra.files import disk_errors
from gazouillis.media.processing import errors
from gazouillis.media.processing.errors import WrongDecoder

FORMATS = "mov,matroska,ogg,mp3,flac,wav,aac,amr,asf"
VIDEO_CODECS = {
    "h264",
    "hevc",
    "vp8",
    "vp9",
    "libvpx",
    "libvpx-vp9",
    "av1",
    "libdav1d",
    "libaom-av1",
    "mpeg4",
    "h263",
    "theora",
    "mjpeg",
    "prores",
}
AUDIO_CODECS = {"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac", "amrnb", "amrwb", "wmav1", "wmav2"}
PICTURE_CODECS = {"mjpeg", "png", "webp"}
"""Of covers. They are not decoded by FFmpeg."""

MICROSECONDS = 1_000_000
"""The unit of the times of a container."""
ROUNDING = 0.5
"""Seconds by which a length may exceed the limit: tracks end with a whole frame."""
DECLARING = {"mov", "matroska", "flac", "asf"}
"""Formats that declare their length. That of others is a guess from the size of the file."""
CUT_SECONDS, CUT_SHARE = 0.5, 0.03
"""A file is refused as incomplete if more than so many seconds, and more than this share of it, are missing at its end."""
PICTURE_BRANDS = {"avif", "avis", "heic", "heix", "hevc", "hevx", "mif1", "msf1"}
"""Pictures in the same kind of container: https://www.iso.org/standard/83650.html. Here they are those that Pillow could not read."""
HIGHEST_RATE = Fraction(60)
"""Frames a second. A video with more is converted, and loses some."""
SHORTEST_FRAME = 9 / HIGHEST_RATE / 10
"""Seconds, with some tolerance for clocks that are not exact."""
THREADS = 2
ENCODER = {"preset": "veryfast", "crf": "23", "maxrate": "8M", "bufsize": "16M"}
NO_METADATA = {"fflags": "+bitexact"}
"""Nothing is copied unless we copy it; this keeps even the name of the library out."""
BT709 = 1
"""https://www.itu.int/rec/T-REC-H.273: the colours of HD video, as a number."""
LIMITED_RANGE = 1
AUDIO_RATE, AUDIO_BITRATE = 48_000, 128_000


@contextmanager
def reading(source: Path) -> Iterator[InputContainer]:
    """Raises `WrongDecoder` for what is neither video nor sound; faults of its content are `Invalid`."""
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file", "codec_whitelist": _codec_list()}
    try:
        container = av.open(f"file:{source}", "r", options=options, metadata_errors="replace")
    except (FFmpegError, ValueError) as fault:
        raise (fault if disk_errors.is_of_the_disk(fault) else WrongDecoder()) from fault
    try:
        with container:
            if container.metadata.get("major_brand") in PICTURE_BRANDS:
                raise WrongDecoder
            yield container
    except (FFmpegError, EOFError, ValueError) as fault:
        raise errors.explained(fault) from fault


def is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def moving_picture(container: InputContainer) -> VideoStream | None:
    return next((one for one in container.streams.video if not is_cover(one)), None)


def cover(container: InputContainer) -> VideoStream | None:
    return next((one for one in container.streams.video if is_cover(one)), None)


def sound(container: InputContainer) -> AudioStream | None:
    return next(iter(container.streams.audio), None)


def check_codecs(*streams: VideoStream | AudioStream | None) -> None:
    for one in streams:
        if one is not None and not (one.codec_context.name in VIDEO_CODECS | AUDIO_CODECS or one.codec_context.name.startswith("pcm_")):
            raise errors.unknown_codec(one.codec_context.name)


class Clock:
    """Follows how far a file has been read. The length that it declares may be a lie, or too long because its end is missing."""

    def __init__(self, container: InputContainer, most_seconds: int) -> None:
        self.seconds = 0.0
        self._most = most_seconds
        self._begins = (container.start_time or 0) / MICROSECONDS
        self._declared = (container.duration or 0) / MICROSECONDS if DECLARING & {*container.format.name.split(",")} else 0.0
        self._check(self._declared)

    def advance(self, packet: Packet[Any]) -> None:
        if packet.is_corrupt:  # its end is missing
            raise errors.damaged()
        at = packet.pts if packet.pts is not None else packet.dts
        if at is not None and packet.time_base is not None:
            self.seconds = max(self.seconds, float((at + (packet.duration or 0)) * packet.time_base) - self._begins)
            self._check(self.seconds)

    def check_end(self) -> None:
        if not self.seconds or self._declared - self.seconds > max(CUT_SECONDS, self._declared * CUT_SHARE):
            raise errors.damaged()

    def _check(self, seconds: float) -> None:
        if seconds > self._most + ROUNDING:
            raise errors.too_long(self._most)


class Mp4:
    """A file that is being written. With `faststart`, it begins to play before all of it has been loaded."""

    def __init__(self, path: Path) -> None:
        self.container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", **NO_METADATA})

    def add_video(self, width: int, height: int, time_base: Fraction, rate: Fraction, rotation: int = 0) -> VideoTrack:
        """`rotation`: degrees anticlockwise by which players turn it."""
        stream = self.container.add_stream("libx264", rate=rate, options=ENCODER, width=width, height=height, time_base=time_base)
        stream.codec_context.thread_count = THREADS
        stream.colorspace = stream.color_primaries = stream.color_trc = BT709
        stream.color_range = LIMITED_RANGE
        if rotation:
            stream.set_display_rotation(rotation)
        return VideoTrack(self.container, stream, time_base)

    def add_audio(self, source: AudioStream) -> AudioTrack:
        layout = "mono" if source.codec_context.channels == 1 else "stereo"
        return AudioTrack(self.container, self.container.add_stream("aac", rate=AUDIO_RATE, bit_rate=AUDIO_BITRATE, layout=layout))

    def __enter__(self) -> Mp4:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.container.close()


class VideoTrack:
    def __init__(self, container: OutputContainer, stream: VideoStream, time_base: Fraction) -> None:
        self._container = container
        self._stream = stream
        self._time_base = time_base
        self._least_gap = SHORTEST_FRAME / time_base
        self._last: int | None = None
        self._lasts: dict[int, int] = {}
        self.prepare: Callable[[VideoFrame], VideoFrame] | None = None
        """What is done with each frame that is written: conversion of its colours, for HDR and wide gamuts."""

    def write(self, frame: VideoFrame, lasts: int = 0) -> None:
        """Its time, and how long it `lasts`, in units of the time base. One that follows the one before too closely is left out."""
        at = frame.pts
        if at is None or (self._last is not None and at - self._last < self._least_gap):
            return
        self._last = at
        size = self._stream.width, self._stream.height
        prepared = frame if self.prepare is None else self.prepare(frame)
        converted = prepared.reformat(*size, "yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG", interpolation="BICUBIC")
        converted.pts, converted.time_base = at, self._time_base
        if lasts:
            self._lasts[at] = lasts
        self._encode(converted)

    def finish(self) -> None:
        self._encode(None)

    def _encode(self, frame: VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            if packet.pts in self._lasts:
                packet.duration = self._lasts.pop(packet.pts)
            self._container.mux(packet)


class AudioTrack:
    def __init__(self, container: OutputContainer, stream: AudioStream) -> None:
        self._container = container
        self._stream = stream

    def write(self, frame: AudioFrame) -> None:
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))


def _codec_list() -> str:
    return ",".join(sorted(VIDEO_CODECS | AUDIO_CODECS | PICTURE_CODECS))
