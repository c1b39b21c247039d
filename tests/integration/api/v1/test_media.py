"""Uploading, describing and deleting attachments. https://docs.joinmastodon.org/methods/media/"""

from __future__ import annotations

import msgspec
import pytest

from gazouillis.media import upload as uploading
from tests.support.media import DAMAGED_FILM, UNREADABLE, animation, photo, video
from tests.support.media_files import quarters, tone

MISSING = "/api/v1/media/123"


async def upload(person, content, path="/api/v2/media", name="photo.jpg", **fields):
    return await person.client.post(path, files={"file": (name, content)}, data=fields)


@pytest.mark.parametrize("path", ["/api/v1/media", "/api/v2/media"])
async def test_a_photo_is_ready_when_its_upload_is_answered(alice, path):
    answer = await upload(alice, photo(size=(1200, 900)), path, description="A teal wall", focus="-0.5,0.25")

    attachment = answer.json()
    assert answer.status_code == 200
    assert (attachment["type"], attachment["description"]) == ("image", "A teal wall")
    assert attachment["meta"]["focus"] == {"x": -0.5, "y": 0.25}
    assert (attachment["meta"]["original"]["width"], attachment["meta"]["original"]["height"]) == (1200, 900)
    assert attachment["meta"]["original"]["size"] == "1200x900"
    assert attachment["meta"]["small"]["aspect"] == pytest.approx(4 / 3, abs=0.01)
    assert attachment["blurhash"]
    assert attachment["remote_url"] is None
    assert (await alice.client.get(attachment["url"])).headers["content-type"] == "image/jpeg"
    assert (await alice.client.get(attachment["preview_url"])).status_code == 200


async def test_what_was_sent_is_not_kept(running_site, alice):
    await alice.uploads(photo())
    await upload(alice, UNREADABLE)

    assert list((running_site.site.settings.data / "uploads").iterdir()) == []


async def test_a_file_without_anything_readable_is_refused_by_name(running_site, alice):
    for content in (UNREADABLE, b"", b"%PDF-1.7 something"):
        answer = await upload(alice, content)

        assert answer.status_code == 422
        assert [*answer.json()["details"]] == ["file"]
    assert [one for one in (running_site.site.settings.data / "attachments").rglob("*") if one.is_file()] == []


async def test_a_request_without_a_file_is_refused_by_name(alice):
    for answer in (
        await alice.client.post("/api/v2/media", data={"description": "nothing"}),
        await alice.client.post("/api/v1/media", json={"file": "text"}),
        await alice.client.post("/api/v2/media", files={"other": ("a.jpg", photo())}),
    ):
        assert answer.status_code == 422
        assert answer.json()["field"] == "file"


@pytest.mark.parametrize(
    ("field", "value"), [("description", "é" * 1501), ("focus", "left"), ("focus", "nan,0"), ("focus", "0.1"), ("focus", "1e5,0")]
)
async def test_a_wrong_description_or_focus_is_refused_by_name(alice, field, value):
    mine = await alice.uploads(photo())

    for answer in (
        await upload(alice, photo(), **{field: value}),
        await alice.client.put(f"/api/v1/media/{mine['id']}", data={field: value}),
    ):
        assert answer.status_code == 422
        assert [*answer.json()["details"]] == [field]


async def test_a_file_that_is_too_large_is_refused_by_name(running_site, alice, monkeypatch):
    smaller = msgspec.structs.replace(running_site.site.settings, image_megabytes=1, video_megabytes=1)
    monkeypatch.setattr(running_site.site, "settings", smaller)

    answer = await upload(alice, bytes(1024 * 1024 + 1))

    assert answer.status_code == 422
    assert answer.json()["field"] == "file"
    assert "1 MB" in answer.json()["error"]


async def test_a_video_is_processed_after_its_upload_was_answered(running_site, alice):
    answer = await upload(alice, video(), name="film.mp4")
    attachment = answer.json()
    path = f"/api/v1/media/{attachment['id']}"
    before = await alice.client.get(path)
    described = await alice.client.put(path, json={"description": "A walk"})
    await running_site.run_until_idle()
    after = await alice.client.get(path)

    assert (answer.status_code, before.status_code, described.status_code, after.status_code) == (202, 206, 206, 200)
    assert attachment["type"] == "video"
    assert attachment["url"] is attachment["preview_url"] is before.json()["url"] is None
    assert after.json()["description"] == "A walk"
    assert after.json()["url"]
    assert after.json()["preview_url"]
    assert after.json()["meta"]["original"]["duration"] > 0


