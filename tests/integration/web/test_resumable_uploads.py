"""The door of uploads in parts: offsets, owners, limits. https://tus.io/protocols/resumable-upload"""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from gazouillis.media import remove, resumable
from tests.support.browser import Browser
from tests.support.media import DAMAGED_FILM, UNREADABLE, photo, video
from tests.support.people import PASSWORD


class Client:
    """Speaks tus with a session's cookie and CSRF token, as the composer's script does."""

    def __init__(self, browser):
        self._browser = browser

    async def asks(self, method, path, **headers):
        content = headers.pop("content", None)
        if not self._browser.csrf_token:
            await self._browser.reads("/about")
        given = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self._browser.csrf_token, "Accept": "application/json"}
        return await self._browser.client.request(
            method, path, content=content, headers=given | {name.replace("_", "-"): value for name, value in headers.items()}
        )

    async def creates(self, length, kind="image/jpeg"):
        return await self.asks(
            "POST", "/uploads", Upload_Length=str(length), Upload_Metadata=f"filetype {b64encode(kind.encode()).decode()}"
        )

    async def made(self, length, kind="image/jpeg"):
        """The path of a new upload."""
        answer = await self.creates(length, kind)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    async def sends(self, path, offset, content):
        return await self.asks("PATCH", path, content=content, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")

    async def offset(self, path):
        answer = await self.asks("HEAD", path)
        return int(answer.headers["upload-offset"]) if answer.status_code == 200 else answer.status_code

    async def uploads(self, content, kind="image/jpeg"):
        """The answer for the attachment of a file that is sent at once."""
        path = await self.made(len(content), kind)
        assert (await self.sends(path, 0, content)).status_code == 204
        return await self.asks("POST", f"{path}/attachment")


@pytest.fixture
async def alices(alices_browser):
    return Client(alices_browser)


@pytest.fixture
async def bobs(running_site, bob):
    browser = Browser(running_site)
    await browser.was_signed_in("bob")
    return Client(browser)


@pytest.fixture
def folder(running_site):
    return running_site.site.settings.data / "uploads" / "resumable"


def files_in(folder):
    return [one for one in folder.rglob("*") if one.is_file()]


async def test_a_photo_in_small_parts_becomes_an_attachment_that_a_post_shows(running_site, alice, alices, alices_browser):
    content = photo()
    path = await alices.made(len(content))
    for start in range(0, len(content), 1000):
        part = content[start : start + 1000]
        answer = await alices.sends(path, start, part)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(start + len(part)))
        assert answer.headers["tus-resumable"] == "1.0.0"

    made = await alices.asks("POST", f"{path}/attachment")
    sent = await alices_browser.sends("/statuses", status="look", has_files="1", media_ids=made.json()["id"])

    assert (made.status_code, made.json()["kind"]) == (200, "image")
    assert (await alices_browser.client.get(made.json()["preview"])).status_code == 200
    assert sent.status_code == 303
    [status] = (await alice.client.get(f"/api/v1/accounts/{alice.id}/statuses")).json()
    assert [one["id"] for one in status["media_attachments"]] == [made.json()["id"]]


async def test_the_head_tells_how_much_has_arrived_and_until_when_it_is_kept(alices):
    path = await alices.made(100)
    await alices.sends(path, 0, b"a" * 40)

    answer = await alices.asks("HEAD", path)

    assert (answer.status_code, answer.headers["upload-offset"], answer.headers["upload-length"]) == (200, "40", "100")
    assert answer.headers["cache-control"] == "no-store"
    assert "GMT" in answer.headers["upload-expires"]


@pytest.mark.parametrize("offset", [0, 39, 41, 100])
async def test_a_part_at_another_offset_is_refused_and_changes_nothing(alices, offset):
    path = await alices.made(100)
    await alices.sends(path, 0, b"a" * 40)

    assert (await alices.sends(path, offset, b"b" * 10)).status_code == 409
    assert await alices.offset(path) == 40


async def test_of_two_parts_at_the_same_offset_one_is_stored(alices):
    path = await alices.made(100)

    answers = await asyncio.gather(alices.sends(path, 0, b"a" * 60), alices.sends(path, 0, b"a" * 60))

    assert sorted(one.status_code for one in answers) == [204, 409]
    assert await alices.offset(path) == 60


async def test_a_part_behind_the_planned_end_is_refused(alices):
    path = await alices.made(100)

    answer = await alices.sends(path, 0, b"a" * 101)

    assert answer.status_code == 413
    assert "more than the file was said to have" in answer.json()["errors"][""]
    assert await alices.offset(path) == 0


