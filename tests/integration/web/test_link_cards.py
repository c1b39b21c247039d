"""What other sites and chats show of a link to a page (https://ogp.me/)."""

import re
from html import unescape

import pytest

from tests.support.browser import leads_to
from tests.support.media import photo, video
from tests.support.media_files import tone


def card(page):
    return {name: unescape(content) for name, content in re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)">', page.text)}


async def test_a_public_post_says_who_wrote_what(visitor, alice):
    status = await alice.posts('In "Budapest" for two days & more')

    shown = card(await visitor.reads(f"/@alice/{status['id']}"))

    assert shown["title"].endswith("(@alice)")
    assert shown["description"] == 'In "Budapest" for two days & more'
    assert shown["type"] == "article"
    assert shown["url"].endswith(f"/@alice/{status['id']}")


async def test_the_picture_of_a_card_can_be_fetched(visitor, alice):
    address = card(await visitor.reads("/@alice"))["image"]

    response = await visitor.reads(address[address.index("/", len("https://")) :])

    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")


async def test_a_card_tells_the_warning_and_not_what_is_behind_it(visitor, alice):
    status = await alice.posts("the butler did it", spoiler_text="a film")

    page = await visitor.reads(f"/@alice/{status['id']}")

    assert card(page)["description"] == "a film"
    assert page.text.count("the butler did it") == 1


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_a_post_that_is_not_for_everybody_has_no_card(alices_browser, alice, bob, visibility):
    status = await alice.posts("@bob only for you", visibility=visibility)

    assert card(await alices_browser.reads(f"/@alice/{status['id']}")) == {}


async def test_a_profile_says_who_it_is(visitor, alice):
    shown = card(await visitor.reads("/@alice"))

    assert (shown["type"], shown["url"].rpartition("/")[2]) == ("profile", "@alice")


async def test_a_name_without_its_sign_leads_to_the_profile(visitor, alice):
    response = await visitor.reads("/ALICE")

    assert (response.status_code, leads_to(response)) == (303, "/@alice")


async def test_a_name_nobody_bears_leads_nowhere(visitor):
    response = await visitor.reads("/nobody")

    assert response.status_code == 404
    assert "There is nothing here" in response.text


async def test_the_card_of_a_photo_shows_it_with_its_size_and_what_it_shows(visitor, alice):
    files = [await alice.uploads(photo(size=(1200, 900)), description='A "teal" wall'), await alice.uploads(photo("red"))]
    status = await alice.posts("look", media_ids=[one["id"] for one in files])

    page = await visitor.reads(f"/@alice/{status['id']}")
    shown = card(page)

    assert (shown["image:width"], shown["image:height"], shown["image:alt"]) == ("800", "600", 'A "teal" wall')
    assert '<meta name="twitter:card" content="summary_large_image">' in page.text
    fetched = await visitor.client.get(shown["image"])
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "image/jpeg")
    assert f"/media/{files[0]['id']}/" in shown["image"]


async def test_the_card_of_a_video_shows_its_poster(visitor, alice):
    status = await alice.posts("look", media_ids=[(await alice.uploads(video(), "film.mp4"))["id"]])

    assert "/media/" in card(await visitor.reads(f"/@alice/{status['id']}"))["image"]


@pytest.mark.parametrize("options", [{"sensitive": True}, {"spoiler_text": "a film"}, {"visibility": "unlisted"}], ids=str)
async def test_a_photo_that_is_covered_or_not_public_is_on_no_card(visitor, alice, options):
    status = await alice.posts("look", media_ids=[(await alice.uploads(photo(), description="A wall"))["id"]], **options)

    shown = card(await visitor.reads(f"/@alice/{status['id']}"))

    assert "/avatars/" in shown["image"]
    assert not {"image:width", "image:alt"} & shown.keys()


async def test_the_card_of_a_sound_shows_its_author(visitor, alice, tmp_path):
    sound = await alice.uploads(tone(tmp_path / "a.mp3", "mp3").read_bytes(), "a.mp3")
    status = await alice.posts("listen", media_ids=[sound["id"]])

    assert "/avatars/" in card(await visitor.reads(f"/@alice/{status['id']}"))["image"]