async def test_a_gif_becomes_a_silent_loop(running_site, alice):
    answer = await upload(alice, animation(), name="cat.gif")
    await running_site.run_until_idle()
    ready = (await alice.client.get(f"/api/v1/media/{answer.json()['id']}")).json()

    assert (answer.status_code, ready["type"]) == (202, "gifv")
    assert (await alice.client.get(ready["url"])).headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("name", ["IMG.jpg", "sound.m4a", "photo"])
async def test_the_bytes_say_what_a_file_is_whatever_its_name(alice, name):
    answer = await alice.client.post("/api/v2/media", files={"file": (name, photo(), "audio/x-m4a")})

    assert (answer.status_code, answer.json()["type"]) == (200, "image")


async def test_a_video_is_ready_when_the_old_endpoint_answers(alice):
    answer = await upload(alice, video(), "/api/v1/media", name="film.mp4")

    assert answer.status_code == 200
    assert answer.json()["url"]


async def test_a_sound_shows_its_cover_and_without_one_nothing(running_site, alice, tmp_path):
    """A voice memo is sound, though its container is that of films."""
    bare = await alice.client.post("/api/v1/media", files={"file": ("memo.m4a", tone(tmp_path / "a.m4a").read_bytes(), "audio/x-m4a")})
    covered = await upload(alice, tone(tmp_path / "b.mp3", "mp3", cover=quarters()).read_bytes(), "/api/v1/media", name="b.mp3")

    assert (bare.status_code, covered.status_code) == (200, 200)
    assert [one.json()["type"] for one in (bare, covered)] == ["audio", "audio"]
    assert bare.json()["preview_url"] is None
    assert (await alice.client.get(bare.json()["url"])).headers["content-type"] == "audio/mp4"
    assert (await alice.client.get(covered.json()["preview_url"])).headers["content-type"] in {"image/jpeg", "image/webp"}


async def test_a_video_that_cannot_be_processed_is_told_later(running_site, alice):
    answer = await upload(alice, DAMAGED_FILM)
    await running_site.run_until_idle()

    shown = await alice.client.get(f"/api/v1/media/{answer.json()['id']}")
    posted = await alice.client.post("/api/v1/statuses", json={"status": "look", "media_ids": [answer.json()["id"]]})

    assert (answer.status_code, shown.status_code, posted.status_code) == (202, 422, 422)
    assert list((running_site.site.settings.data / "uploads").iterdir()) == []


async def test_the_description_and_the_focus_change_one_by_one(alice):
    path = f"/api/v1/media/{(await alice.uploads(photo(), description='A wall', focus='1,1'))['id']}"

    texted = (await alice.client.put(path, json={"description": "A teal wall"})).json()
    focused = (await alice.client.put(path, data={"focus": "0,-1"})).json()
    emptied = (await alice.client.put(path, json={"description": ""})).json()

    assert (texted["description"], texted["meta"]["focus"]) == ("A teal wall", {"x": 1, "y": 1})
    assert (focused["description"], focused["meta"]["focus"]) == ("A teal wall", {"x": 0, "y": -1})
    assert emptied["description"] is None


async def test_a_picture_may_stand_for_a_file(alice):
    mine = await alice.uploads(photo("red"))
    before = (await alice.client.get(mine["preview_url"])).content

    changed = await alice.client.put(f"/api/v1/media/{mine['id']}", files={"thumbnail": ("t.png", photo("blue"))})
    wrong = await alice.client.put(f"/api/v1/media/{mine['id']}", files={"thumbnail": ("t.png", UNREADABLE)})
    sent_with_it = await alice.client.post("/api/v2/media", files={"file": ("film.mp4", video()), "thumbnail": ("t.jpg", photo("green"))})

    assert (await alice.client.get(changed.json()["preview_url"])).content != before
    assert (wrong.status_code, wrong.json()["field"]) == (422, "thumbnail")
    assert sent_with_it.status_code == 200
    assert (await alice.client.get(sent_with_it.json()["preview_url"])).status_code == 200


