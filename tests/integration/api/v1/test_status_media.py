"""Attachments of statuses: publishing, editing, deleting and listing them. https://docs.joinmastodon.org/methods/statuses/"""

from __future__ import annotations

import pytest

from tests.support.media import photo, video

COLOURS = ("red", "green", "blue", "gold", "teal")


@pytest.fixture
async def photos(alice):
    return [(await alice.uploads(photo(one), description=one))["id"] for one in COLOURS]


def descriptions(status):
    return [one["description"] for one in status["media_attachments"]]


async def test_attachments_come_in_the_order_that_was_asked_for(alice, bob, photos):
    one, two, three, *_ = photos

    status = await alice.posts("look", media_ids=[three, one, two])

    assert descriptions(status) == ["blue", "red", "green"]
    assert descriptions(await bob.get(f"/api/v1/statuses/{status['id']}")) == ["blue", "red", "green"]
    assert descriptions((await bob.get("/api/v1/timelines/public"))[0]) == ["blue", "red", "green"]


async def test_a_status_may_have_pictures_and_no_text(alice, photos):
    status = await alice.posts("", media_ids=photos[:1])
    blank = await alice.client.post("/api/v1/statuses", json={"status": " ", "media_ids": []})

    assert (status["content"], descriptions(status)) == ("", ["red"])
    assert blank.status_code == 422


async def test_a_repeated_request_attaches_once(alice, photos):
    request = {"json": {"status": "look", "media_ids": photos[:2]}, "headers": {"Idempotency-Key": "once"}}

    first, second = await alice.client.post("/api/v1/statuses", **request), await alice.client.post("/api/v1/statuses", **request)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["id"] == second.json()["id"]
    assert descriptions(second.json()) == ["red", "green"]


async def test_what_cannot_be_attached_is_refused_and_nothing_is_published(running_site, alice, bob, photos):
    theirs, used = (await bob.uploads(photo()))["id"], photos[0]
    await alice.posts("first", media_ids=[used])
    film = (await alice.uploads(video(), "film.mp4"))["id"]
    unready = (await alice.client.post("/api/v2/media", files={"file": ("film.mp4", video())})).json()["id"]

    for wrong in ([theirs], ["404404"], [used], [*photos[1:], film], [photos[1], film], [unready], [photos[1], theirs], ["x"], [{}]):
        answer = await alice.client.post("/api/v1/statuses", json={"status": "second", "media_ids": wrong})

        assert answer.status_code == 422, wrong
        assert answer.json()["field"].startswith("media_ids"), wrong
    assert await alice.profile(alice) == ["first"]
    assert (await bob.client.get(f"/api/v1/media/{theirs}")).status_code == 200


async def test_five_pictures_are_one_too_many(alice, photos):
    answer = await alice.client.post("/api/v1/statuses", json={"status": "look", "media_ids": photos})

    assert (answer.status_code, answer.json()["details"]["media_ids"][0]["error"]) == (422, "ERR_TOO_MANY")


async def test_the_description_of_a_published_picture_changes_with_its_status(running_site, alice, bob, photos):
    status = await alice.posts("look", media_ids=photos[:2])
    await bob.get(f"/api/v1/statuses/{status['id']}")

    refused = await alice.client.put(f"/api/v1/media/{photos[0]}", json={"description": "no"})
    edited = await alice.edits(status, "look", media_ids=photos[:2], media_attributes=[{"id": photos[0], "description": "a red wall"}])
    seen = await bob.get(f"/api/v1/statuses/{status['id']}")
    focused = await alice.edits(status, "look", media_attributes=[{"id": photos[0], "focus": "1,-1"}])

    assert refused.status_code == 404
    assert descriptions(edited) == descriptions(seen) == ["a red wall", "green"]
    assert edited["edited_at"]
    assert focused["media_attachments"][0]["meta"]["focus"] == {"x": 1, "y": -1}
    assert descriptions(focused) == ["a red wall", "green"]
    described = await alice.edits(status, "look", media_attributes=[{"id": photos[0], "description": "a wall"}])
    assert described["media_attachments"][0]["meta"]["focus"] == {"x": 1, "y": -1}
    assert (await bob.get(f"/api/v1/statuses/{status['id']}"))["media_attachments"][0]["meta"]["focus"] == {"x": 1, "y": -1}