async def test_what_arrived_before_the_connection_was_lost_is_kept(running_site, alice, alices):
    path = await alices.made(10_000)

    async def broken():
        yield b"a" * 4_000
        raise ConnectionResetError

    found = await resumable.find(running_site.site.settings, alice.account_id, path.rpartition("/")[2])
    with pytest.raises(ConnectionResetError):
        await resumable.append(found, 0, broken())

    assert await alices.offset(path) == 4_000


async def test_another_account_finds_no_upload(alices, bobs, visitor):
    path = await alices.made(100)

    for method, more in (("HEAD", {}), ("DELETE", {}), ("POST", {"path": f"{path}/attachment"})):
        assert (await bobs.asks(method, more.get("path", path))).status_code == 404
    assert (await bobs.sends(path, 0, b"a")).status_code == 404
    assert await Client(visitor).offset(path) in {303, 401}
    assert await alices.offset(path) == 0


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_without_the_token_of_the_form_nothing_is_written(alices, method):
    path = await alices.made(100)

    answer = await alices.asks(method, path, X_CSRFToken="made up", Upload_Offset="0", Content_Type="application/offset+octet-stream")

    assert answer.status_code == 403
    assert answer.json()["csrf_token"]
    assert await alices.offset(path) == 0


async def test_a_cancelled_upload_leaves_nothing(alices, folder):
    path = await alices.made(100)
    await alices.sends(path, 0, b"a" * 40)

    assert (await alices.asks("DELETE", path)).status_code == 204
    assert await alices.offset(path) == 404
    assert files_in(folder) == []


@pytest.mark.parametrize("length", ["", "-1", "many", "9" * 30, "1.5"])
async def test_a_length_that_is_none_is_refused(alices, length):
    assert (await alices.creates(length)).status_code == 422


async def test_a_file_that_is_too_large_is_refused_before_a_byte_is_sent(running_site, alices, monkeypatch):
    smaller = msgspec.structs.replace(running_site.site.settings, image_megabytes=1, video_megabytes=2)
    monkeypatch.setattr(running_site.site, "settings", smaller)
    megabyte = 1024 * 1024

    too_large = await alices.creates(megabyte + 1)

    assert too_large.status_code == 413
    assert too_large.json()["errors"][""] == "This has 2 MB: at most 1 MB are accepted"
    assert (await alices.creates(2 * megabyte, "video/mp4")).status_code == 201
    assert (await alices.creates(2 * megabyte + 1, "video/mp4")).status_code == 413
    assert (await alices.creates(0)).status_code == 422


async def test_another_version_of_the_protocol_is_refused_with_ours(alices):
    path = await alices.made(100)

    for method, address in (("POST", "/uploads"), ("HEAD", path), ("PATCH", path), ("DELETE", path)):
        answer = await alices.asks(method, address, Tus_Resumable="0.2.2", Upload_Length="1")
        assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")


async def test_a_part_of_another_type_is_refused(alices):
    path = await alices.made(100)

    assert (await alices.asks("PATCH", path, content=b"a", Upload_Offset="0", Content_Type="image/jpeg")).status_code == 415


@pytest.mark.parametrize("name", ["%2e%2e%2fsecrets", "0" * 32, "0" * 31 + "g", "x" * 3000])
async def test_a_name_that_was_never_given_is_not_found(alices, name):
    assert await alices.offset(f"/uploads/{name}") in {404, 405}


async def test_an_account_has_a_limit_of_unfinished_uploads_and_abandoned_ones_make_room(alices, folder):
    paths = [await alices.made(100) for _number in range(resumable.MOST_UNFINISHED)]

    refused = await alices.creates(100)
    long_ago = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    for one in folder.rglob(paths[3].rpartition("/")[2] + "*"):
        os.utime(one, (long_ago, long_ago))
    accepted = await alices.creates(100)

    assert refused.status_code == 429
    assert "Too many files" in refused.json()["errors"][""]
    assert accepted.status_code == 201
    assert await alices.offset(paths[3]) == 404
    assert await alices.offset(paths[4]) == 0


async def test_an_expired_upload_is_gone_and_swept(running_site, alices, folder):
    old, fresh = await alices.made(100), await alices.made(100)
    long_ago = (datetime.now(UTC) - timedelta(hours=25)).timestamp()
    for one in folder.rglob(old.rpartition("/")[2] + "*"):
        os.utime(one, (long_ago, long_ago))

    assert await alices.offset(old) == 404
    await remove.sweep(running_site.site)

    assert {one.stem for one in files_in(folder)} == {fresh.rpartition("/")[2]}
    assert await alices.offset(fresh) == 0


