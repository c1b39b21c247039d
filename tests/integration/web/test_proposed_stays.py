"""After a post that speaks of a stay, the page that follows proposes to announce it. Nothing is announced without a form that is sent."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from tests.support.browser import Browser, leads_to
from tests.support.page import value_of

BUDAPEST, LYON, VALENCE, VALENCIA = "3054643", "2996944", "2971053", "2509954"
WEDNESDAY_NIGHT = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
"""In Paris it is Thursday the 5th, in Lima Wednesday evening."""
FLASH = re.compile(r'<p class="flash[^"]*" role="status">(.*?)</p>', re.DOTALL)
LINK = re.compile(r'<a class="link" href="([^"]*)">([^<]*)</a>')


def told(html):
    """The sentence of a flash message, and its links by their words."""
    found = FLASH.search(html)
    if found is None:
        return "", {}
    return unescape(found[1].partition(" <span")[0]), {unescape(words): unescape(path) for path, words in LINK.findall(found[1])}


@pytest.fixture
async def french(running_site, alice):
    running_site.clock.now = WEDNESDAY_NIGHT
    browser = Browser(running_site, "fr")
    await browser.was_signed_in("alice")
    return browser


@pytest.fixture
def proposal_after(french):
    """What the page says that follows a post."""

    async def post(text, **fields):
        answer = await french.sends("/statuses", status=text, language="fr", **fields)
        assert answer.is_redirect
        return told((await french.reads(leads_to(answer))).text)

    return post


async def test_a_stay_is_proposed_once_with_a_form_that_is_filled(french, proposal_after, alice):
    sentence, links = await proposal_after("Je suis à Budapest pour deux jours")

    assert sentence == "Budapest, 5–6 mars 2026\u00a0: annoncer ce séjour\u00a0? Votre gazouillis reste public."
    assert links == {"Choisir les jours et qui le voit": f"/places/{BUDAPEST}?from=2026-03-05&to=2026-03-06#stay", "Pas maintenant": "/"}
    assert told((await french.reads("/")).text) == ("", {})
    form = await french.reads(links["Choisir les jours et qui le voit"])
    assert (value_of(form, "from"), value_of(form, "to")) == ("2026-03-05", "2026-03-06")
    assert "Ce que vous dites dans vos gazouillis reste tel quel." in unescape(form.text)
    assert await alice.get("/api/gazouillis/v1/stays") == []


async def test_the_form_that_was_proposed_announces_the_stay(french, proposal_after, alice):
    _sentence, links = await proposal_after("Je suis à Budapest pour deux jours")
    form = await french.reads(links["Choisir les jours et qui le voit"])
    days = {name: value_of(form, name) for name in ("from", "to")}

    await french.sends(f"/places/{BUDAPEST}/stay", audience="mutuals", **days)

    [stay] = await alice.get("/api/gazouillis/v1/stays")
    assert (stay["place"]["id"], stay["from"], stay["to"], stay["audience"]) == (BUDAPEST, "2026-03-05", "2026-03-06", "mutuals")


async def test_days_are_counted_where_the_author_lives(proposal_after, alice):
    await alice.client.put("/api/gazouillis/v1/residence", json={"place_id": "3936456", "audience": "nobody"})

    _sentence, links = await proposal_after("Je suis à Budapest pour deux jours")

    assert links["Choisir les jours et qui le voit"].endswith("?from=2026-03-04&to=2026-03-05#stay")


async def test_homonyms_are_a_choice(proposal_after):
    sentence, links = await proposal_after("Je suis à Valence pour deux jours")

    assert sentence.startswith("5–6 mars 2026\u00a0: annoncer un séjour\u00a0? Dans quel lieu\u00a0?")
    assert {path.partition("?")[0] for path in links.values()} == {f"/places/{VALENCE}", f"/places/{VALENCIA}", "/"}


async def test_the_place_of_the_post_decides_between_homonyms(proposal_after):
    sentence, links = await proposal_after("Je suis à Valence pour deux jours", place="Valence", place_id=VALENCIA)

    assert sentence.startswith("Valence, 5–6 mars 2026")
    assert links["Choisir les jours et qui le voit"].startswith(f"/places/{VALENCIA}?")


async def test_a_last_day_that_the_post_does_not_say_is_left_to_its_author(french, proposal_after):
    _sentence, links = await proposal_after("Je suis à Lyon à partir de lundi")

    form = await french.reads(links["Choisir les jours et qui le voit"])
    assert (value_of(form, "from"), value_of(form, "to")) == ("2026-03-09", "")


@pytest.mark.parametrize("text", ["bonjour", "Nancy m'a répondu", "J'aime Budapest", "Un verre demain ?", "J'étais à Lyon hier"])
async def test_a_post_without_a_place_and_days_proposes_nothing(proposal_after, text):
    _sentence, links = await proposal_after(text)

    assert "Choisir les jours et qui le voit" not in links


@pytest.mark.parametrize("visibility", ["private", "mutuals", "direct"])
async def test_a_post_that_is_not_for_everybody_proposes_nothing(french, bob, visibility):
    question = await bob.posts("où es-tu ?")

    for fields in ({}, {"in_reply_to_id": question["id"]}):
        answer = await french.sends("/statuses", status="@bob à Budapest pour deux jours", visibility=visibility, **fields)
        assert told((await french.reads(leads_to(answer))).text) == ("", {})


async def test_a_public_reply_proposes_it_in_its_thread(french, bob):
    question = await bob.posts("où es-tu ?")

    answer = await french.sends("/statuses", status="@bob à Budapest demain", in_reply_to_id=question["id"])
    _sentence, links = told((await french.reads(leads_to(answer))).text)

    assert links["Pas maintenant"] == leads_to(answer)


async def test_with_scripts_the_proposal_comes_with_the_post_at_home_and_on_the_page_that_follows_elsewhere(french):
    french.client.headers.update({"accept": "application/json", "referer": "http://localhost:8000/"})
    at_home = await french.sends("/statuses", status="Je suis à Budapest pour deux jours")
    french.client.headers["accept"] = "text/html"
    assert "annoncer ce séjour" in told(at_home.json()["html"])[0]
    assert told((await french.reads("/")).text) == ("", {})

    french.client.headers.update({"accept": "application/json", "referer": "http://localhost:8000/compose"})
    elsewhere = await french.sends("/statuses", status="Je suis à Lyon demain")
    french.client.headers["accept"] = "text/html"
    assert told(elsewhere.json()["html"]) == ("", {})
    assert "annoncer ce séjour" in told((await french.reads("/")).text)[0]


async def test_an_english_post_proposes_it_in_english(running_site, alice):
    running_site.clock.now = WEDNESDAY_NIGHT
    browser = Browser(running_site)
    await browser.was_signed_in("alice")

    await browser.sends("/statuses", status="In Lisbon until Sunday", language="en")

    sentence, _links = told((await browser.reads("/")).text)
    assert sentence == "Lisbon, 4–8 Mar 2026: announce this stay? Your post stays public."


@pytest.mark.parametrize(
    "query", ["from=soon&to=x", "from=2026-02-30", "from=&to=", "from=9999-12-31", "from=2026-03-05%00", "to=2026-03-06"]
)
async def test_days_in_an_address_that_are_none_fill_nothing(french, query):
    page = await french.reads(f"/places/{LYON}?{query}")

    assert page.status_code == 200
    assert value_of(page, "from") == "2026-03-05"
