"""Which uploads take long to process, detected by their first bytes: names and declared types are only hints."""

from __future__ import annotations

from pathlib import Path

from gazouillis.media.processing.models import Kind

ACCEPTED_TYPES = (
    *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif"),
    *("video/mp4", "video/quicktime", "video/webm", "video/ogg", "video/x-matroska"),
    *("audio/mpeg", "audio/mp3", "audio/mp4", "audio/x-m4a", "audio/m4a", "audio/aac", "audio/ogg", "audio/vorbis", "audio/opus"),
    *("audio/wave", "audio/wav", "audio/x-wav", "audio/x-pn-wave", "audio/flac", "audio/x-flac", "audio/webm", "audio/3gpp"),
)
"""Declared types of files that people send, as apps look for them. What a file is, its bytes decide."""

_HEAD = 32
_STILL = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_SOUND_ONLY = {b"M4A ", b"M4B ", b"M4P "}
_MPEG_AUDIO = {0xE2, 0xE3, 0xF1, 0xF2, 0xF3, 0xF9, 0xFA, 0xFB}
"""Second bytes, after FF, of MP3 without a tag and of AAC."""


def slow_kind(file: Path) -> Kind | None:
    """What a video, a sound or a GIF seems to be. None for pictures, and for what is none of these: it will be refused at once."""
    with file.open("rb") as content:
        return _slow_kind(content.read(_HEAD))


def _slow_kind(head: bytes) -> Kind | None:
    if head.startswith(b"GIF8"):
        return Kind.GIFV
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return None if brand in _STILL else Kind.AUDIO if brand in _SOUND_ONLY else Kind.VIDEO
    if head.startswith(b"RIFF"):
        return {b"WAVE": Kind.AUDIO, b"AVI ": Kind.VIDEO}.get(head[8:12])
    if head.startswith((b"OggS", b"ID3", b"fLaC")) or (head[:1] == b"\xff" and head[1:2] and head[1] in _MPEG_AUDIO):
        return Kind.AUDIO
    return Kind.VIDEO if head.startswith((b"\x1aE\xdf\xa3", b"FLV", b"\x00\x00\x01")) else None
