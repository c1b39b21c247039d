"""The parsers of request bodies. That every door uses them is tested with the doors."""

import tempfile

import pytest

from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import TooLarge, Unavailable
from gazouillis.infra.http import request_bodies
from tests.support.chunked_body import ChunkedBody

PICTURE = b'--x\r\nContent-Disposition: form-data; name="avatar"; filename="a.png"\r\n\r\n'
NOTE = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n'
KEY = b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nabc\r\n'
END = b"\r\n--x--\r\n"


async def test_a_body_is_refused_at_the_first_chunk_beyond_the_limit():
    coming = ChunkedBody(*[b"x" * 30_000] * 100)
    with pytest.raises(TooLarge):
        await request_bodies.read_all(coming)

    assert coming.read == 3


async def test_a_file_may_be_larger_than_other_fields():
    fields = await request_bodies.multipart(ChunkedBody(PICTURE, *[b"x" * 50_000] * 10, END), "x", files=("avatar",))

    assert [(name, len(file.content)) for name, file in fields] == [("avatar", 500_000)]


async def test_only_one_byte_beyond_the_limit_of_a_file_is_kept():
    fields = await request_bodies.multipart(
        ChunkedBody(PICTURE, *[b"x" * 1_000_000] * 10, b"\r\n" + NOTE + b"hello" + END), "x", files=("avatar",)
    )

    assert len(fields[0][1].content) == request_sizes.FILE + 1
    assert fields[1] == ("note", "hello")


@pytest.mark.parametrize("part", [NOTE, PICTURE.replace(b"avatar", b"cover")])
async def test_other_fields_stay_limited_beside_files(part):
    coming = ChunkedBody(PICTURE, b"x" * 1_000_000, b"\r\n" + part, *[b"x" * 30_000] * 100)
    with pytest.raises(TooLarge):
        await request_bodies.multipart(coming, "x", files=("avatar",))

    assert coming.read == 6


async def test_the_texts_of_all_parts_share_one_limit():
    with pytest.raises(TooLarge):
        await request_bodies.multipart(ChunkedBody(*[NOTE + b"x" * 20_000 + b"\r\n"] * 4), "x")


async def test_a_field_is_searched_only_within_the_limit():
    found, hidden, far = ChunkedBody(KEY, PICTURE, b"x"), ChunkedBody(PICTURE, b"x\r\n", KEY), ChunkedBody(NOTE, *[b"x" * 30_000] * 100)

    assert [await request_bodies.multipart_field(one, "x", "key") for one in (found, hidden)] == ["abc", ""]
    with pytest.raises(TooLarge):
        await request_bodies.multipart_field(far, "x", "key")
    assert (found.read, hidden.read, far.read) == (2, 1, 4)


async def test_an_upload_to_a_full_disk_is_unavailable(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(Unavailable):
        await request_bodies.multipart(ChunkedBody(PICTURE, b"x" * 1_000_000), "x", files=("avatar",))