async def test_what_is_no_picture_is_refused_in_words_and_not_kept(alices, folder):
    answer = await alices.uploads(UNREADABLE)

    assert answer.status_code == 422
    assert answer.json()["errors"][""]
    assert files_in(folder) == []


async def test_an_attachment_cannot_be_made_of_half_a_file(alices):
    path = await alices.made(100)
    await alices.sends(path, 0, b"a" * 40)

    assert (await alices.asks("POST", f"{path}/attachment")).status_code == 409


async def test_asked_twice_the_attachment_is_the_same(alices):
    content = photo("navy")
    path = await alices.made(len(content))
    await alices.sends(path, 0, content)

    first = await alices.asks("POST", f"{path}/attachment")
    again = await alices.asks("POST", f"{path}/attachment")

    assert first.json() == again.json()


async def test_asked_for_at_once_twice_there_is_one_attachment(alices):
    content = photo("olive")
    path = await alices.made(len(content))
    await alices.sends(path, 0, content)

    answers = await asyncio.gather(*(alices.asks("POST", f"{path}/attachment") for _number in range(3)))
    again = await alices.asks("POST", f"{path}/attachment")

    assert {one.status_code for one in answers} <= {200, 409}
    assert {one.json()["id"] for one in answers if one.status_code == 200} == {again.json()["id"]}


async def test_a_film_is_ready_after_a_while(running_site, alices):
    first = await alices.uploads(video(), "video/mp4")
    assert (first.status_code, first.json()["is_ready"]) == (202, False)

    await running_site.run_until_idle()
    [found] = (await alices.asks("GET", f"/compose/files?ids={first.json()['id']}")).json()

    assert (found["kind"], found["is_ready"]) == ("video", True)


async def test_a_film_that_cannot_be_read_is_refused_in_words(running_site, alices):
    path = await alices.made(len(DAMAGED_FILM), "video/mp4")
    await alices.sends(path, 0, DAMAGED_FILM)
    await alices.asks("POST", f"{path}/attachment")
    await running_site.run_until_idle()

    answer = await alices.asks("POST", f"{path}/attachment")

    assert answer.status_code == 422
    assert answer.json()["errors"][""] == "This file could not be processed"


async def test_a_draft_gets_back_only_its_own_free_attachments(alice, bob, alices):
    mine = (await alices.uploads(photo("gold"))).json()["id"]
    taken = (await alice.uploads(photo("pink")))["id"]
    await alice.posts("look", media_ids=[taken])
    other = (await bob.uploads(photo("plum")))["id"]

    found = await alices.asks("GET", f"/compose/files?ids={mine},{taken},{other},12")

    assert [one["id"] for one in found.json()] == [mine]
    assert (await alices.asks("GET", "/compose/files?ids=")).json() == []
    assert (await alices.asks("GET", "/compose/files?ids=abc")).status_code == 404


async def test_every_refusal_names_the_version_of_the_protocol(alices, bobs, visitor):
    path = await alices.made(100)
    refused = [
        await alices.asks("HEAD", "/uploads/" + "0" * 32),
        await bobs.asks("HEAD", path),
        await alices.asks("PATCH", path, content=b"a", Upload_Offset="5", Content_Type="application/offset+octet-stream"),
        await alices.asks("PATCH", path, content=b"a", Upload_Offset="0", Content_Type="text/plain"),
        await alices.asks("HEAD", path, Tus_Resumable="0.2.2"),
        await alices.asks("DELETE", "/uploads/nothing"),
        await alices.asks("DELETE", path, X_CSRFToken="wrong"),
        await alices.creates("many"),
        await alices.creates(10**12),
        await Client(visitor).asks("HEAD", path),
    ]

    assert all(400 <= one.status_code < 500 for one in refused)
    assert [one.headers.get("tus-resumable") for one in refused] == ["1.0.0"] * len(refused)


async def test_an_account_that_is_deleted_leaves_no_unfinished_upload(running_site, alice, alices, alices_browser, bobs, folder):
    await alices.sends(await alices.made(100), 0, b"a" * 40)
    theirs = await bobs.made(100)

    await alices_browser.sends("/settings/delete", password=PASSWORD)
    await running_site.run_until_idle()

    assert all(one.name.startswith(theirs.rpartition("/")[2]) for one in files_in(folder))
    assert await bobs.offset(theirs) == 0
