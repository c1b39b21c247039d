"""What the doors read bodies with; that each of them does is tested where they are."""

import tempfile

import pytest

from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import TooLarge, Unavailable
from gazouillis.infra.http import request_bodies

PICTURE = b'--x\r\nContent-Disposition: form-data; name="avatar"; filename="a.png"\r\n\r\n'
NOTE = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n'
KEY = b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nabc\r\n'
END = b"\r\n--x--\r\n"


class Coming:
    """A body, and how many of its pieces were asked for."""

    def __init__(self, *pieces):
        self.pieces = pieces
        self.read = 0

    async def __aiter__(self):
        for piece in self.pieces:
            self.read += 1
            yield piece


async def test_a_body_is_given_up_at_the_piece_that_is_too_much():
    coming = Coming(*[b"x" * 30_000] * 100)
    with pytest.raises(TooLarge):
        await request_bodies.whole(coming)

    assert coming.read == 3


async def test_a_file_may_be_larger_than_what_is_no_file():
    fields = await request_bodies.multipart(Coming(PICTURE, *[b"x" * 50_000] * 10, END), "x", files=("avatar",))

    assert [(name, len(file.content)) for name, file in fields] == [("avatar", 500_000)]


async def test_no_more_is_kept_of_a_file_than_shows_that_it_is_too_large():
    fields = await request_bodies.multipart(
        Coming(PICTURE, *[b"x" * 1_000_000] * 10, b"\r\n" + NOTE + b"hello" + END), "x", files=("avatar",)
    )

    assert len(fields[0][1].content) == request_sizes.FILE + 1
    assert fields[1] == ("note", "hello")


@pytest.mark.parametrize("part", [NOTE, PICTURE.replace(b"avatar", b"cover")])
async def test_what_is_no_file_stays_small_beside_files(part):
    coming = Coming(PICTURE, b"x" * 1_000_000, b"\r\n" + part, *[b"x" * 30_000] * 100)
    with pytest.raises(TooLarge):
        await request_bodies.multipart(coming, "x", files=("avatar",))

    assert coming.read == 6


async def test_texts_of_all_parts_are_counted_together():
    with pytest.raises(TooLarge):
        await request_bodies.multipart(Coming(*[NOTE + b"x" * 20_000 + b"\r\n"] * 4), "x")


async def test_a_part_is_looked_for_no_further_than_it_may_be():
    found, hidden, far = Coming(KEY, PICTURE, b"x"), Coming(PICTURE, b"x\r\n", KEY), Coming(NOTE, *[b"x" * 30_000] * 100)

    assert [await request_bodies.multipart_field(one, "x", "key") for one in (found, hidden)] == ["abc", ""]
    with pytest.raises(TooLarge):
        await request_bodies.multipart_field(far, "x", "key")
    assert (found.read, hidden.read, far.read) == (2, 1, 4)


async def test_a_file_that_no_disk_takes_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(Unavailable):
        await request_bodies.multipart(Coming(PICTURE, b"x" * 1_000_000), "x", files=("avatar",))
