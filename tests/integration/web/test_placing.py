"""The place of a status on the pages: typed in the composer, asked for when several bear the name, and shown beside the time."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import read, value_of

LYON, LISBON = "2996944", "2267057"
VALENCE, VALENCIA = "2971053", "2509954"
PLACED = re.compile(r'<a class="placed" href="/places/\d+" title="([^"]*)">.*?<bdi>([^<]*)</bdi></a>', re.DOTALL)


def placed(page):
    """The places that a page shows: how each is named, and its title."""
    return [(name.strip(), title) for title, name in PLACED.findall(text(page))]


@pytest.mark.parametrize(
    ("language", "name", "title"),
    [("fr", "Lisbonne", "Lisbonne, District de Lisbonne, Portugal"), ("en", "Lisbon", "Lisbon, Lisbon District, Portugal")],
)
async def test_a_page_names_the_place_beside_the_time_in_the_language_of_the_reader(running_site, alice, language, name, title):
    posted = await alice.posts("hello", place_id=LISBON)

    for path in (f"/@alice/{posted['id']}", "/@alice", "/local"):
        assert placed(await Browser(running_site, language).reads(path)) == [(name, title)]


async def test_a_place_is_typed_in_the_composer(alices_browser, alice):
    response = await alices_browser.sends("/statuses", status="hello", place="lisbonne")

    assert leads_to(response) == "/"
    [posted] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert posted["place"]["id"] == LISBON


async def test_an_unknown_name_is_refused_beside_its_field_with_all_that_was_typed(alices_browser, alice):
    page = await alices_browser.sends("/statuses", status="hello", place="12 rue des Lilas", spoiler_text="careful")

    assert page.status_code == 422
    assert "No town, region or country has this name" in text(page)
    assert [value_of(page, name) for name in ("status", "place", "spoiler_text")] == ["hello", "12 rue des Lilas", "careful"]
    assert await alice.profile(alice) == []


async def test_homonyms_ask_and_the_choice_is_published(alices_browser, alice):
    asked = await alices_browser.sends("/statuses", status="hello", place="Valence")
    choices = re.findall(r'<input type="radio" name="place_id" value="(\d+)"> ([^<]*)</label>', text(asked))

    assert asked.status_code == 422
    assert set(choices[:2]) == {
        (VALENCE, "Valence, Auvergne-Rhône-Alpes, France"),
        (VALENCIA, "Valencia, Valencia, Spain"),
    }
    assert await alice.profile(alice) == []

    await alices_browser.sends("/statuses", status="hello", place="Valence", place_id=VALENCIA)
    [posted] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert posted["place"]["id"] == VALENCIA


async def test_a_choice_is_kept_when_something_else_is_wrong(alices_browser):
    page = await alices_browser.sends("/statuses", status="é" * 200, place="Valence", place_id=VALENCIA)

    assert page.status_code == 422
    assert re.findall(r'name="place_id" value="(\d+)" checked', page.text) == [VALENCIA]


async def test_a_choice_for_another_name_is_forgotten(alices_browser, alice):
    await alices_browser.sends("/statuses", status="hello", place="Lyon", place_id=VALENCIA)
    await alices_browser.sends("/statuses", status="nowhere", place=" ", place_id=VALENCIA)

    posted = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert [one.get("place", {}).get("id") for one in posted] == [None, LYON]


async def test_the_form_to_edit_shows_the_place_and_keeps_changes_or_removes_it(alices_browser, alice):
    posted = await alice.posts("hello", place_id=VALENCE)
    path = f"/statuses/{posted['id']}/edit"
    form = await alices_browser.reads(f"/compose?edit={posted['id']}")
    assert value_of(form, "place") == "Valence, Auvergne-Rhône-Alpes, France"

    async def place_after(**fields):
        await alices_browser.sends(path, status="hello", **fields)
        return (await alice.get(f"/api/v1/statuses/{posted['id']}")).get("place", {}).get("id")

    assert await place_after(place=value_of(form, "place"), place_id=value_of(form, "place_id")) == VALENCE
    assert await place_after() == VALENCE
    assert await place_after(place="Lyon", place_id=VALENCE) == LYON
    assert await place_after(place="") is None


async def test_the_history_of_a_status_shows_the_place_of_each_version(alices_browser, alice):
    posted = await alice.posts("hello", place_id=LYON)
    await alice.edits(posted, "hello", place_id=LISBON)

    page = await alices_browser.reads(f"/@alice/{posted['id']}/edits")

    assert [name for name, _title in placed(page)] == ["Lisbon", "Lyon"]


async def test_a_message_is_written_without_a_place_and_a_request_does_not_show_one(running_site, alices_browser, alice, bob):
    page = await alices_browser.reads("/messages/new?to=bob")
    message = await alice.posts("@bob hello", visibility="direct", place_id=LYON)

    assert 'name="place"' not in page.text
    assert message["place"]["id"] == LYON
    assert "place" not in await bob.get(f"/api/v1/statuses/{message['id']}")


async def test_the_composers_script_gets_the_error_of_the_place_by_its_field(alices_browser):
    alices_browser.client.headers["accept"] = "application/json"

    asked = await alices_browser.sends("/statuses", status="hello", place="Valence")

    assert asked.status_code == 422
    assert asked.json()["errors"] == {"place": "Several places have this name: choose one"}


async def test_a_reply_carries_a_place_too(alices_browser, alice, bob):
    question = await bob.posts("where are you?")

    await alices_browser.sends("/statuses", status="@bob here", in_reply_to_id=question["id"], place="Lyon")

    assert read(await alices_browser.reads(f"/@bob/{question['id']}")) == ["where are you?", "@bob here"]
    assert [name for name, _title in placed(await alices_browser.reads(f"/@bob/{question['id']}"))] == ["Lyon"]


async def test_the_archive_names_the_place(alices_browser, alice):
    await alice.posts("hello", place_id=VALENCIA)
    await alice.posts("nowhere")

    bundle = ZipFile(BytesIO((await alices_browser.sends("/settings/export")).content))

    notes = [one["object"] for one in json.loads(bundle.read("outbox.json"))["orderedItems"]]
    assert [one.get("location") for one in notes] == [
        None,
        {
            "type": "Place",
            "id": f"https://sws.geonames.org/{VALENCIA}/",
            "name": "Valencia",
            "nameMap": {"fr": "Valence", "en": "Valencia"},
        },
    ]
