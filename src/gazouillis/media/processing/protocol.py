"""What the server and a decoder process say to each other: one line of JSON for each task, one for its reply."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from gazouillis.infra.basics.messages import Message
from gazouillis.media.processing.models import AS_IT_IS, Adjustment, MediaLimits, Processed


class Decoder(StrEnum):
    """What a decoder process decodes: the two kinds have limits, and queues, of their own."""

    PICTURES = "pictures"
    VIDEOS = "videos"
    """And sound."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    into: str
    limits: MediaLimits
    adjustment: Adjustment = AS_IT_IS
    decoder: Decoder = Decoder.PICTURES
    memory: int = 0
    """Bytes of address space that the process may have for it."""
    cpu_seconds: int = 0


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a task. None of the first four: the file is for the other decoder."""

    processed: Processed | None = None
    fault: Message | None = None
    """The sentence of an `Invalid`."""
    disk_fault: str = ""
    """Why the file could not be read, or the new ones not written."""
    crash: str = ""
    """What went wrong in our code, for the log."""
    field: str = "file"
    code: str = "ERR_INVALID"


def line_of(message: Task | Reply) -> bytes:
    return msgspec.json.encode(message, enc_hook=str) + b"\n"


def task_of(line: bytes) -> Task:
    return msgspec.json.decode(line, type=Task)


def reply_of(line: bytes) -> Reply:
    return msgspec.json.decode(line, type=Reply, dec_hook=_path)


def _path(kind: type[Any], value: Any) -> Any:
    return kind(value) if issubclass(kind, Path) else value
