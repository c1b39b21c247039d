"""Pictures are turned and cropped by plain fields, with a preview made by the server: in a post, in a message, and at an edit."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from tests.integration.media.test_straightening import slope, tilted
from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo, video
from tests.support.media_files import BLUE, GREEN, RED, encoded, quarters

ROWS = re.compile(r'name="media_ids" value="(\d+)" checked')
PREVIEW = re.compile(r'src="(/compose/files/\d+/preview\?[^"]*)"')


def opened(content):
    return Image.open(BytesIO(content)).convert("RGB")


def colour(picture, across=0.5, down=0.5):
    known = {"red": RED, "green": GREEN, "blue": BLUE}
    found = picture.getpixel((int(picture.width * across), int(picture.height * down)))
    return min(known, key=lambda name: sum(abs(a - b) for a, b in zip(found, known[name], strict=True)))


async def shown_with(browser, content, path="/statuses", **fields):
    """The page after the button that shows the files, and the id of the file on it."""
    page = await browser.sends(path, show_files="1", has_files="1", **fields, files={"file.1": ("a.jpg", content)})
    assert page.status_code == 200
    [identifier] = ROWS.findall(page.text)
    return page, identifier


async def attachments(person):
    [status, *_] = await person.get(f"/api/v1/accounts/{person.id}/statuses")
    return status["media_attachments"]


async def test_the_files_are_shown_before_anything_is_posted_and_nothing_typed_is_lost(alices_browser, alice):
    page, identifier = await shown_with(
        alices_browser, encoded(quarters(), "JPEG"), status="by the sea", **{"file_description.1": "a wall"}
    )

    assert await alice.profile(alice) == []
    assert "by the sea</textarea>" in text(page)
    assert "a wall</textarea>" in text(page)
    assert re.search(rf'<input type="number" name="turn.{identifier}" value=""', page.text)
    assert PREVIEW.findall(page.text) == []


async def test_a_horizon_is_straight_in_the_preview_and_then_in_the_post(alices_browser, running_site, alice):
    _page, identifier = await shown_with(alices_browser, encoded(tilted(), "JPEG", quality=95), status="the sea")
    fields = {"status": "the sea", "has_files": "1", "media_ids": identifier, f"turn.{identifier}": "3", f"description.{identifier}": "sea"}

    page = await alices_browser.sends("/statuses", show_files="1", **fields)
    [address] = PREVIEW.findall(page.text)
    preview = await alices_browser.client.get(unescape(address))
    posted = await alices_browser.sends("/statuses", **fields)

    assert await alice.profile(alice) == ["the sea"]
    assert (preview.status_code, preview.headers["cache-control"]) == (200, "private, no-store")
    assert abs(slope(preview.content)) < 0.3
    assert leads_to(posted) == "/"
    [shown] = await attachments(alice)
    assert shown["description"] == "sea"
    assert abs(slope((await running_site.client().get(shown["url"])).content)) < 0.3
    assert (await alice.client.get(f"/api/v1/media/{identifier}")).status_code == 404, "what was cut away is gone"


@pytest.mark.parametrize(("fields", "left"), [({"cut_right": "60"}, "red"), ({"cut_left": "50,0"}, "green"), ({"cut_top": "50.0"}, "blue")])
async def test_what_is_cut_off_by_per_cent_is_not_posted(alices_browser, running_site, alice, fields, left):
    _page, identifier = await shown_with(alices_browser, encoded(quarters(), "PNG"))
    cut = {f"{name}.{identifier}": value for name, value in fields.items()}

    await alices_browser.sends("/statuses", status="look", media_ids=identifier, **cut)

    [shown] = await attachments(alice)
    picture = opened((await running_site.client().get(shown["url"])).content)
    assert picture.size == {"red": (128, 240), "green": (160, 240), "blue": (320, 120)}[left]
    assert colour(picture, 0.5, 0.2) == left


WRONG = [
    {"turn": "400"},
    {"turn": "a lot"},
    {"turn": "nan"},
    {"turn": "1e400"},
    {"cut_left": "60", "cut_right": "40"},
    {"cut_top": "-5"},
    {"cut_bottom": "100"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
async def test_numbers_that_make_no_sense_are_refused_beside_the_files_and_cut_nothing(alices_browser, alice, wrong):
    _page, identifier = await shown_with(alices_browser, photo())
    typed = {f"{name}.{identifier}": value for name, value in wrong.items()}

    page = await alices_browser.sends("/statuses", status="look", media_ids=identifier, **typed)
    preview = await alices_browser.client.get(f"/compose/files/{identifier}/preview", params=wrong)

    assert (page.status_code, preview.status_code) == (422, 422)
    assert re.search(r'<p class="wrong" role="alert" data-wrong-file[^>]*>[^<]', page.text)
    assert "look</textarea>" in text(page)
    assert ROWS.findall(page.text) == [identifier]
    for name, value in typed.items():
        assert f'name="{name}" value="{value}"' in page.text
    assert await alice.profile(alice) == []


async def test_a_form_that_is_sent_again_after_an_error_turns_nothing_twice(alices_browser, running_site, alice):
    _page, identifier = await shown_with(alices_browser, encoded(quarters(), "JPEG"))

    refused = await alices_browser.sends("/statuses", status="x" * 5000, media_ids=identifier, **{f"turn.{identifier}": "90"})
    [turned] = ROWS.findall(refused.text)
    assert refused.status_code == 422
    assert f'name="turn.{turned}" value=""' in refused.text
    await alices_browser.sends("/statuses", status="short", media_ids=turned)

    [shown] = await attachments(alice)
    picture = opened((await running_site.client().get(shown["url"])).content)
    assert picture.size == (240, 320)
    assert (colour(picture, 0.2, 0.5), colour(picture, 0.8, 0.2)) == ("blue", "red")


async def test_the_same_form_sent_twice_is_one_post_with_one_turned_picture(alices_browser, alice):
    page, identifier = await shown_with(alices_browser, encoded(quarters(), "JPEG"))
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page.text)[1]
    form = {"status": "look", "media_ids": identifier, "idempotency_key": key, f"turn.{identifier}": "90"}

    answers = [await alices_browser.sends("/statuses", **form) for _ in range(2)]

    assert [leads_to(one) for one in answers] == ["/", "/"]
    assert await alice.profile(alice) == ["look"]


async def test_a_picture_of_a_message_is_turned_before_it_is_sent(alices_browser, running_site, alice, bob):
    await bob.follows(alice)
    await alice.follows(bob)
    await bob.posts("@alice look?", visibility="direct")
    [conversation] = await alice.get("/api/v1/conversations")
    path = f"/messages/{conversation['id']}"

    page, identifier = await shown_with(alices_browser, encoded(quarters(), "JPEG"), path, status="here")
    assert 'id="message-form"' in page.text
    await alices_browser.sends(path, status="here", media_ids=identifier, **{f"turn.{identifier}": "90"})

    [message, *_] = await bob.get("/api/v1/timelines/direct")
    assert opened((await bob.client.get(message["media_attachments"][0]["url"])).content).size == (240, 320)


async def test_the_first_message_to_somebody_keeps_their_name_while_its_files_are_shown(alices_browser, alice, bob):
    await bob.follows(alice)

    page, identifier = await shown_with(alices_browser, photo(), "/messages", to="@bob", status="here")
    assert 'name="to" value="@bob"' in page.text
    await alices_browser.sends("/messages", to="@bob", status="here", media_ids=identifier, **{f"cut_left.{identifier}": "50"})

    [message] = await bob.get("/api/v1/timelines/direct")
    assert message["media_attachments"][0]["meta"]["original"]["width"] == 600


async def test_an_edit_shows_a_cut_copy_and_the_history_what_was_there(alices_browser, running_site, alice, bob):
    uploaded = await alice.uploads(encoded(quarters(), "JPEG"), description="a wall")
    status = await alice.posts("look", media_ids=[uploaded["id"]])

    page = await alices_browser.reads(f"/compose?edit={status['id']}")
    assert "The history of your post shows the picture as it was before." in text(page)
    cut = {f"cut_bottom.{uploaded['id']}": "50", f"description.{uploaded['id']}": "the upper half"}
    answer = await alices_browser.sends(f"/statuses/{status['id']}/edit", status="look", has_files="1", media_ids=uploaded["id"], **cut)

    assert leads_to(answer) == f"/@alice/{status['id']}"
    [shown] = (await bob.get(f"/api/v1/statuses/{status['id']}"))["media_attachments"]
    assert (shown["description"], shown["meta"]["original"]["height"]) == ("the upper half", 120)
    history = await bob.get(f"/api/v1/statuses/{status['id']}/history")
    assert [one["media_attachments"][0]["meta"]["original"]["height"] for one in history] == [240, 120]
    assert [one["media_attachments"][0]["description"] for one in history] == ["a wall", "the upper half"]


async def test_the_script_gets_a_cut_copy_of_a_published_picture_too(alices_browser, alice):
    uploaded = await alice.uploads(photo(), description="a wall")
    status = await alice.posts("look", media_ids=[uploaded["id"]])

    copy = (await alices_browser.sends(f"/compose/files/{uploaded['id']}/adjustment", crop="0,0,0.5,1")).json()

    assert (copy["id"] == uploaded["id"], copy["description"], copy["is_ready"]) == (False, "a wall", True)
    assert (await alice.get(f"/api/v1/statuses/{status['id']}"))["media_attachments"][0]["id"] == uploaded["id"]


async def test_nobody_sees_or_turns_the_picture_of_another(alices_browser, running_site, alice, mallory):
    mine = await alice.uploads(photo())
    published = await alice.posts("look", media_ids=[(await alice.uploads(photo("red")))["id"]])
    thief = Browser(running_site)
    await thief.was_signed_in("mallory")

    for identifier in (mine["id"], published["media_attachments"][0]["id"]):
        assert (await thief.client.get(f"/compose/files/{identifier}/preview?turn=3")).status_code == 404
        taken = await thief.sends("/statuses", status="mine", media_ids=identifier, **{f"turn.{identifier}": "3"})
        assert taken.status_code in {404, 422}
    assert leads_to(await Browser(running_site).client.get(f"/compose/files/{mine['id']}/preview?turn=3")).startswith("/sign-in")
    assert await mallory.profile(mallory) == []


@pytest.mark.parametrize("is_edit", [False, True], ids=["post", "edit"])
async def test_a_picture_that_is_gone_or_not_ones_own_is_named_beside_the_files_and_the_text_is_kept(
    alices_browser, alice, mallory, is_edit
):
    mine, not_mine = await alice.uploads(photo()), await mallory.uploads(photo())
    await alice.client.delete(f"/api/v1/media/{mine['id']}")
    path = f"/statuses/{(await alice.posts('first'))['id']}/edit" if is_edit else "/statuses"

    for identifier in (mine["id"], not_mine["id"]):
        refused = await alices_browser.sends(path, status="typed", has_files="1", media_ids=identifier, **{f"turn.{identifier}": "3"})

        assert refused.status_code == 422
        assert "typed</textarea>" in text(refused)
        assert re.search(r"data-wrong-file[^>]*>There is no such file", refused.text)


async def test_a_picture_of_a_private_post_and_what_an_edit_puts_in_its_place_are_fetched_by_its_readers_alone(
    alices_browser, running_site, alice, bob, mallory
):
    await bob.follows(alice)
    uploaded = await alice.uploads(encoded(quarters(), "JPEG"))
    status = await alice.posts("look", visibility="private", media_ids=[uploaded["id"]])
    cut = {f"cut_bottom.{uploaded['id']}": "50"}
    await alices_browser.sends(f"/statuses/{status['id']}/edit", status="look", media_ids=uploaded["id"], **cut)
    history = f"/api/v1/statuses/{status['id']}/history"
    pictures = [version["media_attachments"][0] for version in await bob.get(history)]
    files = [one[key].partition("?")[0] for one in pictures for key in ("url", "preview_url")]
    reader, other, visitor = Browser(running_site), Browser(running_site), Browser(running_site)
    await reader.was_signed_in("bob")
    await other.was_signed_in("mallory")

    fetched = {who: {(await who.client.get(one)).status_code for one in files} for who in (reader, other, visitor)}

    assert len(set(files)) == 4
    assert [fetched[who] for who in (reader, other, visitor)] == [{200}, {404}, {404}]
    assert (await mallory.client.get(history)).status_code == 404
    assert [(await one.client.get(f"/@alice/{status['id']}/edits")).status_code for one in (other, visitor)] == [404, 404]


async def test_only_still_pictures_have_the_fields(alices_browser, alice):
    page, identifier = await shown_with(alices_browser, video())
    refused = await alices_browser.sends("/statuses", status="look", media_ids=identifier, **{f"turn.{identifier}": "3"})

    assert f"turn.{identifier}" not in page.text
    assert refused.status_code == 422
    assert await alice.profile(alice) == []
