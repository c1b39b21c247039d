"""Limits of memory and time hold inside the decoders; whatever a file does to its process, the next one is decoded."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil
import pytest
from PIL import Image

from gazouillis.infra.basics.errors import Invalid, Unavailable
from gazouillis.infra.settings import Settings
from gazouillis.media.processing import process as processing
from gazouillis.media.processing import resource_limits
from gazouillis.media.processing.decoder_process import DecoderProcess, Job
from gazouillis.media.processing.models import MediaLimits
from gazouillis.media.processing.protocol import Decoder, Task
from tests.support.media_files import encoded, gif_of_many_frames, noise, quarters, video

LIMITS = MediaLimits.of(Settings())
LARGE = encoded(Image.new("RGB", (7000, 7000)), "PNG", compress_level=1)
"""A picture whose decoding takes a good part of a second, and some hundred megabytes."""


@pytest.fixture
def decoder() -> Iterator[DecoderProcess]:
    decoder = DecoderProcess()
    yield decoder
    decoder.stop()


def job(tmp_path: Path, content: bytes, **allowed: int) -> Job:
    tmp_path.mkdir(parents=True, exist_ok=True)
    source = tmp_path / "upload"
    source.write_bytes(content)
    task = resource_limits.allowed(Task(source=str(source), into=str(tmp_path / "produced"), limits=LIMITS), Decoder.PICTURES)
    return Job(msgspec.structs.replace(task, **allowed))


def is_usable(decoder: DecoderProcess, tmp_path: Path) -> bool:
    """`tmp_path` may have been used before."""
    processed = decoder.run(job(tmp_path / "again", encoded(quarters(), "PNG")))
    return processed is not None and processed.width == 320


def test_memory_beyond_the_limit_is_refused_to_the_decoder(decoder, tmp_path):
    large = LARGE

    with pytest.raises(Invalid):
        decoder.run(job(tmp_path, large, memory=400 * 1024 * 1024))

    assert not (tmp_path / "produced").exists()
    assert is_usable(decoder, tmp_path)


def test_cpu_time_beyond_the_limit_ends_the_process(decoder, tmp_path):
    long = gif_of_many_frames(2900, 700, 700)

    with pytest.raises(Invalid, match="too long") as refusal:
        decoder.run(job(tmp_path, long, cpu_seconds=1))

    assert refusal.value.field == "file"
    assert not (tmp_path / "produced").exists()
    assert is_usable(decoder, tmp_path)


def test_wall_time_beyond_the_limit_ends_the_process(decoder, tmp_path, monkeypatch):
    """A decoder that waits instead of working uses no CPU time: here it is stopped."""
    assert is_usable(decoder, tmp_path)
    monkeypatch.setattr("gazouillis.media.processing.resource_limits.wall_seconds", lambda _task: 0.5)
    os.kill(decoder.pid, signal.SIGSTOP)

    with pytest.raises(Invalid, match="too long"):
        decoder.run(job(tmp_path / "other", encoded(quarters(), "PNG")))


def test_a_full_disk_is_no_fault_of_the_file(decoder, tmp_path):
    """The folder cannot be made: a file is in the place of its parent."""
    task = job(tmp_path, encoded(quarters(), "PNG")).task

    with pytest.raises(Unavailable):
        decoder.run(Job(msgspec.structs.replace(task, into=f"{task.source}/produced")))


def test_a_file_that_becomes_too_large_is_refused(decoder, tmp_path):
    small = encoded(Image.new("RGB", (3000, 3000)), "AVIF", speed=10)
    task = job(tmp_path, small).task
    limits = msgspec.structs.replace(LIMITS, image_bytes=len(small), video_bytes=len(small))

    with pytest.raises(Invalid, match="too large"):
        decoder.run(Job(msgspec.structs.replace(task, limits=limits)))

    assert not (tmp_path / "produced").exists()


@pytest.mark.parametrize("kind", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
async def test_a_crash_refuses_the_file_and_leaves_nothing(decoder, tmp_path, kind):
    task = job(tmp_path, LARGE)
    running = asyncio.create_task(asyncio.to_thread(decoder.run, task))
    await until(lambda: (tmp_path / "produced").exists())
    os.kill(decoder.pid, kind)

    with pytest.raises(Invalid):
        await running

    assert not (tmp_path / "produced").exists()
    assert await asyncio.to_thread(is_usable, decoder, tmp_path)


def test_a_process_that_ended_while_idle_is_started_again(decoder, tmp_path):
    assert is_usable(decoder, tmp_path / "one")
    os.kill(decoder.pid, signal.SIGKILL)
    psutil.Process(decoder.pid).wait(5)

    assert is_usable(decoder, tmp_path / "two")


async def test_a_cancelled_upload_stops_its_process_and_leaves_nothing(tmp_path):
    source, into = tmp_path / "upload", tmp_path / "produced"
    source.write_bytes(LARGE)
    running = asyncio.create_task(processing.process(source, into, LIMITS))
    await until(into.exists)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    await until(lambda: not into.exists())
    source.write_bytes(encoded(quarters(), "PNG"))
    assert (await processing.process(source, into, LIMITS)).width == 320


async def test_a_flood_of_uploads_is_refused_and_those_accepted_are_decoded(tmp_path):
    source = tmp_path / "upload"
    source.write_bytes(encoded(quarters(), "PNG"))

    outcomes = await asyncio.gather(
        *(processing.process(source, tmp_path / str(number), LIMITS) for number in range(40)), return_exceptions=True
    )

    refused = [one for one in outcomes if isinstance(one, Unavailable)]
    accepted = [one for one in outcomes if not isinstance(one, BaseException)]
    assert len(refused) + len(accepted) == 40
    assert len(accepted) == processing.WAITING[Decoder.PICTURES] + 1


async def test_decoding_costs_the_server_no_cpu_time(tmp_path):
    source = video(tmp_path / "film.mkv", picture=noise(640, 480), pixels="yuv444p", seconds=4)
    before = time.process_time()

    processed = await processing.process(source, tmp_path / "produced", LIMITS)

    assert processed.duration == pytest.approx(4, abs=0.2)
    assert time.process_time() - before < 0.2


def test_the_process_sees_none_of_our_settings_and_requests_come_first(decoder, tmp_path, monkeypatch):
    monkeypatch.setenv("GAZOUILLIS_DATABASE", "postgresql://somebody:secret@127.0.0.1/village")

    assert is_usable(decoder, tmp_path)
    child = psutil.Process(decoder.pid)
    assert not [name for name in child.environ() if name.startswith("GAZOUILLIS_")]
    assert child.nice() > psutil.Process().nice()


def test_an_idle_process_of_a_server_that_was_killed_ends(tmp_path):
    (tmp_path / "upload").write_bytes(encoded(quarters(), "PNG"))
    program = f"""
        import asyncio, time
        from pathlib import Path
        from gazouillis.infra.settings import Settings
        from gazouillis.media.processing.models import MediaLimits
        from gazouillis.media.processing.process import process
        folder = Path({str(tmp_path)!r})
        asyncio.run(process(folder / "upload", folder / "produced", MediaLimits.of(Settings())))
        print("done", flush=True)
        time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"done\n"
        [child] = psutil.Process(server.pid).children()
        server.kill()
    with suppress(psutil.NoSuchProcess):
        child.wait(10)

    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_the_server_imports_no_decoder():
    program = """
        import sys, gazouillis.app, gazouillis.media.processing.process
        print([one for one in ("av", "pillow_heif", "blurhash") if one in sys.modules])
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, check=True, text=True)

    assert ran.stdout == "[]\n"


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 (another process makes it true)
            await asyncio.sleep(0.005)
