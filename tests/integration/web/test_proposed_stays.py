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


@pytest.fixture
def line(french):
    """The fragment that the composer's script is sent for a text."""

    async def ask(text, **fields):
        answer = await french.sends("/compose/stay", **{"status": text, "visibility": "public", "language": "fr"} | fields)
        assert answer.status_code == 200
        return unescape(answer.text).strip()

    return ask


TICKED = {"stay": BUDAPEST, "stay_from": "2026-03-05", "stay_to": "2026-03-06", "stay_audience": "mutuals"}


async def test_while_a_text_is_written_its_stay_is_offered_and_announced_with_the_post_when_it_is_ticked(french, line, alice):
    offered = await line("Je suis à Budapest pour deux jours")
    assert "Budapest, 5–6 mars 2026\u00a0: annoncer aussi ce séjour\u00a0?" in offered
    fields = dict(re.findall(r'name="(stay_from|stay_to|stay)" value="([^"]*)"', offered))
    assert fields | {"stay_audience": "mutuals"} == TICKED
    assert "checked" not in offered
    [mutuals] = re.findall(r'<option value="(\w+)" selected>', offered)
    assert mutuals == "mutuals"

    unticked = {name: value for name, value in TICKED.items() if name != "stay"}
    await french.sends("/statuses", status="Je suis à Budapest pour deux jours", **unticked)
    assert "séjour" not in told((await french.reads("/")).text)[0]
    assert await alice.get("/api/gazouillis/v1/stays") == []

    for _time in range(2):
        await french.sends("/statuses", status="Budapest, deux jours", idempotency_key="one", **TICKED)
    sentence, links = told((await french.reads("/")).text)
    assert sentence.startswith("Votre séjour est annoncé. Comme vous venez d’arriver")
    assert links["Vos séjours"] == "/stays"
    [stay] = await alice.get("/api/gazouillis/v1/stays")
    assert (stay["place"]["id"], stay["from"], stay["to"], stay["audience"]) == (BUDAPEST, "2026-03-05", "2026-03-06", "mutuals")


async def test_no_stay_is_offered_that_was_declined_or_is_not_for_everybody(french, line):
    text = "Je suis à Budapest pour deux jours"

    assert await line(text, no_stay=f"{BUDAPEST},") == ""
    assert await line(text, visibility="private") == await line(text, visibility="nonsense") == ""
    assert await line("J’aime Budapest") == await line("") == ""
    assert "Lyon" in await line("Je suis à Lyon demain", no_stay=f"{BUDAPEST},")
    await french.sends("/statuses", status=text, no_stay=f"{BUDAPEST},")
    assert "séjour" not in told((await french.reads("/")).text)[0]


async def test_the_line_asks_which_homonym_and_which_last_day_are_meant(line):
    homonyms = await line("Je suis à Valence pour deux jours")
    assert re.findall(r'type="radio" name="stay" value="(\d+)"', homonyms) == [VALENCE, VALENCIA]

    open_end = await line("Je suis à Lyon à partir de lundi")
    assert "Lyon, à partir du 9 mars 2026" in open_end
    assert '<input type="date" name="stay_to" min="2026-03-09">' in open_end


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "x" * 141}, "140"),
        ({"stay_to": "2026-03-01"}, "Le dernier jour est avant le premier"),
        ({"stay_to": ""}, "Dites le dernier jour de votre séjour, ou décochez-le"),
        ({"stay_audience": "nonsense"}, "Choisissez qui le voit"),
        ({"stay": "1"}, "Ce lieu n’existe pas"),
    ],
)
async def test_a_refused_post_announces_nothing_and_keeps_what_was_ticked(french, alice, fields, sentence):
    sent = {"status": "Budapest, deux jours"} | TICKED | {"stay_audience": "everyone"} | fields

    page = await french.sends("/statuses", **sent)

    assert page.status_code == 422
    assert sentence in unescape(page.text)
    if sent["stay"] != "1":
        assert f'name="stay" value="{BUDAPEST}" checked' in page.text
        assert value_of(page, "stay_from") == "2026-03-05"
        assert '<option value="everyone" selected>' in page.text or fields.get("stay_audience")
    assert await alice.get("/api/gazouillis/v1/stays") == []
    assert (await alice.get("/api/v1/accounts/verify_credentials"))["statuses_count"] == 0
