"""What phones and cameras send, by every way in which a file can come: it is shown as it should be, and tells nothing of its author."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.integration.web.test_resumable_uploads import Client
from tests.support.browser import Browser
from tests.support.media_files import BLUE, GREEN, MARK, RED, animation, encoded, quarters, tone, video, with_metadata

ADDRESS = re.compile(r"/media/[\w./-]+(?:\?[^\"\s<>\\,]*)?")
PORTRAIT = 6
"""The orientation of EXIF that means: turn it a quarter to the right."""


@pytest.fixture
async def posts(alice):
    """Posts a file and returns its attachment, as it is shown."""

    async def posts(content, name="photo.jpg", kind="", **fields):
        file = (name, content, kind) if kind else (name, content)
        answer = await alice.client.post("/api/v1/media", files={"file": file}, data=fields)
        assert answer.status_code == 200, answer.text
        return (await alice.posts("look", media_ids=[answer.json()["id"]]))["media_attachments"][0]

    return posts


async def picture_at(client, address):
    return Image.open(BytesIO((await client.get(address)).content)).convert("RGB")


def colours(picture):
    """The names of the colours above left, above right, and below."""
    known = {"red": RED, "green": GREEN, "blue": BLUE}
    places = [(0.2, 0.2), (0.8, 0.2), (0.5, 0.9)]
    found = [picture.getpixel((int(picture.width * x), int(picture.height * y))) for x, y in places]
    return [min(known, key=lambda name: sum(abs(a - b) for a, b in zip(one, known[name], strict=True))) for one in found]


@pytest.mark.parametrize("rotation", [90, -90])
async def test_a_film_of_an_upright_phone_has_upright_sizes_and_an_upright_poster(posts, running_site, tmp_path, rotation):
    film = video(tmp_path / "film.mp4", picture=quarters(320, 180), rotation=rotation)

    shown = await posts(film.read_bytes(), "film.mp4")

    assert (shown["meta"]["original"]["width"], shown["meta"]["original"]["height"]) == (180, 320)
    assert shown["meta"]["small"]["width"] < shown["meta"]["small"]["height"]
    poster = await picture_at(running_site.client(), shown["preview_url"])
    assert poster.size == (shown["meta"]["small"]["width"], shown["meta"]["small"]["height"])


@pytest.mark.parametrize(("name", "declared"), [("IMG_0815.jpg", "image/jpeg"), ("clip.mp4", "video/mp4"), ("photo", "text/plain")])
@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
async def test_a_heic_that_is_called_a_jpeg_is_shown_as_a_photo(posts, running_site, kind, name, declared):
    shown = await posts(encoded(quarters(), kind), name, declared)

    assert shown["type"] == "image"
    assert (await running_site.client().get(shown["url"])).headers["content-type"] == "image/jpeg"
    assert colours(await picture_at(running_site.client(), shown["url"])) == ["red", "green", "blue"]


@pytest.mark.parametrize("declared", ["audio/x-m4a", "audio/m4a", "audio/mp4", "video/mp4"])
async def test_a_voice_memo_is_sound_whatever_its_type_is_called(posts, tmp_path, declared):
    shown = await posts(tone(tmp_path / "memo.m4a").read_bytes(), "memo.m4a", declared)

    assert (shown["type"], shown["preview_url"]) == ("audio", None)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_what_moves_is_a_loop_and_one_frame_is_a_picture(posts, kind):
    one, several, at_once = animation(kind, [RED]), animation(kind), animation(kind, ms=0)

    assert [(await posts(content, f"a.{kind.lower()}"))["type"] for content in (one, several, at_once)] == ["image", "gifv", "gifv"]


@pytest.mark.parametrize("turn", [0, 90, 3])
async def test_a_photo_of_a_phone_held_upright_is_turned_once_whatever_is_turned_after(posts, running_site, turn):
    sideways = quarters(320, 240).transpose(Image.Transpose.ROTATE_90)

    shown = await posts(with_metadata("JPEG", sideways, PORTRAIT), turn=str(turn))
    picture = await picture_at(running_site.client(), shown["url"])

    upright = quarters(320, 240).rotate(-turn, expand=True) if turn == 90 else quarters(320, 240)
    assert colours(picture) == colours(upright)
    assert (picture.width > picture.height) is (turn != 90)
    assert picture.getexif() == {}


@pytest.fixture
def told(tmp_path):
    """Files with metadata of every kind, by their names."""
    memo = tone(tmp_path / "memo.mp3", "mp3", cover=quarters())
    return {
        "a.jpg": with_metadata("JPEG"),
        "a.png": with_metadata("PNG"),
        "a.webp": with_metadata("WEBP"),
        "a.heic": with_metadata("HEIF"),
        "a.gif": animation("GIF", comment=MARK) + MARK.encode(),
        "film.mp4": video(tmp_path / "film.mp4").read_bytes(),
        "film.webm": video(tmp_path / "film.webm", codec="libvpx-vp9", sound="libopus").read_bytes(),
        "memo.mp3": memo.read_bytes(),
    }


async def test_no_way_in_lets_metadata_out(running_site, alice, told):
    assert all(MARK.encode() in content for content in told.values())
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    for path in ("/api/v1/media", "/api/v2/media"):
        for name, content in told.items():
            answer = await alice.client.post(path, files={"file": (name, content), "thumbnail": ("t.jpg", told["a.jpg"])})
            await alice.posts(f"{path} {name}", media_ids=[await ready(alice, answer)])
    for name, content in told.items():
        await browser.sends("/statuses", status=f"form {name}", has_files="1", files={"file.1": (name, content)})
        parts = await Client(browser).uploads(content)
        await alice.posts(f"parts {name}", media_ids=[await ready(alice, parts)])
    replaced = await alice.uploads(told["a.png"])
    await alice.client.put(f"/api/v1/media/{replaced['id']}", files={"thumbnail": ("t.png", told["a.png"])})
    await browser.sends(f"/compose/files/{replaced['id']}/adjustment", turn="3")
    await alice.posts("replaced", media_ids=[replaced["id"]])
    await alice.client.patch(
        "/api/v1/accounts/update_credentials", files={"avatar": ("a.jpg", told["a.jpg"]), "header": ("a.png", told["a.png"])}
    )
    await running_site.run_until_idle()

    addresses = {one for path in await pages(alice) for one in ADDRESS.findall(unescape((await browser.reads(path)).text))}
    for status in await alice.get(f"/api/v1/accounts/{alice.id}/statuses", limit=40):
        for one in status["media_attachments"]:
            addresses |= {urlsplit(one[key]).path for key in ("url", "preview_url") if one[key]}

    assert len({one.split("/")[2] for one in addresses}) >= 4 * len(told) + 2
    for one in sorted(addresses):
        file = await browser.client.get(one)
        assert file.status_code == 200, one
        assert MARK.encode() not in file.content, one


async def pages(alice):
    statuses = await alice.get(f"/api/v1/accounts/{alice.id}/statuses", limit=40)
    return ["/@alice", "/@alice/media", *(f"/@alice/{one['id']}" for one in statuses)]


async def ready(alice, answer):
    assert answer.status_code in {200, 202}, answer.text
    return (await alice.get(f"/api/v1/media/{answer.json()['id']}"))["id"]
