"""One suite for both file stores: the folder, and S3 as a real server speaks it over HTTP."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest

from gazouillis.infra.basics.errors import Invalid, NotFound, Unavailable
from gazouillis.infra.files.blobs import Blobs
from gazouillis.infra.files.folder import FolderBlobs
from gazouillis.infra.files.s3 import S3Blobs
from tests.support.s3_server import SECRET, SECRET_IN_URL, running_s3

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with running_s3() as url:
        yield url


@pytest.fixture(params=["folder", "s3"])
def blobs(request, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        return FolderBlobs(tmp_path / "media")
    return S3Blobs(f"{request.getfixturevalue('s3_url')}/{token_hex(8)}")


async def read(blobs, key, *part):
    return b"".join([chunk async for chunk in await blobs.open(key, *part)])


async def test_stored_content_is_read_back(blobs):
    key = await blobs.put(b"picture", ".webp")

    assert await blobs.get(key) == b"picture"
    assert key.endswith(".webp")


async def test_a_stored_file_is_read_back_and_its_source_stays(blobs, tmp_path):
    source = tmp_path / "holiday.mp4"
    source.write_bytes(bytes(range(256)) * 50_000)

    key = await blobs.put_file(source, ".mp4")

    assert await read(blobs, key) == source.read_bytes()
    assert key.endswith(".mp4")


async def test_the_same_content_has_one_key_however_it_is_stored(blobs, tmp_path):
    source = tmp_path / "picture"
    source.write_bytes(b"picture")

    assert await blobs.put(b"picture", ".webp") == await blobs.put(b"picture", ".webp") == await blobs.put_file(source, ".webp")
    assert await blobs.put(b"picture", ".webp") != await blobs.put(b"another", ".webp")
    assert len(await blobs.keys(before=soon())) == 2


async def test_concurrent_writes_of_the_same_content_succeed(blobs):
    keys = await asyncio.gather(*(blobs.put(b"picture" * 1000, ".webp") for _ in range(20)))

    assert await blobs.get(keys[0]) == b"picture" * 1000


async def test_a_file_tells_its_size_and_a_strong_tag_that_differs_by_content(blobs):
    one = await blobs.stat(await blobs.put(b"picture", ".webp"))
    other = await blobs.stat(await blobs.put(b"another", ".webp"))

    assert one.size == 7
    assert one.etag != other.etag
    assert one.etag[0] == one.etag[-1] == '"'


@pytest.mark.parametrize(
    ("start", "stop", "wanted"),
    [(0, None, b"0123456789"), (0, 2, b"01"), (3, 7, b"3456"), (8, None, b"89"), (9, 10, b"9"), (4, 4, b""), (8, 99, b"89"), (10, 12, b"")],
)
async def test_a_range_is_read(blobs, start, stop, wanted):
    key = await blobs.put(b"0123456789", ".bin")

    assert await read(blobs, key, start, stop) == wanted


async def test_a_range_that_crosses_many_chunks_is_exact(blobs, tmp_path):
    content = b"".join(number.to_bytes(4, "big") for number in range(700_000))
    source = tmp_path / "long"
    source.write_bytes(content)
    key = await blobs.put_file(source, ".bin")

    assert await read(blobs, key, 1_000_001, 2_500_003) == content[1_000_001:2_500_003]


async def test_a_large_file_is_read_in_chunks(blobs, tmp_path):
    source = tmp_path / "large"
    source.write_bytes(bytes(12 * MEGABYTE))
    key = await blobs.put_file(source, ".bin")

    sizes = [len(chunk) async for chunk in await blobs.open(key)]

    assert sum(sizes) == 12 * MEGABYTE
    assert max(sizes) <= MEGABYTE


async def test_a_large_file_is_stored_without_being_held_in_memory(blobs, tmp_path):
    source = tmp_path / "large"
    source.write_bytes(bytes(24 * MEGABYTE))
    tracemalloc.start()
    try:
        await blobs.put_file(source, ".bin")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 4 * MEGABYTE


async def test_a_deleted_blob_is_not_found(blobs):
    key = await blobs.put(b"picture", ".webp")
    assert await blobs.exists(key)
    await blobs.delete(key)
    await blobs.delete(key)

    assert not await blobs.exists(key)
    for reading in (blobs.get(key), blobs.stat(key), blobs.open(key)):
        with pytest.raises(NotFound):
            await reading


@pytest.mark.parametrize("key", ["", "..", "../secrets.json", "/etc/passwd", "ab", "abc", "abc.", "a/b.webp", "abc.we/bp", "éé1.webp"])
async def test_a_key_cannot_lead_elsewhere(blobs, key):
    for reading in (blobs.get, blobs.stat, blobs.open, blobs.delete):
        with pytest.raises(NotFound):
            await reading(key)


async def test_the_keys_are_those_written_before_a_moment(blobs):
    key = await blobs.put(b"picture", ".webp")

    assert await blobs.keys(before=soon()) == [key]
    assert await blobs.keys(before=datetime.now(UTC) - timedelta(hours=1)) == []


@pytest.mark.thorough
async def test_more_files_than_one_page_of_the_store_are_all_listed(blobs):
    written = await asyncio.gather(*(blobs.put(b"%d" % number, ".txt") for number in range(1100)))

    assert sorted(await blobs.keys(before=soon())) == sorted(written)


def soon():
    return datetime.now(UTC) + timedelta(minutes=1)


async def test_interrupted_writes_to_a_folder_are_removed(tmp_path):
    blobs = FolderBlobs(tmp_path)
    key = await blobs.put(b"picture", ".webp")
    draft = tmp_path / key[:2] / f".{key}.1234"
    draft.write_bytes(b"pict")

    await blobs.delete_drafts(before=soon())

    assert not draft.exists()
    assert await blobs.get(key) == b"picture"


async def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "media").write_text("a file where the folder should be")

    with pytest.raises(Unavailable):
        await FolderBlobs(tmp_path / "media").put(b"picture", ".webp")


async def test_an_s3_server_that_is_away_is_unavailable_for_every_request(tmp_path, caplog):
    blobs = S3Blobs(f"s3+http://key:{SECRET_IN_URL}@127.0.0.1:9/photos")
    source = tmp_path / "picture"
    source.write_bytes(b"picture")
    requests = (
        blobs.put(b"a", ".txt"),
        blobs.put_file(source, ".txt"),
        blobs.get("abc.txt"),
        blobs.delete("abc.txt"),
        blobs.keys(before=soon()),
    )

    outcomes = await asyncio.gather(*requests, return_exceptions=True)

    assert {type(one) for one in outcomes} == {Unavailable}
    assert SECRET not in caplog.text


async def test_a_bucket_that_does_not_exist_is_unavailable_not_an_absent_file(s3_url):
    blobs = S3Blobs(s3_url.replace("/photos", "/nowhere"))

    with pytest.raises(Unavailable):
        await blobs.put(b"picture", ".webp")


async def test_the_destination_hides_the_secret(s3_url):
    destination = S3Blobs(f"{s3_url}/village?region=eu-west-3").destination

    assert destination == f"s3+http://{s3_url.rpartition('@')[2]}/village"


@pytest.mark.parametrize(
    "url", ["s3://bucket", "s3+https://host", "s3+https://host/", "s3+https:///bucket", "https://host/bucket", "nonsense"]
)
def test_a_url_that_names_no_host_or_bucket_is_refused(url):
    with pytest.raises(Invalid):
        S3Blobs(url)
