"""What a text that is being written says about a stay, at the API: `POST /api/gazouillis/v1/stays/propose`."""

import pytest

PROPOSE = "/api/gazouillis/v1/stays/propose"


@pytest.fixture
def propose(running_site):
    async def ask(text, language="fr", now="2026-03-04T10:00:00+01:00", **more):
        response = await running_site.client().post(PROPOSE, json={"text": text, "language": language, "now": now, **more})
        assert response.status_code == 200, response.text
        return response.json()

    return ask


async def test_a_stay_has_its_place_and_its_days(propose):
    assert await propose("Je suis à Budapest pour deux jours") == {
        "places": [{"id": "3054643", "kind": "town", "country": "HU", "names": {"fr": "Budapest", "en": "Budapest", "local": "Budapest"}}],
        "from": "2026-03-04",
        "to": "2026-03-05",
    }


@pytest.mark.parametrize(
    ("text", "language", "place", "first", "last"),
    [
        ("in Lisbon until Sunday", "en", "Lisbon", "2026-03-04", "2026-03-08"),
        ("Genève lundi et mardi", "fr", "Geneva", "2026-03-09", "2026-03-10"),
        ("de passage à Lyon ce week-end", "fr", "Lyon", "2026-03-07", "2026-03-08"),
        ("de passage à Lyon ce week-end", "", "Lyon", "2026-03-07", "2026-03-08"),
        ("in Lisbon until Sunday", "", "Lisbon", "2026-03-04", "2026-03-08"),
    ],
)
async def test_the_language_of_the_text_may_be_left_out(propose, text, language, place, first, last):
    stay = await propose(text, language)

    assert [one["names"]["en"] for one in stay["places"]] == [place]
    assert (stay["from"], stay["to"]) == (first, last)


@pytest.mark.parametrize("text", ["Nice work", "un tour", "Nancy m'a répondu", "Paris Hilton", "Tours de magie", ""])
async def test_words_that_only_look_like_towns_propose_nothing(propose, text):
    for language in ("fr", "en", ""):
        assert await propose(text, language) == {"places": [], "from": None, "to": None}


async def test_days_are_counted_in_the_zone_of_the_writer(propose):
    assert (await propose("demain à Lyon", now="2026-03-04T23:50:00+01:00"))["from"] == "2026-03-05"
    assert (await propose("demain à Lyon", now="2026-03-05T00:30:00+01:00"))["from"] == "2026-03-06"
    assert (await propose("tomorrow in Paris", "en", now="2026-03-04T23:50:00-10:00"))["from"] == "2026-03-05"


async def test_without_a_moment_days_are_counted_from_today(running_site, propose):
    today = running_site.clock().date()

    assert (await propose("à Lyon aujourd'hui", now=""))["from"] == today.isoformat()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": ["à Lyon"]}, "text"),
        ({"text": "à Lyon", "now": "soon"}, "now"),
        ({"text": "à Lyon", "now": "9999-12-31T23:59:59Z"}, "now"),
        ({"text": "à Lyon", "now": "2026-02-30T10:00:00Z"}, "now"),
    ],
)
async def test_a_wrong_request_names_its_field(running_site, form, field):
    response = await running_site.client().post(PROPOSE, json=form)

    assert (response.status_code, response.json()["field"]) == (422, field)
