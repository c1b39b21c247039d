"""Files that people upload in tests."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import av
import numpy as np
from PIL import Image

UNREADABLE = b"\xff\xd8\xff\xe0 this is no picture"
DAMAGED_FILM = b"\x00\x00\x00\x18ftypmp42bad!mp42isom" + bytes(200)


@lru_cache(64)
def photo(colour: str = "teal", size: tuple[int, int] = (1200, 900)) -> bytes:
    """A JPEG. Another colour is another content."""
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG")
    return content.getvalue()


@lru_cache(1)
def video() -> bytes:
    """A second of video with sound, as MP4."""
    content = BytesIO()
    with av.open(content, "w", format="mp4") as container:
        picture, sound = container.add_stream("h264", rate=10), container.add_stream("aac", rate=44_100)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 20, dtype=np.uint8), format="rgb24")
            container.mux(picture.encode(frame))
        container.mux(picture.encode())
        for number in range(43):
            samples = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
            samples.sample_rate, samples.pts = 44_100, number * 1024
            container.mux(sound.encode(samples))
        container.mux(sound.encode())
    return content.getvalue()


@lru_cache(1)
def animation() -> bytes:
    """A GIF of three pictures."""
    content = BytesIO()
    pictures = [Image.new("RGB", (64, 48), colour) for colour in ("red", "green", "blue")]
    pictures[0].save(content, "GIF", save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return content.getvalue()
