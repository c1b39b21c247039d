"""A picture is turned by any angle and cropped: its horizon comes out straight, nothing of the background is left, nor of the original."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from gazouillis.media import adjust, queries
from tests.integration.api.v1.test_media import stored
from tests.support.media import UNREADABLE, animation, video
from tests.support.media_files import BLUE, GREEN, RED, encoded, quarters

TILT = 3.0


def tilted(degrees: float = TILT, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """Blue sky above green land. The right of the horizon is higher by so many degrees: a turn clockwise makes it straight."""
    width, height = size[0] * 2, size[1] * 2
    whole = Image.new("RGB", (width, height), BLUE)
    whole.paste(GREEN, (0, height // 2, width, height))
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    return whole.rotate(degrees, Image.Resampling.BICUBIC).crop((left, top, left + size[0], top + size[1]))


def slope(content: bytes) -> float:
    """Degrees by which the horizon is tilted: a line through the place, in each column, where the blue ends."""
    with Image.open(BytesIO(content)) as picture:
        blue = np.asarray(picture.convert("RGB"), dtype=float)[:, :, 2]
    heights = ((blue - GREEN[2]) / (BLUE[2] - GREEN[2])).sum(axis=0)
    return float(np.degrees(np.arctan(np.polyfit(np.arange(len(heights)), heights, 1)[0])))


def colours_of_the_edge(content: bytes) -> set[str]:
    """Which of blue and green the pixels along all four sides are; anything else is `other`."""
    with Image.open(BytesIO(content)) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=int)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    near = {name: np.abs(edge - colour).max(axis=1) < 40 for name, colour in (("blue", BLUE), ("green", GREEN))}
    mixed = ~(near["blue"] | near["green"])
    between = mixed & (edge[:, 0] < 60) & (edge[:, 1] + edge[:, 2] > 150)  # on the horizon itself
    return {name for name, found in near.items() if found.any()} | ({"other"} if (mixed & ~between).any() else set())


async def file_of(person, attachment):
    return (await person.client.get(attachment["url"])).content


async def upload(person, content, **fields):
    return await person.client.post("/api/v2/media", files={"file": ("a.jpg", content)}, data=fields)


def test_the_horizon_of_the_test_is_tilted():
    assert slope(encoded(tilted(), "PNG")) == pytest.approx(-TILT, abs=0.05)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_a_tilted_horizon_is_straight_when_it_is_uploaded_with_a_turn(alice, kind):
    answer = await upload(alice, encoded(tilted(), kind), turn=TILT)

    assert answer.status_code == 200
    content = await file_of(alice, answer.json())
    assert abs(slope(content)) < 0.2
    assert colours_of_the_edge(content) == {"blue", "green"}


@pytest.mark.parametrize("degrees", [TILT, -TILT, 0.1, 12.5, -44.9, 93])
async def test_a_picture_that_has_arrived_is_straightened_and_keeps_its_id_and_its_description(running_site, alice, degrees):
    mine = (await upload(alice, encoded(tilted(degrees), "JPEG", quality=92), description="The sea", focus="1,1")).json()
    before = stored(running_site)

    answer = await alice.client.put(f"/api/v1/media/{mine['id']}", json={"turn": degrees})
    await running_site.run_until_idle()

    turned = answer.json()
    content = await file_of(alice, turned)
    assert (answer.status_code, turned["id"], turned["description"]) == (200, mine["id"], "The sea")
    assert "focus" not in turned["meta"] or turned["meta"]["focus"] == {"x": 0, "y": 0}
    assert abs(slope(content)) < 0.2
    assert colours_of_the_edge(content) == {"blue", "green"}
    assert turned["meta"]["original"]["width"] < 1200
    assert turned["blurhash"]
    assert not set(before) & set(stored(running_site))
    assert len(before) == len(stored(running_site))


async def test_the_part_to_keep_is_all_that_is_left(running_site, alice):
    mine = (await upload(alice, encoded(quarters(320, 240), "JPEG"))).json()

    cropped = await alice.client.put(f"/api/v1/media/{mine['id']}", data={"crop": "0,0,0.45,0.45"})
    said = await alice.posts("look", media_ids=[mine["id"]])
    await running_site.run_until_idle()

    [shown] = said["media_attachments"]
    assert (cropped.json()["meta"]["original"]["size"], shown["id"]) == ("144x108", mine["id"])
    for name in ("url", "preview_url"):
        with Image.open(BytesIO((await alice.client.get(shown[name])).content)) as picture:
            assert np.abs(np.asarray(picture.convert("RGB"), dtype=int) - RED).max() < 40


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"turn": "left"}, "turn"),
        ({"turn": "nan"}, "turn"),
        ({"turn": "361"}, "turn"),
        ({"crop": "0,0,1"}, "crop"),
        ({"crop": "0,0,1,1.5"}, "crop"),
        ({"crop": "0,0,0,0"}, "crop"),
        ({"crop": "a,b,c,d"}, "crop"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_its_field_and_changes_nothing(alice, fields, field):
    mine = (await upload(alice, encoded(quarters(), "JPEG"), description="Three colours")).json()

    answers = [
        await upload(alice, encoded(quarters(), "JPEG"), **fields),
        await alice.client.put(f"/api/v1/media/{mine['id']}", data=fields | {"description": "other"}),
    ]

    assert [(one.status_code, one.json()["field"]) for one in answers] == [(422, field)] * 2
    after = (await alice.client.get(f"/api/v1/media/{mine['id']}")).json()
    assert (after["description"], after["meta"]["original"]["size"]) == ("Three colours", "320x240")


@pytest.mark.parametrize("content", [animation(), video()], ids=["animation", "video"])
async def test_only_still_pictures_are_turned(running_site, alice, content):
    sent_with_it = await upload(alice, content, turn=3)
    mine = (await upload(alice, content)).json()
    await running_site.run_until_idle()
    later = await alice.client.put(f"/api/v1/media/{mine['id']}", json={"turn": 3})

    assert [(one.status_code, one.json()["field"]) for one in (sent_with_it, later)] == [(422, "turn")] * 2
    assert (await alice.client.get(f"/api/v1/media/{mine['id']}")).status_code == 200


async def test_nobody_turns_the_picture_of_another_nor_one_of_a_post(running_site, alice, mallory):
    mine = (await upload(alice, encoded(quarters(), "JPEG"))).json()
    path = f"/api/v1/media/{mine['id']}"
    theirs = await mallory.client.put(path, json={"turn": 90})
    said = await alice.posts("look", media_ids=[mine["id"]])
    published = await alice.client.put(path, json={"turn": 90})

    assert (theirs.status_code, published.status_code) == (404, 404)
    assert (await alice.get(f"/api/v1/statuses/{said['id']}"))["media_attachments"][0]["meta"]["original"]["size"] == "320x240"


async def test_a_picture_that_a_post_took_while_it_was_turned_stays_as_it_was(running_site, alice, monkeypatch):
    mine = (await upload(alice, encoded(quarters(), "JPEG"))).json()
    process = adjust.process

    async def publishes_meanwhile(*args):
        await alice.posts("look", media_ids=[mine["id"]])
        return await process(*args)

    monkeypatch.setattr(adjust, "process", publishes_meanwhile)
    answer = await alice.client.put(f"/api/v1/media/{mine['id']}", json={"turn": 90})

    assert answer.status_code in {409, 422}
    [said] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert said["media_attachments"][0]["meta"]["original"]["size"] == "320x240"
    assert (await alice.client.get(said["media_attachments"][0]["url"])).status_code == 200


async def test_a_server_that_is_killed_while_it_turns_a_picture_leaves_it_whole(running_site, alice, clock, monkeypatch):
    mine = (await upload(alice, encoded(quarters(), "JPEG"))).json()
    before = stored(running_site)

    async def killed(*_args):
        raise ConnectionAbortedError

    found = await own(running_site, mine)
    monkeypatch.setattr(adjust, "_replace", killed)
    with pytest.raises(ConnectionAbortedError):
        await adjust.adjust(running_site.site, found, adjust.Adjustment(90))

    assert (await alice.client.get(mine["url"])).status_code == 200
    await alice.posts("look", media_ids=[mine["id"]])
    clock.advance(hours=25)
    await running_site.run_until_idle()
    assert stored(running_site) == before


async def own(running_site, attachment):
    async with running_site.site.db.read() as reader:
        return await queries.by_id(reader, int(attachment["id"]))


async def test_the_file_is_cut_from_what_was_sent_unless_it_had_arrived_before(alice):
    """Turned at once, it is compressed once."""
    fine = Image.effect_noise((600, 400), 60).convert("RGB")
    at_once = (await upload(alice, encoded(fine, "PNG"), crop="0,0,0.5,0.5")).json()

    with Image.open(BytesIO(await file_of(alice, at_once))) as picture:
        assert np.array_equal(np.asarray(picture.convert("RGB")), np.asarray(fine.crop((0, 0, 300, 200))))


async def test_what_cannot_be_read_is_still_refused_for_the_file(alice):
    assert (await upload(alice, UNREADABLE, turn=3)).json()["field"] == "file"
