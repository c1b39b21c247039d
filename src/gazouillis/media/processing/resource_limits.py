"""How much memory and time a decoder process may use for one file.

The limits are the kernel's, so they hold inside the decoders too: https://man7.org/linux/man-pages/man2/getrlimit.2.html
"""

from __future__ import annotations

import os
import resource

import msgspec

from gazouillis.infra.basics.errors import MEGABYTE
from gazouillis.media.processing.models import MediaLimits
from gazouillis.media.processing.protocol import Decoder, Task

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""Each thread of a library reserves address space, which counts against the limit of memory."""

MEMORY = {Decoder.PICTURES: 1536 * MEGABYTE, Decoder.VIDEOS: 2048 * MEGABYTE}
"""Of address space, some 300 MB of which are code and reserves."""
PICTURE_SECONDS = 60
"""Of CPU time; a photo takes less than one."""
VIDEO_SECONDS = 60
CPU_BY_SECOND = 6
"""CPU seconds that converting one second of video may take."""
SOUND_BY_VIDEO = 10
"""A second of video takes at least as long as so many of sound."""
WALL_BY_CPU = 4
"""The machine is shared: so much longer may it take than the CPU time allowed."""
LARGEST_FILE = 2
"""A written file may be so many times the largest that is accepted."""
OPEN_FILES = 64
NICENESS = 5
"""Requests come first."""


def allowed(task: Task, decoder: Decoder) -> Task:
    """The task with what it may use with this decoder."""
    limits = task.limits
    longest = max(limits.video_seconds, limits.audio_seconds // SOUND_BY_VIDEO)
    seconds = PICTURE_SECONDS if decoder is Decoder.PICTURES else VIDEO_SECONDS + longest * CPU_BY_SECOND
    return msgspec.structs.replace(task, decoder=decoder, memory=MEMORY[decoder], cpu_seconds=seconds)


def wall_seconds(task: Task) -> float:
    return task.cpu_seconds * WALL_BY_CPU


def lower_once() -> None:
    """For the whole life of the decoder process."""
    os.nice(NICENESS)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)


def lower_for(task: Task) -> None:
    """A process over its CPU time is killed (SIGXCPU); memory beyond the limit is refused, and most decoders then end with an error."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + task.cpu_seconds + 1)
    _lower(resource.RLIMIT_AS, task.memory)
    _lower(resource.RLIMIT_FSIZE, _largest(task.limits))


def _largest(limits: MediaLimits) -> int:
    return limits.largest_bytes * LARGEST_FILE


def _lower(kind: int, most: int) -> None:
    """The hard limit stays: the next file gets a CPU time of its own."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
