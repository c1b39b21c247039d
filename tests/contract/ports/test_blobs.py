from __future__ import annotations

import asyncio

import pytest

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.files.blobs import FolderBlobs


@pytest.fixture(params=["folder"])
def blobs(request, tmp_path):
    return {"folder": lambda: FolderBlobs(tmp_path / "media")}[request.param]()


async def test_stored_content_is_read_back(blobs):
    key = await blobs.put(b"picture", ".webp")

    assert await blobs.get(key) == b"picture"
    assert key.endswith(".webp")


async def test_the_same_content_is_stored_once(blobs):
    assert await blobs.put(b"picture", ".webp") == await blobs.put(b"picture", ".webp")
    assert await blobs.put(b"picture", ".webp") != await blobs.put(b"another", ".webp")


async def test_concurrent_writes_of_the_same_content_succeed(blobs):
    keys = await asyncio.gather(*(blobs.put(b"picture" * 1000, ".webp") for _ in range(20)))

    assert await blobs.get(keys[0]) == b"picture" * 1000


async def test_a_deleted_blob_is_not_found(blobs):
    key = await blobs.put(b"picture", ".webp")
    await blobs.delete(key)
    await blobs.delete(key)

    with pytest.raises(NotFound):
        await blobs.get(key)


@pytest.mark.parametrize("key", ["", "..", "../secrets.json", "/etc/passwd", "ab", "abc", "abc.", "a/b.webp", "abc.we/bp", "éé1.webp"])
async def test_a_key_cannot_lead_outside_the_folder(blobs, key):
    with pytest.raises(NotFound):
        await blobs.get(key)
