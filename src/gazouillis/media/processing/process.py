"""Turns an uploaded file into what is stored and shown: `process`.

The bytes decide what the file is, never its name or its declared type. They are decoded in separate processes with limits of memory
and time (`decoder.py`, decision 0064), which start when they are first needed and end when nobody has needed them for a while.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from gazouillis.infra.basics.errors import Invalid, TooLarge
from gazouillis.infra.basics.messages import _
from gazouillis.infra.thread_pools import Pool
from gazouillis.media.processing import resource_limits
from gazouillis.media.processing.decoder_process import DecoderProcess, Job
from gazouillis.media.processing.models import AS_IT_IS, Adjustment, MediaLimits, Processed
from gazouillis.media.processing.protocol import Decoder, Task

WAITING = {Decoder.PICTURES: 16, Decoder.VIDEOS: 16}
"""How many files may wait for each process. One more is refused (`Unavailable`)."""


async def process(source: Path, into: Path, limits: MediaLimits, adjustment: Adjustment = AS_IT_IS) -> Processed:
    """Decodes `source`, and writes what it becomes into the folder `into`, which is empty or does not exist yet.

    Only still pictures can be adjusted.

    Raises `Invalid` for the field `file` (or `turn`, `crop`) with a sentence for people, and `Unavailable` when too many files wait. Then,
    and when it is cancelled, it leaves no file in the folder. The source stays as it is; deleting it is up to the caller.
    """
    adjustment.check()
    await _check_size(source, limits)
    await asyncio.to_thread(_check_folder, into)
    task = _task(source, into, limits, adjustment)
    processed = await _run(task, Decoder.PICTURES) or await _run(task, Decoder.VIDEOS)
    if processed is None:
        raise Invalid(_("This is not a picture, a video or a sound that we can read"), field="file")
    return processed


def _task(source: Path, into: Path, limits: MediaLimits, adjustment: Adjustment) -> Task:
    return Task(source=str(source.absolute()), into=str(into.absolute()), limits=limits, adjustment=adjustment)


async def _check_size(source: Path, limits: MediaLimits) -> None:
    size = (await asyncio.to_thread(source.stat)).st_size
    if size == 0:
        raise Invalid(_("This file is empty"), field="file", code="ERR_BLANK")
    if size > limits.largest_bytes:
        raise Invalid(TooLarge.by(size, limits.largest_bytes).public, field="file", code="ERR_TOO_LONG")


def _check_folder(into: Path) -> None:
    """When a file is refused the folder is emptied: it must hold nothing else."""
    if into.exists() and any(into.iterdir()):
        raise ValueError(f"{into} is not empty")


async def _run(task: Task, decoder: Decoder) -> Processed | None:
    """None: the file is for the other decoder."""
    pool, process = _PROCESSES[decoder]
    job = Job(resource_limits.allowed(task, decoder))
    try:
        return await pool.run(process.run, job)
    except asyncio.CancelledError:
        process.cancel(job)
        raise


# A picture does not wait for a long video. One process of each kind: one large picture takes hundreds of megabytes.
_PROCESSES = {decoder: (Pool(decoder, threads=1, waiting=waiting), DecoderProcess()) for decoder, waiting in WAITING.items()}