async def test_a_file_is_its_owners_alone(alice, mallory):
    mine = await alice.uploads(photo())
    path = f"/api/v1/media/{mine['id']}"

    answers = [
        await mallory.client.get(path),
        await mallory.client.put(path, json={"description": "mine"}),
        await mallory.client.delete(path),
        await mallory.client.get(MISSING),
    ]

    assert [one.status_code for one in answers] == [404] * 4
    assert len({one.text for one in answers}) == 1
    assert (await alice.client.get(path)).json()["description"] is None


async def test_uploading_needs_its_scope(running_site, alice):
    reader = await running_site.person("reader", scopes="read")
    visitor = running_site.client()

    assert (await upload(reader, photo())).status_code == 403
    assert (await visitor.post("/api/v2/media", files={"file": ("a.jpg", photo())})).status_code == 401


async def test_a_deleted_file_is_gone(running_site, alice):
    mine = await alice.uploads(photo())

    answer = await alice.client.delete(f"/api/v1/media/{mine['id']}")
    await running_site.run_until_idle()

    assert (answer.status_code, answer.json()) == (200, {})
    assert (await alice.client.get(f"/api/v1/media/{mine['id']}")).status_code == 404
    assert (await alice.client.get(mine["url"])).status_code == 404
    assert stored(running_site) == []


async def test_the_same_file_is_stored_once_and_stays_until_the_last_is_deleted(running_site, alice, bob):
    mine, same, other = await alice.uploads(photo()), await bob.uploads(photo()), await bob.uploads(photo("red"))
    files = stored(running_site)

    await alice.client.delete(f"/api/v1/media/{mine['id']}")
    await running_site.run_until_idle()
    assert stored(running_site) == files
    assert (await bob.client.get(same["url"])).status_code == 200

    await bob.client.delete(f"/api/v1/media/{same['id']}")
    await running_site.run_until_idle()
    assert len(stored(running_site)) == len(files) // 2
    assert (await bob.client.get(other["url"])).status_code == 200


async def test_a_file_that_somebody_else_has_is_processed_and_written_all_the_same(running_site, alice, bob, monkeypatch):
    """By the time that it takes, nobody learns that it is there."""
    done = []
    process, put_file = uploading.process, running_site.site.media_store.put_file

    async def counted_process(*given):
        done.append("processed")
        return await process(*given)

    async def counted_put_file(*given):
        done.append("written")
        return await put_file(*given)

    monkeypatch.setattr(uploading, "process", counted_process)
    monkeypatch.setattr(running_site.site.media_store, "put_file", counted_put_file)
    await alice.uploads(photo())
    first = list(done)
    await bob.uploads(photo())

    assert first == ["processed", "written", "written", "written"]
    assert done == first * 2


async def test_each_upload_has_an_address_of_its_own(alice, bob):
    mine, same = await alice.uploads(photo()), await bob.uploads(photo())

    assert mine["url"].partition("?")[0] != same["url"].partition("?")[0]


async def test_a_file_that_no_status_took_is_swept(running_site, alice, clock):
    unused, used = await alice.uploads(photo()), await alice.uploads(photo("red"))
    await alice.posts("look", media_ids=[used["id"]])
    clock.advance(hours=23)
    late = await alice.uploads(photo("blue"))
    clock.advance(hours=2)

    await running_site.run_until_idle()

    assert (await alice.client.get(f"/api/v1/media/{unused['id']}")).status_code == 404
    assert (await alice.client.get(f"/api/v1/media/{used['id']}")).status_code == 200
    assert (await alice.client.get(f"/api/v1/media/{late['id']}")).status_code == 200


async def test_apps_are_told_what_may_be_uploaded(alice):
    for version in ("v1", "v2"):
        configuration = (await alice.get(f"/api/{version}/instance"))["configuration"]

        assert configuration["statuses"]["max_media_attachments"] == 4
        assert configuration["media_attachments"]["image_size_limit"] == 16 * 1024 * 1024
        assert configuration["media_attachments"]["description_limit"] == 1500
        assert "image/heic" in configuration["media_attachments"]["supported_mime_types"]


def stored(running_site):
    return sorted(one.name for one in (running_site.site.settings.data / "attachments").rglob("*") if one.is_file())
