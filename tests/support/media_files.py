"""Pictures, videos and sounds for tests, generated: no file of somebody else's is needed, and each test says what is in its own."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pillow_heif
from av import AudioFrame, VideoFrame
from av.stream import Disposition
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

MARK = "Kerguelen"
"""Written into metadata of every kind: no byte stream that is served may contain it."""
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825
RED, GREEN, BLUE = (200, 30, 30), (20, 160, 60), (30, 60, 200)
RATE = 25

pillow_heif.register_heif_opener()


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    written = BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def quarters(width: int = 320, height: int = 240) -> Image.Image:
    """Red above left, green above right, blue below."""
    picture = Image.new("RGB", (width, height), BLUE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    return picture


def noise(width: int = 320, height: int = 240) -> Image.Image:
    return Image.effect_noise((width, height), 90).convert("RGB")


def exif(orientation: int = 1) -> Image.Exif:
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    tags[DESCRIPTION] = MARK
    tags.get_ifd(GPS)[1] = "S"
    tags.get_ifd(GPS)[29] = MARK
    return tags


def xmp() -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><place>{MARK}</place></rdf:RDF></x:xmpmeta>'.encode()


def with_metadata(kind: str, picture: Image.Image | None = None, orientation: int = 1) -> bytes:
    """A picture with everything that its format can tell about its author."""
    picture = picture or quarters()
    tags = exif(orientation)
    told: dict[str, Any] = {"comment": MARK} if kind in {"JPEG", "GIF"} else {}
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Author", MARK)
        text.add_text("Comment", MARK, zip=True)
        text.add_itxt("XML:com.adobe.xmp", xmp().decode())
        told = {"pnginfo": text}
    elif kind in {"JPEG", "WEBP", "AVIF", "HEIF"}:
        told |= {"xmp": xmp()}
    if kind != "GIF":
        told |= {"exif": tags}
    return encoded(picture, kind, **told) + MARK.encode()


def animation(
    kind: str, colours: Sequence[Any] = (RED, GREEN, BLUE), size: tuple[int, int] = (64, 48), ms: int | list[int] = 100, **more: Any
) -> bytes:
    frames = [Image.new("RGBA" if len(one) == 4 else "RGB", size, one) for one in colours]
    options: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": ms, "loop": 0}
    if kind == "WEBP":
        options["lossless"] = True
    return encoded(frames[0], kind, **options)


def gif_of_many_frames(count: int, width: int = 2, height: int = 1) -> bytes:
    """Each changes two pixels: the file is small, and its decoding is long."""
    header = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes((255, 0, 0, 0, 0, 255))
    frames = [
        b"\x21\xf9\x04\x00\x05\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 2, 1, 0) + b"\x02\x02" + pixels + b"\x00"
        for pixels in (b"\x44\x0a", b"\x0c\x0a")
    ]
    return header + b"".join(frames[number % 2] for number in range(count)) + b"\x3b"


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """A header that claims this size, followed by these chunks."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + png_chunk(b"IEND", b"")


def swapped_profile() -> bytes:
    """A colour profile in which red and green are swapped."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)


def video(
    path: Path,
    *,
    picture: Image.Image | None = None,
    seconds: float = 1,
    rate: int = RATE,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    sound: str = "aac",
    rotation: int = 0,
    kind: str | None = None,
    dark_frames: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """A film of one picture, with a tone unless `sound` is empty, and with metadata."""
    picture = picture or quarters()
    with av.open(str(path), "w", format=kind) as container:
        container.metadata.update({"title": MARK, "comment": MARK, "location": f"+48.8+002.3/{MARK}", "artist": MARK})
        stream: Any = container.add_stream(codec, rate=rate, width=picture.width, height=picture.height, options=options or {})
        stream.pix_fmt = pixels
        stream.metadata["handler_name"] = MARK
        if rotation:
            stream.set_display_rotation(rotation)
        track: Any = container.add_stream(sound, rate=48_000) if sound else None
        black = Image.new("RGB", picture.size)
        for number in range(round(seconds * rate)):
            frame: Any = VideoFrame.from_image(black if number < dark_frames else picture)
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if track is not None:
            _tone(container, track, seconds)
    return path


def tone(
    path: Path, codec: str = "aac", *, seconds: float = 1, kind: str | None = None, cover: Image.Image | None = None, rate: int = 48_000
) -> Path:
    with av.open(str(path), "w", format=kind) as container:
        container.metadata.update({"title": MARK, "comment": MARK, "artist": MARK})
        track: Any = container.add_stream(codec, rate=rate)
        if cover is not None:
            picture: Any = container.add_stream("mjpeg", rate=1, width=cover.width, height=cover.height)
            picture.pix_fmt = "yuvj420p"
            picture.disposition = Disposition.attached_pic
            frame: Any = VideoFrame.from_image(cover).reformat(format="yuvj420p")
            frame.pts = 0
            container.mux(picture.encode(frame) + picture.encode(None))
        _tone(container, track, seconds)
    return path


def _tone(container: Any, track: Any, seconds: float) -> None:
    rate, count = track.codec_context.sample_rate, 1024
    for number in range(max(round(seconds * rate / count), 1)):
        at = (np.arange(count) + number * count) / rate
        wave = np.sin(at * 440 * 2 * np.pi).astype("float32") / 4
        frame = AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = rate, number * count, Fraction(1, rate)
        container.mux(track.encode(frame))
    container.mux(track.encode(None))