async def test_a_form_names_media_as_rails_does(alice, photos):
    status = await alice.client.post("/api/v1/statuses", data={"status": "look", "media_ids[]": photos[:2]})
    described = zip(photos, ("one", "two"), strict=False)
    body = "status=look" + "".join(f"&media_attributes[][id]={one}&media_attributes[][description]={status}" for one, status in described)
    edited = await alice.client.put(
        f"/api/v1/statuses/{status.json()['id']}", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert descriptions(status.json()) == ["red", "green"]
    assert descriptions(edited.json()) == ["one", "two"]


async def test_an_edit_may_change_which_pictures_are_shown(alice, bob, photos):
    red, green, blue, *_ = photos
    status = await alice.posts("look", media_ids=[red, green])

    kept = await alice.edits(status, "look again")
    changed = await alice.edits(status, "look again", media_ids=[blue, green])
    emptied = await alice.edits(status, "look again", media_ids=[])
    blank = await alice.client.put(f"/api/v1/statuses/{status['id']}", json={"status": "", "media_ids": []})
    restored = await alice.edits(status, "", media_ids=[red])

    assert descriptions(kept) == ["red", "green"]
    assert descriptions(changed) == ["blue", "green"]
    assert descriptions(emptied) == []
    assert blank.status_code == 422
    assert (restored["content"], descriptions(restored)) == ("", ["red"])
    history = await bob.get(f"/api/v1/statuses/{status['id']}/history")
    assert [descriptions(one) for one in history] == [["red", "green"], ["red", "green"], ["blue", "green"], [], ["red"]]


async def test_history_shows_the_descriptions_of_its_time(bob, alice, photos):
    status = await alice.posts("look", media_ids=photos[:1])
    await alice.edits(status, "look", media_attributes=[{"id": photos[0], "description": "a wall"}])

    history = await bob.get(f"/api/v1/statuses/{status['id']}/history")

    assert [descriptions(one) for one in history] == [["red"], ["a wall"]]
    assert (await bob.client.get(history[0]["media_attachments"][0]["url"])).status_code == 200


async def test_an_edit_that_is_refused_changes_no_picture(alice, bob, photos):
    status = await alice.posts("look", media_ids=photos[:1])
    theirs = (await bob.uploads(photo()))["id"]

    for wrong in ({"media_ids": [theirs]}, {"media_attributes": [{"id": photos[0], "description": "x" * 1501}]}):
        answer = await alice.client.put(f"/api/v1/statuses/{status['id']}", json={"status": "again", **wrong})
        assert answer.status_code == 422

    assert descriptions(await bob.get(f"/api/v1/statuses/{status['id']}")) == ["red"]


async def test_a_deleted_status_gives_its_pictures_back_to_be_posted_again(running_site, alice, bob, photos, clock):
    status = await alice.posts("loook", media_ids=photos[:2])
    clock.advance(days=30)

    deleted = await alice.deletes(status)
    await running_site.run_until_idle()
    clock.advance(hours=23)
    await running_site.run_until_idle()
    addresses = [one[name] for one in deleted["media_attachments"] for name in ("url", "preview_url")]
    again = await alice.posts("look", media_ids=[one["id"] for one in deleted["media_attachments"]])

    assert (deleted["text"], descriptions(deleted)) == ("loook", ["red", "green"])
    assert len(addresses) == 4
    assert descriptions(again) == ["red", "green"]
    assert (await bob.client.get(again["media_attachments"][0]["url"])).status_code == 200


async def test_the_addresses_of_a_deleted_status_work_for_its_author_alone(running_site, alice, photos):
    status = await alice.posts("loook", media_ids=photos[:1])
    public = status["media_attachments"][0]["url"]
    assert (await running_site.client().get(public)).status_code == 200

    deleted = await alice.deletes(status)

    assert (await running_site.client().get(deleted["media_attachments"][0]["url"])).status_code == 200
    assert (await running_site.client().get(public)).status_code == 404


async def test_deleting_a_status_with_its_media_deletes_the_files(running_site, alice, photos):
    status = await alice.posts("look", media_ids=photos[:1])
    files = stored(running_site)

    await alice.client.delete(f"/api/v1/statuses/{status['id']}?delete_media=true")
    await running_site.run_until_idle()

    assert len(stored(running_site)) < len(files)
    assert (await alice.client.get(f"/api/v1/media/{photos[0]}")).status_code == 404


async def test_pictures_that_an_edit_removed_go_with_the_status(running_site, alice, photos, clock):
    for one in photos[1:]:
        await alice.client.delete(f"/api/v1/media/{one}")
    status = await alice.posts("look", media_ids=photos[:1])
    await alice.edits(status, "look", media_ids=[])
    assert stored(running_site)

    await alice.deletes(status)
    clock.advance(hours=26)
    await running_site.run_until_idle()

    assert stored(running_site) == []


async def test_only_media_lists_statuses_with_pictures(running_site, alice, bob, photos):
    await alice.posts("nothing #sea")
    status = await alice.posts("a picture #sea", media_ids=photos[:1])
    await bob.reblogs(status)
    emptied = await alice.posts("emptied #sea", media_ids=photos[1:2])
    await alice.edits(emptied, "emptied #sea", media_ids=[])
    deleted = await alice.posts("deleted #sea", media_ids=photos[2:3])
    await alice.deletes(deleted)

    for path in ("/api/v1/timelines/public", "/api/v1/timelines/tag/sea", f"/api/v1/accounts/{alice.id}/statuses"):
        listed = await bob.get(path, only_media=True)
        assert [one["id"] for one in listed] == [status["id"]], path


async def test_a_reblog_shows_the_pictures_of_its_original(alice, bob, photos):
    status = await alice.posts("look", media_ids=photos[:1])

    again = await bob.reblogs(status)

    assert again["media_attachments"] == []
    assert descriptions(again["reblog"]) == ["red"]


async def test_notifications_show_pictures(alice, bob, photos):
    await alice.posts("look @bob", media_ids=photos[:1])

    [notified] = await bob.notifications()

    assert descriptions(notified["status"]) == ["red"]


def stored(running_site):
    return sorted(one.name for one in (running_site.site.settings.data / "attachments").rglob("*") if one.is_file())
