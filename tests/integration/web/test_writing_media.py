"""The composer takes pictures and videos without a script, and keeps them when it is shown again."""

from __future__ import annotations

import re

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.media import UNREADABLE, photo, video

KEPT = re.compile(r'name="media_ids" value="(\d+)" checked')
SHOWN = re.compile(
    r'<svg aria-hidden="true" width="(\d+)" height="(\d+)"><rect [^>]*/></svg>'
    r'<img class="[^"]*" src="(/media/\d+/\w+\.\w+)" [^>]* alt="([^"]*)" loading="lazy"'
)


def files(*contents):
    return {f"file.{number}": (f"{number}.jpg", content) for number, content in enumerate(contents, start=1)}


async def descriptions(alice):
    return [
        [one["description"] for one in status["media_attachments"]] for status in await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    ]


async def test_pictures_are_posted_with_what_they_show(alices_browser, alice):
    response = await alices_browser.sends(
        "/statuses", status="look", **{"has_files": "1", "file_description.1": "a red wall"}, files=files(photo("red"), photo("blue"))
    )

    assert (response.status_code, leads_to(response)) == (303, "/")
    assert await descriptions(alice) == [["a red wall", None]]


async def test_a_page_shows_a_picture_with_its_size_and_its_description(alices_browser, running_site, alice):
    await alices_browser.sends(
        "/statuses", status="look", **{"file_description.1": 'a "red" <wall>'}, files=files(photo("red", (1200, 900)))
    )
    await alices_browser.sends("/statuses", status="", files=files(photo("blue")))

    page = await Browser(running_site).reads("/@alice/media")

    shown = SHOWN.findall(page.text)
    assert [alt for _width, _height, _path, alt in shown] == ["Picture without a description", "a &#34;red&#34; &lt;wall&gt;"]
    width, height, path, _alt = shown[1]
    assert int(width) * 3 == int(height) * 4
    assert (await running_site.client().get(path)).status_code == 200
    assert 'srcset="/media/' in page.text


async def test_a_video_is_shown_with_controls_and_a_poster(alices_browser, running_site):
    await alices_browser.sends("/statuses", status="look", **{"file_description.1": "a walk"}, files={"file.1": ("film.mp4", video())})

    page = await Browser(running_site).reads("/@alice/media")

    tag = re.search(r"<video [^>]*>", page.text)[0]
    assert "controls" in tag
    assert 'preload="none"' in tag
    assert 'aria-label="a walk"' in tag
    for name in ("poster", "src"):
        assert (await running_site.client().get(re.search(rf'{name}="([^"]+)"', tag)[1])).status_code == 200
    assert "media-src 'self'" in page.headers["content-security-policy"]


async def test_sensitive_pictures_are_covered(alices_browser, running_site):
    await alices_browser.sends("/statuses", status="look", sensitive="1", files=files(photo()))

    page = await Browser(running_site).reads("/@alice/media")

    cover, picture = page.text.index("Sensitive content"), SHOWN.search(page.text).start()
    assert page.text.rindex("<details", 0, picture) < cover < picture
    assert "</details>" not in page.text[cover:picture]


async def test_a_refused_form_keeps_its_pictures(alices_browser, alice):
    fields = {"status": "é" * 200, "has_files": "1", "file_description.1": "a red wall", "file_description.2": "not chosen yet"}
    refused = await alices_browser.sends("/statuses", **fields, files=files(photo("red")))
    [kept] = KEPT.findall(refused.text)

    sent = await alices_browser.sends(
        "/statuses", status="short", has_files="1", media_ids=kept, **{f"description.{kept}": "a wall"}, files={"none": ("", b"")}
    )

    assert refused.status_code == 422
    assert "a red wall" in text(refused)
    assert "not chosen yet" in text(refused)
    assert leads_to(sent) == "/"
    assert await descriptions(alice) == [["a wall"]]


@pytest.mark.parametrize(
    ("content", "sentence"), [((UNREADABLE,), "damaged"), ((b"",), "empty"), ((photo("red"), video()), "is attached alone")]
)
async def test_a_file_that_is_refused_loses_no_text(alices_browser, alice, content, sentence):
    page = await alices_browser.sends("/statuses", status="my words", **{"file_description.1": "what it shows"}, files=files(*content))

    assert page.status_code == 422
    assert sentence in text(page)
    assert "my words" in text(page)
    assert await descriptions(alice) == []


async def test_nobody_attaches_the_pictures_of_another(alices_browser, alice, bob):
    theirs = await bob.uploads(photo())

    page = await alices_browser.sends(
        "/statuses", status="mine", has_files="1", media_ids=theirs["id"], **{f"description.{theirs['id']}": "x"}
    )

    assert page.status_code == 422
    assert theirs["id"] not in KEPT.findall(page.text)
    assert (await bob.get(f"/api/v1/media/{theirs['id']}"))["description"] is None


async def test_an_edit_changes_what_is_shown_and_said(alices_browser, alice):
    status = await alice.posts("look", media_ids=[(await alice.uploads(photo(one), description=one))["id"] for one in ("red", "blue")])
    red, blue = (one["id"] for one in status["media_attachments"])
    form = await alices_browser.reads(f"/compose?edit={status['id']}")
    path = f"/statuses/{status['id']}/edit"

    await alices_browser.sends(
        path, status="look", has_files="1", media_ids=blue, **{f"description.{blue}": "sky"}, files=files(photo("gold"))
    )
    both = await descriptions(alice)
    await alices_browser.sends(path, status="no files named")

    assert KEPT.findall(form.text) == [red, blue]
    assert both == await descriptions(alice) == [["sky", None]]


async def test_a_form_that_was_sent_twice_is_posted_once(alices_browser, alice):
    key = "0123456789abcdef"
    for _ in range(2):
        await alices_browser.sends("/statuses", status="look", idempotency_key=key, files=files(photo()))

    assert await descriptions(alice) == [[None]]


async def test_a_form_with_files_keeps_its_text_when_the_session_has_ended(alices_browser, alice):
    await alices_browser.reads("/compose")
    alices_browser.client.cookies.delete("session")

    page = await alices_browser.sends("/statuses", status="my long words", files=files(photo()))

    assert "my long words" in text(page)
