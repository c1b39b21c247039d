from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from gazouillis.infra.settings import Settings
from gazouillis.media.processing.models import Adjustment, MediaLimits, Processed
from gazouillis.media.processing.process import process

Upload = Callable[..., Awaitable[Processed]]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "produced"


@pytest.fixture
def upload(tmp_path: Path, into: Path) -> Upload:
    """Processes bytes, or a file. Further arguments replace limits, by name; `turn` and `crop` are passed on."""

    async def upload(content: bytes | Path, *, turn: float = 0.0, crop: Any = None, **limits: int) -> Processed:
        source = content if isinstance(content, Path) else tmp_path / "upload"
        if isinstance(content, bytes):
            source.write_bytes(content)
        return await process(source, into, msgspec.structs.replace(MediaLimits.of(Settings()), **limits), Adjustment(turn, crop))

    return upload


def files(processed: Processed) -> list[Path]:
    produced = (processed.original, processed.small, processed.small_fallback, processed.poster)
    return [one.path for one in produced if one is not None]


def seen(path: Path, across: float = 0.5, down: float = 0.5) -> tuple[int, ...]:
    """The colour at this place of a produced picture."""
    with Image.open(path) as picture:
        shown = picture.convert("RGB")
        found = shown.getpixel((int(shown.width * across), int(shown.height * down)))
    assert isinstance(found, tuple)
    return tuple(int(one) for one in found)


def near(colour: tuple[int, ...], wanted: tuple[int, ...], within: int = 14) -> bool:
    return all(abs(one - other) <= within for one, other in zip(colour, wanted, strict=True))
